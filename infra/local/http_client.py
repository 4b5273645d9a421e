"""The command line's client of a running host."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from infra.local.client import Answer, Query, accepted
from recommender.errors import Unavailable

_TIMEOUT: Final = httpx.Timeout(60.0, connect=5.0)
_TRAINING_TIMEOUT: Final = httpx.Timeout(3600.0, connect=5.0)


class HttpClient:
    """Talk to a host at ``url`` by an API key; see ``infra.local.client.Client``."""

    def __init__(self, url: str, *, key: str | None = None) -> None:
        self.url = url
        headers = {"authorization": f"Bearer {key}"} if key else {}
        # the host is this machine's: no proxy of the environment stands between
        self._http = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT, trust_env=False)

    def call(self, method: str, path: str, *, query: Query | None = None, body: object = None) -> Answer:
        """Send one request; see ``Client``."""
        return (
            self._send(method, path, params=_plain(query or {}), json=body)
            if body is not None
            else self._send(method, path, params=_plain(query or {}))
        )

    def upload(self, target: Mapping[str, Any], path: Path) -> None:
        """Stream a file; see ``Client``."""
        headers = {**target["headers"], "content-length": str(path.stat().st_size)}
        with path.open("rb") as file:
            accepted(self._send(target["method"], target["url"], content=file, headers=headers))

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Invoke by Lambda's own call; see ``Client``."""
        path = f"/2015-03-31/functions/{function}/invocations"
        return accepted(self._send("POST", path, json=dict(event), timeout=_TRAINING_TIMEOUT))

    def __enter__(self) -> Self:
        """Return itself: connections open as they are needed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, method: str, url: str, **content: Any) -> Answer:
        try:
            response = self._http.request(method, url, **content)
        except httpx.HTTPError as error:
            raise Unavailable(f"the host at {self.url} does not answer: {error}", code="no_host") from error
        try:
            return Answer(response.status_code, response.json() if response.content else None)
        except json.JSONDecodeError:
            return Answer(response.status_code, None)


def _plain(query: Query) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}
