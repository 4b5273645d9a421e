"""Signed requests by which a client may put one object on the local host, as a presigned S3 request would."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

from recommender.errors import Forbidden
from recommender.trust.access import FormerSecret


class UploadSignatures:
    """Sign a key with the second at which the permission ends (HMAC-SHA256).

    Parameters
    ----------
    former
        Keys that signed before, which are accepted for a while.
    """

    def __init__(self, secret: bytes, *, former: Sequence[FormerSecret] = ()) -> None:
        self._secret = secret
        self._former = tuple(former)

    def signed(self, key: str, *, expires: int) -> str:
        """Return the quoted key with its query: ``KEY?expires=SECONDS&signature=HEX``."""
        return f"{quote(key, safe='/')}?{urlencode({'expires': expires, 'signature': _signature(key, str(expires), self._secret)})}"

    def verify(self, key: str, expires: str, signature: str, *, now: datetime) -> None:
        """Accept a request that was signed for this key and has not ended.

        Raises
        ------
        Forbidden
            Otherwise.
        """
        given = signature.encode("utf-8", "replace")
        secrets_now = [self._secret, *(one.secret for one in self._former if now < one.until)]
        # all are compared, whichever fits
        if not any([hmac.compare_digest(_signature(key, expires, secret).encode(), given) for secret in secrets_now]):  # noqa: C419 - see above
            raise Forbidden(f"the signature does not allow an upload to {key!r}", code="bad_signature")
        if now.timestamp() > int(expires):
            raise Forbidden(f"the permission to upload {key!r} has ended", code="expired_signature")


def _signature(key: str, expires: str, secret: bytes) -> str:
    told = "\n".join(("PUT", expires, key))
    return hmac.new(secret, told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
