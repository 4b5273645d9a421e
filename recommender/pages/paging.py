"""Pages that go on without repeats: what ``next`` carries from one page to the one after it.

Where pages are kept, it names the page before, and what was shown is read from the kept pages. Where nothing may be kept, it carries
the tracks themselves, as many as fit into a link.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final

from recommender.errors import InvalidInput
from recommender.pages.asking import Chain, Request
from recommender.ports.stores import ImpressionLog

# Gateways take links of some 8,000 characters; ids of 32 letters make about 250 tracks.
LONGEST: Final = 6_000
_LARGEST: Final = 100_000
_CHECK: Final = 8


def chain_before(request: Request, impressions: ImpressionLog) -> Chain:
    """Return what was shown before the page that is asked for.

    Raises
    ------
    InvalidInput
        If ``request.after`` is broken, belongs to another user or to other filters or seeds, or names pages that are gone.
    """
    if request.after is None:
        return Chain()
    previous, shown = _opened(request.after, request)
    last = shown[-1] if shown else None
    page_id = previous
    while page_id is not None:
        page = impressions.get(page_id)
        if page is None or page.user != request.user:
            raise InvalidInput("the pages before this one are gone: ask for the first one again", code="expired_cursor", field="after")
        last = last or next(reversed(page.track_ids), None)
        shown.extend(page.track_ids)
        page_id = page.previous
    return Chain(previous, tuple(shown), last)


def next_after(request: Request, chain: Chain, track_ids: Sequence[str], *, is_kept: bool) -> str | None:
    """Return what leads to the page after this one; ``None`` at the end: a page that is not full, or no more room in the link."""
    if len(track_ids) < request.limit:
        return None
    if is_kept:
        return _sealed(request.recommendation_id, (), request)
    token = _sealed(None, (*chain.shown, *track_ids), request)
    return token if len(token) <= LONGEST else None


def _sealed(previous: str | None, shown: Sequence[str], request: Request) -> str:
    body = zlib.compress(json.dumps([previous, *shown], ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return base64.urlsafe_b64encode(_check(body, request) + body).decode().rstrip("=")


def _opened(token: str, request: Request) -> tuple[str | None, list[str]]:
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise _refused(token) from error
    check, body = packed[:_CHECK], packed[_CHECK:]
    if check != _check(body, request):
        raise _refused(token)
    try:
        # Whoever makes a check of their own harms only themselves, but must not fill the memory.
        previous, *shown = json.loads(zlib.decompressobj().decompress(body, _LARGEST))
    except (ValueError, TypeError, zlib.error) as error:
        raise _refused(token) from error
    return None if previous is None else str(previous), [str(track_id) for track_id in shown]


def _refused(token: str) -> InvalidInput:
    message = f"no page of this user with these filters and seeds gave the cursor {token[:40]!r}"
    return InvalidInput(message, code="invalid_cursor", field="after")


def _check(body: bytes, request: Request) -> bytes:
    """Return what binds a cursor to its user and its question."""
    filters = {field.name: getattr(request.filters, field.name) for field in fields(request.filters)}
    seeds = [sorted(names.items()) for names in (request.seeds.tracks, request.seeds.artists, request.seeds.genres)]
    told = json.dumps([request.user, filters, seeds], default=_plain, sort_keys=True).encode()
    return hashlib.blake2b(body, digest_size=_CHECK, key=hashlib.sha256(told).digest()).digest()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
