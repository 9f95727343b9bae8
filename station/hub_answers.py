"""What the hub says when it says no: a problem document (RFC 9457), read into an error."""

import httpx

from station.errors import HubRefusedError, HubUnreachableError


def refusal(response: httpx.Response, url: str) -> HubRefusedError | HubUnreachableError:
    """Read a problem document; an answer without one is not the hub's."""
    try:
        problem = response.json()
        code, title = str(problem["code"]), str(problem.get("detail") or problem["title"])
    except (ValueError, KeyError, TypeError):
        return HubUnreachableError(f"{url} answered {response.status_code} without saying why")
    return HubRefusedError(code, f"the hub refused ({code}): {title}")
