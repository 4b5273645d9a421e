"""Access: who calls, by an API key or a user's short-lived token, and what they may do."""

import base64
import binascii
import hashlib
import hmac
import json
import math
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from recommender.errors import Forbidden, InvalidInput, NotFound, Unknown
from recommender.ports.stores import KeyStore
from recommender.trust.credentials import DEFAULT_BURST, DEFAULT_PER_SECOND, Caller, Key, Scope

KEY_PREFIX: Final = "segue_"
TOKEN_PREFIX: Final = "segueuser."  # noqa: S105 - the word before a token, not a token
LONGEST_TOKEN: Final = timedelta(hours=1)
# How long a process may know a key without reading it again where reading is far away: so long may one work that was revoked elsewhere.
REMEMBERED: Final = timedelta(seconds=10)
# A user's id is at most 128 characters and a pseudonym shorter; what is longer is not worth a signature.
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class FormerSecret:
    """What was signed with before, and until when it is still accepted."""

    secret: bytes
    until: datetime


class Access:
    """Make keys and tokens, and tell whose they are.

    Parameters
    ----------
    secret
        What tokens are signed with.
    former
        What they were signed with before.
    remembered
        How long a key is known without being read again; nothing, and a key that is revoked or ends does so at once everywhere.
    """

    def __init__(self, keys: KeyStore, *, secret: bytes, former: Sequence[FormerSecret] = (), remembered: timedelta = timedelta()) -> None:
        self._keys = keys
        self._secret = secret
        self._former = tuple(former)
        self._remembered = remembered
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Key | None, datetime]] = {}

    def mint(
        self,
        name: str,
        scopes: Iterable[Scope],
        *,
        now: datetime,
        per_second: float = DEFAULT_PER_SECOND,
        burst: int = DEFAULT_BURST,
        lasting: timedelta | None = None,
    ) -> tuple[Key, str]:
        """Make a key and return it with the credential, which is shown once and kept nowhere.

        Parameters
        ----------
        lasting
            After which it opens nothing any more; ``None`` for until it is revoked.

        Raises
        ------
        InvalidInput
            If it would have no scope, no calls or no time.
        """
        held = frozenset(scopes)
        if not held or not 0 < per_second < math.inf or burst < 1:
            said = f"scopes {sorted(held)}, {per_second} calls a second, {burst} at once"
            raise InvalidInput(f"a key needs a scope and room for calls, not {said}", code="invalid_key")
        if lasting is not None and lasting <= timedelta():
            raise InvalidInput(f"a key lasts for some time, not {lasting}", code="invalid_key")
        secret = secrets.token_urlsafe(32)
        key = Key(
            key_id=secrets.token_hex(8),
            name=name,
            scopes=held,
            digest=_digest(secret),
            created_at=now,
            per_second=per_second,
            burst=burst,
            ends_at=None if lasting is None else now + lasting,
        )
        self._keys.put(key)
        return key, f"{KEY_PREFIX}{key.key_id}_{secret}"

    def revoke(self, key_id: str, *, now: datetime) -> Key:
        """Let a key open nothing any more: here at once, in other processes when they read it again (``remembered``).

        Raises
        ------
        NotFound
            If there is none.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise NotFound(f"no key {key_id}", code="unknown_key", field="key_id")
        revoked = key if key.revoked_at else replace(key, revoked_at=now)
        self._keys.put(revoked)
        with self._lock:
            self._known.pop(key_id, None)
        return revoked

    def token(self, user: str, *, lasting: timedelta, now: datetime) -> str:
        """Return a token that reaches one user's own calls until it ends.

        Raises
        ------
        InvalidInput
            If it would last longer than an hour, or not at all.
        """
        if not timedelta() < lasting <= LONGEST_TOKEN:
            raise InvalidInput(
                f"a token lasts between 1 and 3600 seconds, not {lasting.total_seconds():g}", code="invalid_ttl", field="ttl_s"
            )
        told = _packed(json.dumps([user, int((now + lasting).timestamp())]).encode())
        return f"{TOKEN_PREFIX}{told}.{_packed(_signature(told, self._secret))}"

    def caller(self, credential: str, *, now: datetime) -> Caller:
        """Return whose credential this is.

        Raises
        ------
        Unknown
            If nobody's, or no longer.
        """
        if len(credential) > _LONGEST:
            raise Unknown("this is no key: keys and tokens are shorter")
        if credential.startswith(TOKEN_PREFIX):
            return self._of_token(credential.removeprefix(TOKEN_PREFIX), now=now)
        key_id, _, secret = credential.removeprefix(KEY_PREFIX).partition("_")
        key = self._key(key_id, now=now) if credential.startswith(KEY_PREFIX) else None
        # A key that does not exist is compared too, so that time tells nothing of which exist.
        fits = hmac.compare_digest(key.digest if key else _digest("nobody"), _digest(secret))
        if key is None or not fits or key.revoked_at is not None:
            raise Unknown("this key opens nothing: it is unknown or was revoked")
        if key.ends_at is not None and now >= key.ends_at:
            raise Unknown("this key has ended: ask for another one", code="key_ended")
        return Caller(actor=key.key_id, scopes=key.scopes, per_second=key.per_second, burst=key.burst)

    def _key(self, key_id: str, *, now: datetime) -> Key | None:
        with self._lock:
            key, until = self._known.get(key_id, (None, now))
        # From both sides: a clock that was turned back must not make a key be remembered for longer.
        if until - REMEMBERED <= now < until:
            return key
        key = self._keys.get(key_id) if 0 < len(key_id) <= 64 else None
        if key is not None and self._remembered:
            with self._lock:
                self._known[key_id] = (key, now + self._remembered)
        return key

    def _of_token(self, token: str, *, now: datetime) -> Caller:
        told, _, signature = token.partition(".")
        secrets_now = [self._secret, *(one.secret for one in self._former if now < one.until)]
        signatures = [_packed(_signature(told, secret)).encode() for secret in secrets_now]
        # all are compared, whichever fits
        if not any([hmac.compare_digest(one, signature.encode()) for one in signatures]):  # noqa: C419 - see above
            raise Unknown("this token was not signed here")
        try:
            user, ends = json.loads(_unpacked(told))
        except (ValueError, binascii.Error) as error:
            raise Unknown("this token cannot be read") from error
        if now.timestamp() >= ends:
            raise Unknown("this token has ended: ask for another one", code="token_ended")
        scopes = frozenset({Scope.READ, Scope.LISTEN})
        return Caller(actor="user", scopes=scopes, per_second=DEFAULT_PER_SECOND, burst=DEFAULT_BURST, user=str(user))


def require(caller: Caller, scope: Scope) -> None:
    """Raise ``Forbidden`` unless the caller holds a scope."""
    if not caller.may(scope):
        held = ", ".join(sorted(caller.scopes))
        raise Forbidden(f"this call needs the scope {scope.value}; the key has {held}", code="missing_scope")


def require_user(caller: Caller, user: str) -> None:
    """Raise ``Forbidden`` if a user's token reaches for another user."""
    if caller.user is not None and not hmac.compare_digest(caller.user.encode(), user.encode()):
        raise Forbidden("a user's token reaches that user alone", code="other_user")


def _signature(told: str, secret: bytes) -> bytes:
    return hmac.new(secret, told.encode(), hashlib.sha256).digest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
