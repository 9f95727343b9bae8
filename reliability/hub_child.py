"""The hub's real service in a process forked from this one, with a fault put into it as into a station's daemon.

It serves the store and the address of a hub that ran as a process of its own before.
"""

from hub import serve
from hub.listening import Address
from reliability import child
from reliability.child import Child, Fault
from reliability.clock import wait_until
from support.office import HubProcess

READY_S = 30.0


def start(hub: HubProcess, fault: Fault | None) -> Child:
    """Fork the service; returns once it listens, or has ended under its fault."""
    ready = hub.folder / "ready"
    ready.unlink(missing_ok=True)
    asked = serve.Serving(Address("127.0.0.1", int(hub.url.rsplit(":", 1)[1])), tls=False)

    def be_hub() -> None:
        serve.serve(hub.directory, asked, ready)

    made = child.forked(be_hub, hub.folder / "hub.log", fault, "hub")
    wait_until(lambda: ready.exists() or made.poll() is not None, "the hub listens", READY_S)
    return made
