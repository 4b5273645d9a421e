"""Signed requests by which a client may put one object on the local host, as a presigned S3 request would."""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

from recommender.errors import Forbidden


class UploadSignatures:
    """Sign a key with the second at which the permission ends (HMAC-SHA256)."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def signed(self, key: str, *, expires: int) -> str:
        """Return the quoted key with its query: ``KEY?expires=SECONDS&signature=HEX``."""
        return f"{quote(key, safe='/')}?{urlencode({'expires': expires, 'signature': self._signature(key, str(expires))})}"

    def verify(self, key: str, expires: str, signature: str, *, now: datetime) -> None:
        """Accept a request that was signed for this key and has not ended.

        Raises
        ------
        Forbidden
            Otherwise.
        """
        if not hmac.compare_digest(self._signature(key, expires).encode(), signature.encode("utf-8", "replace")):
            raise Forbidden(f"the signature does not allow an upload to {key!r}", code="bad_signature")
        if now.timestamp() > int(expires):
            raise Forbidden(f"the permission to upload {key!r} has ended", code="expired_signature")

    def _signature(self, key: str, expires: str) -> str:
        told = "\n".join(("PUT", expires, key))
        return hmac.new(self._secret, told.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
