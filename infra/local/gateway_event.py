"""Turn an HTTP request into API Gateway's event (HTTP API, payload format 2.0), and a handler's answer into a response."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

ACCOUNT: Final = "000000000000"
REGION: Final = "local"
_TEXT_TYPES: Final = ("text/", "application/json", "application/javascript", "application/xml", "application/x-www-form-urlencoded")
# these belong to one connection; the server writes its own
_HOP_BY_HOP: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as it came over the wire.

    Attributes
    ----------
    raw_path
        Still percent-encoded.
    headers
        Names lower-case, in the order sent; a name may come more than once.
    """

    method: str
    raw_path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response ready for the wire."""

    status: int
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    body: bytes = b""


def event_of(request: HttpRequest, *, route_key: str, path_parameters: Mapping[str, str], request_id: str, now: datetime) -> dict[str, Any]:
    """Return the event that API Gateway would hand to the function behind ``route_key``."""
    path = unquote(request.raw_path)  # HTTP APIs hand over the decoded path, unlike REST APIs
    headers = _joined((name, value) for name, value in request.headers if name != "cookie")
    cookies = [part for name, value in request.headers if name == "cookie" for part in value.split("; ")]
    query = _joined(parse_qsl(request.query, keep_blank_values=True))
    body, is_base64 = _body(request.body, headers.get("content-type", ""))
    return {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        **({"cookies": cookies} if cookies else {}),
        **({"queryStringParameters": query} if query else {}),
        **({"pathParameters": dict(path_parameters)} if path_parameters else {}),
        "requestContext": _context(request, path, headers, route_key, request_id, now),
        **({"body": body} if request.body else {}),
        "isBase64Encoded": is_base64,
    }


def response_of(answer: object) -> HttpResponse:
    """Return what goes over the wire for a handler's answer; one without ``statusCode`` is itself the JSON body, as on AWS."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return json_response(200, answer)
    headers = [(str(name), str(value)) for name, value in (answer.get("headers") or {}).items()]
    headers = [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
    headers.extend(("set-cookie", cookie) for cookie in answer.get("cookies") or ())
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else str(body).encode()
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    return HttpResponse(int(answer["statusCode"]), headers, content)


def json_response(status: int, content: object) -> HttpResponse:
    """Return ``content`` as JSON."""
    return HttpResponse(status, (("content-type", "application/json"),), json.dumps(content).encode())


def error_response(status: int, code: str, message: str) -> HttpResponse:
    """Return an error in the API's form."""
    return json_response(status, {"error": {"code": code, "message": message}})


def _joined(pairs: Any) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    if not content_type or content_type.startswith(_TEXT_TYPES) or "+json" in content_type:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            return base64.b64encode(body).decode(), True
    return base64.b64encode(body).decode(), True


def _context(request: HttpRequest, path: str, headers: Mapping[str, str], route_key: str, request_id: str, now: datetime) -> dict[str, Any]:
    moment = now.astimezone(UTC)
    return {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": headers.get("host", "localhost"),
        "domainPrefix": headers.get("host", "localhost").split(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": route_key,
        "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(moment.timestamp() * 1000),
    }
