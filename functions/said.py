"""What a request's body says: JSON, read once, and refused clearly where it is anything else."""

import binascii
import json
from base64 import b64decode
from typing import Any, Final, NoReturn

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from recommender.errors import InvalidInput

_KIND: Final = "application/json"
# powertools reads the parsed body from here
_READ: Final = "json_body"


class OtherKind(InvalidInput):
    """Refuse a body that is told to be something else than JSON."""

    status = 415
    default_code = "unsupported_media_type"


def said_in(event: BaseProxyEvent) -> Any:
    """Return a request's body, parsed; ``None`` where it has none.

    Raises
    ------
    InvalidInput
        If it is no JSON in UTF-8: neither is what only Python's reader takes, such as ``NaN`` or half a surrogate pair.
    """
    if _READ not in event.__dict__:
        event.__dict__[_READ] = _parsed(_text(event))
    return event.__dict__[_READ]


def read_body(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Read the body of a route that takes one, before it is validated.

    Raises
    ------
    OtherKind
        If the request tells that it is no JSON.
    InvalidInput
        If it is none.
    """
    if app.context["_route"].dependant.body_params:
        told = (app.current_event.headers.get("content-type") or _KIND).split(";")[0].strip().lower()
        if told != _KIND:
            raise OtherKind(f"the body of this call is {_KIND}, this is {told[:80]!r}")
        said_in(app.current_event)
    return next_middleware(app)


def _text(event: BaseProxyEvent) -> str:
    body = event.body or ""
    if not event.is_base64_encoded:
        return body
    try:
        return b64decode(body, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _illegible("it is not in UTF-8") from error


def _parsed(text: str) -> Any:
    if not text:
        return None
    try:
        parsed = json.loads(text, parse_constant=_refuse)
        if "\\u" in text:
            json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _illegible("it holds half a surrogate pair") from error
    except ValueError as error:
        raise _illegible(str(error)) from error
    except RecursionError as error:
        raise _illegible("it is nested too deep") from error
    return parsed


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no number"
    raise ValueError(message)


def _illegible(why: str) -> InvalidInput:
    return InvalidInput(f"the body is not JSON: {why}", code="json_invalid", field=None)
