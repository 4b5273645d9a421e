"""What can go wrong, sorted by what the caller should do.

SegueError
├── NotFound      404  the thing named does not exist: do not retry
├── InvalidInput  422  what was said cannot be understood or accepted: do not retry
├── Conflict      409  somebody else wrote first: read again, then retry
├── Unknown       401  nobody knows the caller: come with a key
├── Forbidden     403  known, and not allowed: do not retry
├── TooMany       429  more than the caller's share: retry after the time told
└── Unavailable   503  a store is out of reach, slow or full: retry later
"""

from typing import ClassVar


class SegueError(Exception):
    """Say what is wrong with which value.

    Parameters
    ----------
    message
        One sentence that carries the offending value.
    code
        A short word for programs; the class's own when left out.
    field
        The input field that is at fault, as the caller named it.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.field = field


class NotFound(SegueError):
    """Name the thing that does not exist."""

    status = 404
    default_code = "not_found"


class InvalidInput(SegueError):
    """Name the value that cannot be accepted and its field."""

    status = 422
    default_code = "invalid"


class Conflict(SegueError):
    """Say that a newer version of the thing exists."""

    status = 409
    default_code = "conflict"


class Unknown(SegueError):
    """Say that the caller has no key, or none that holds."""

    status = 401
    default_code = "unauthenticated"


class TooMany(SegueError):
    """Say that a caller asks more often than its key allows, and after how many seconds it may ask again."""

    status = 429
    default_code = "too_many_requests"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Forbidden(SegueError):
    """Say what is not allowed."""

    status = 403
    default_code = "forbidden"


class Unavailable(SegueError):
    """Name the store that cannot answer now."""

    status = 503
    default_code = "unavailable"
