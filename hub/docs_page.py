"""The API's documents: the OpenAPI description with the contract's models, and a page of it with no outside address."""

import json
from html import escape
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

REF = "#/components/schemas/{model}"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{background:#f4f4f4;padding:.7rem;overflow:auto;font-size:13px}}summary{{cursor:pointer}}</style>
<h1>{title} {version}</h1><p>{description}</p>
<p>Machine-readable: <a href="/openapi.json">/openapi.json</a></p>
<h2>Addresses</h2>{paths}
<h2>Schemas</h2>{schemas}
</html>
"""


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Describe a request body that the address reads itself, for `openapi_extra`."""
    schema = {"$ref": REF.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def with_bodies(description: dict[str, Any], bodies: tuple[type[BaseModel], ...]) -> dict[str, Any]:
    """Add the schemas of the bodies that addresses read themselves to an OpenAPI description."""
    wanted = [(body, "validation") for body in bodies]
    _, definitions = models_json_schema(wanted, ref_template=REF)  # type: ignore[arg-type]
    components = description.setdefault("components", {}).setdefault("schemas", {})
    for name, schema in definitions.get("$defs", {}).items():
        components.setdefault(name, schema)
    return description


def page(description: dict[str, Any]) -> str:
    """Write the description as one HTML page."""
    info = description["info"]
    paths = "".join(
        _address(path, method, operation)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
    )
    schemas = "".join(
        f"<details id={json.dumps(escape(name))}><summary>{escape(name)}</summary>"
        f"<pre>{escape(json.dumps(schema, indent=1))}</pre></details>"
        for name, schema in sorted(description["components"]["schemas"].items())
    )
    return _PAGE.format(
        title=escape(info["title"]), version=escape(info["version"]),
        description=escape(info.get("description", "")), paths=paths, schemas=schemas,
    )  # fmt: skip


def _address(path: str, method: str, operation: dict[str, Any]) -> str:
    answers = ", ".join(
        f"{status} {answer.get('description', '')}"
        for status, answer in operation["responses"].items()
    )
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
        f"<p>{escape(operation.get('description', operation.get('summary', '')))}</p>"
        f"<p>Body: {escape(_body(operation))}. Answers: {escape(answers)}</p>"
    )


def _body(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        return str(media["schema"]["$ref"].rpartition("/")[2])
    return "none"
