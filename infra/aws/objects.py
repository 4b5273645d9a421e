"""Objects in an S3 bucket."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

from botocore.exceptions import ClientError

from infra.aws.faults import answered, code_of
from recommender.errors import InvalidInput, NotFound, Unavailable
from recommender.ports.objects import UploadTarget

_SERVICE: Final = "s3"
_TARGET_LASTS_S: Final = 3600
_PIECE_BYTES: Final = 1024 * 1024
# Where several parts are sent: S3 takes up to 10,000 of them, so that 80 GB fit.
_PART_BYTES: Final = 8 * 1024 * 1024
_LONGEST_KEY_BYTES: Final = 1024
_MISSING: Final = frozenset({"NoSuchKey", "404", "NotFound"})


class S3Objects:
    """Keep objects in a bucket; see ``recommender.ports.objects.Objects``.

    Parameters
    ----------
    scratch
        Folder that objects are lent in; the system's own for such files when left out.
    """

    def __init__(self, client: Any, bucket: str, *, scratch: Path | None = None) -> None:
        self._client, self.bucket, self._scratch = client, bucket, scratch

    def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Write an object whole or not at all; what is larger than 8 MB goes in parts."""
        place = self._place(key)
        reader = io.BytesIO(content) if isinstance(content, bytes) else content
        first = reader.read(_PART_BYTES)
        rest = reader.read(_PART_BYTES) if len(first) == _PART_BYTES else b""
        with answered(_SERVICE):
            if not rest:
                self._client.put_object(**place, Body=first)
            else:
                self._put_parts(place, first, rest, reader)

    def read(self, key: str) -> bytes:
        """Return an object's bytes, or raise ``NotFound``."""
        content = io.BytesIO()
        self._stream(key, content)
        return content.getvalue()

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        """Lend a copy of the object, streamed into a folder of its own that is gone when the context ends."""
        self._place(key)
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="object-") as folder:
            path = Path(folder) / _file_name(key)
            with path.open("wb") as file:
                self._stream(key, file)
            yield path

    def size(self, key: str) -> int | None:
        """Return its size in bytes, ``None`` if there is none."""
        try:
            with answered(_SERVICE):
                return int(self._client.head_object(**self._place(key))["ContentLength"])
        except ClientError as error:
            if code_of(error) in _MISSING:
                return None
            raise

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with ``prefix``, sorted, a thousand at a time."""
        asked = {"Bucket": self.bucket, "Prefix": prefix}
        while True:
            with answered(_SERVICE):
                page = self._client.list_objects_v2(**asked)
            yield from (str(found["Key"]) for found in page.get("Contents", []))
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is passed over."""
        with answered(_SERVICE):
            self._client.delete_object(**self._place(key))

    def upload_target(self, key: str, *, content_type: str | None = None) -> UploadTarget:
        """Return a presigned URL, good for an hour or as long as the function's own credentials are."""
        asked = {**self._place(key), **({"ContentType": content_type} if content_type else {})}
        with answered(_SERVICE):
            url = self._client.generate_presigned_url("put_object", Params=asked, ExpiresIn=_TARGET_LASTS_S)
        return UploadTarget(str(url), "PUT", {"Content-Type": content_type} if content_type else {})

    def _place(self, key: str) -> dict[str, Any]:
        is_text = key.encode("utf-8", "ignore").decode() == key
        odd = not is_text or "\0" in key or any(part in {"", ".", ".."} for part in key.split("/"))
        if odd or len(key.encode()) > _LONGEST_KEY_BYTES:
            raise InvalidInput(f"this is no key of an object in the store: {key[:200]!r}", code="invalid_key", field="key")
        return {"Bucket": self.bucket, "Key": key}

    def _stream(self, key: str, file: BinaryIO) -> None:
        """Copy an object into an open file, piece by piece."""
        try:
            with answered(_SERVICE):
                body = self._client.get_object(**self._place(key))["Body"]
                shutil.copyfileobj(body, file, _PIECE_BYTES)
        except ClientError as error:
            if code_of(error) in _MISSING:
                raise NotFound(f"there is no object {key!r}") from error
            raise
        except OSError as error:
            raise Unavailable(f"{key!r} cannot be copied: {error.strerror}", code="scratch_full") from error

    def _put_parts(self, place: dict[str, Any], first: bytes, second: bytes, reader: BinaryIO) -> None:
        """Send an object in parts; an upload that fails is taken back, or its parts would be stored and paid for."""
        upload = {**place, "UploadId": self._client.create_multipart_upload(**place)["UploadId"]}
        try:
            parts, piece = [self._put_part(upload, 1, first)], second
            while piece:
                parts.append(self._put_part(upload, len(parts) + 1, piece))
                piece = reader.read(_PART_BYTES)
            self._client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        except BaseException:
            self._client.abort_multipart_upload(**upload)
            raise

    def _put_part(self, upload: dict[str, Any], number: int, piece: bytes) -> dict[str, Any]:
        etag = self._client.upload_part(**upload, PartNumber=number, Body=piece)["ETag"]
        return {"PartNumber": number, "ETag": etag}


def _file_name(key: str) -> str:
    """Return the key's last part, shortened from its front to what every file system takes."""
    name = PurePosixPath(key).name
    while len(name.encode()) > 200:
        name = name[1:]
    return name
