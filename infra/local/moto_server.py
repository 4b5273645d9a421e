"""AWS's services on this machine: moto behind a port of 127.0.0.1 or within this process, for as long as a context is open.

It answers one request at a time, as its tables are no match for two threads, and it forgets everything at its end.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from recommender.errors import InvalidInput

ADDRESS: Final = "127.0.0.1"
_MISSING: Final = "AWS on this machine is played by moto, which is not installed: run `make setup`"
_Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@contextmanager
def moto_server(port: int = 0) -> Iterator[str]:
    """Serve AWS and return the address; all is empty at the start.

    Raises
    ------
    InvalidInput
        If moto is not installed.
    """
    try:
        from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 - only this stack pays for it
            DomainDispatcherApplication,
            MotoRequestHandler,
            create_backend_app,
        )
        from werkzeug.serving import make_server  # noqa: PLC0415 - as above

        from infra.local.moto_speed import quick_moto  # noqa: PLC0415 - as above
    except ImportError as error:
        raise InvalidInput(_MISSING, code="no_moto") from error
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = _one_at_a_time(DomainDispatcherApplication(create_backend_app))
    with ExitStack() as opened:
        opened.enter_context(quick_moto())
        server = make_server(ADDRESS, port, application, threaded=True, request_handler=MotoRequestHandler)
        opened.callback(server.server_close)
        thread = threading.Thread(target=server.serve_forever, name="moto", kwargs={"poll_interval": 0.05}, daemon=True)
        _forget()
        thread.start()
        opened.callback(thread.join)
        opened.callback(server.shutdown)
        opened.callback(_forget)
        yield f"http://{ADDRESS}:{server.server_port}"


@contextmanager
def moto_within() -> Iterator[None]:
    """Answer the AWS clients of this process without a network, which is faster; nobody else can reach it, nor any presigned address.

    Raises
    ------
    InvalidInput
        If moto is not installed.
    """
    try:
        from moto import mock_aws  # noqa: PLC0415 - only this stack pays for it
        from moto.core.botocore_stubber import BotocoreStubber  # noqa: PLC0415 - as above

        from infra.local.moto_speed import quick_moto  # noqa: PLC0415 - as above
    except ImportError as error:
        raise InvalidInput(_MISSING, code="no_moto") from error
    lock, answer = threading.Lock(), BotocoreStubber.process_request

    def one_at_a_time(stubber: BotocoreStubber, request: Any) -> Any:
        with lock:
            return answer(stubber, request)

    with quick_moto(), mock_aws():
        BotocoreStubber.process_request = one_at_a_time  # type: ignore[assignment,method-assign]  # the whole purpose
        try:
            yield
        finally:
            BotocoreStubber.process_request = answer  # type: ignore[method-assign]  # as above


def _one_at_a_time(application: _Application) -> _Application:
    lock = threading.Lock()

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with lock:
            return application(environment, start)

    return answer


def _forget() -> None:
    from moto.moto_api._internal.models import moto_api_backend  # noqa: PLC0415 - as above

    moto_api_backend.reset()
