"""The stacks that the local host can run, opened by name and closed when the context ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import wiring
from infra.local.embedded import embedded_stack
from infra.local.stack import LocalStack


@contextmanager
def opened_stack(name: str, home: Path) -> Iterator[LocalStack]:
    """Open ``embedded`` or ``aws`` over this process's app; the caller owns the home's lock.

    Raises
    ------
    InvalidInput
        If configuration names other stores than the stack's, or moto is not installed.
    """
    if name == "embedded":
        try:
            yield embedded_stack()
        finally:
            wiring.reset()
        return
    from infra.local.aws_stack import aws_services, aws_stack  # noqa: PLC0415 - boto3 is for this stack alone

    with aws_services(home):
        wiring.reset()
        try:
            yield aws_stack()
        finally:
            wiring.reset()
