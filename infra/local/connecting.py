"""Find the engine: over HTTP where a host runs, and else in this very process, by the same events."""

from pathlib import Path

from infra.local.client import Client
from infra.local.first_key import credential_in
from infra.local.lock import running_host
from recommender.errors import Unavailable


def open_client(home: Path) -> Client:
    """Return a client of the host that owns ``home``, or of this very process if nobody does.

    Raises
    ------
    Unavailable
        If another command works in the home just now.
    """
    host = running_host(home)
    if host is None:
        from infra.local.in_process import InProcessClient  # noqa: PLC0415 - loads the whole engine

        return InProcessClient(home)
    if host.url is None:
        raise Unavailable(f"another command (process {host.pid}) is at work in {str(home)!r}; wait for it, or use `segue serve`")
    from infra.local.http_client import HttpClient  # noqa: PLC0415 - loads httpx

    return HttpClient(host.url, key=credential_in(home))
