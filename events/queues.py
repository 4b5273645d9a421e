"""What arrives from queues and buckets: SQS batches, S3 notifications, and our own metadata message."""

import json
from typing import Annotated
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field

from events.fields import Incoming
from recommender.errors import InvalidInput


class NotJson(InvalidInput):
    """Refuse a message that no reader of JSON follows to its end."""


class OtherBucket(InvalidInput):
    """Refuse a notification of a bucket that holds no uploads of ours."""


class MetadataMessage(Incoming):
    """A message of the metadata queue: tracks whose metadata waits to be read."""

    track_ids: Annotated[list[str], Field(min_length=1)]


class _Foreign(BaseModel):
    """A message that somebody else defines: what we do not read is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class S3Bucket(_Foreign):
    """The bucket of a notification."""

    name: str


class S3Object(_Foreign):
    """The object of a notification; its key comes URL-encoded."""

    key: str
    size: int = 0

    @property
    def plain_key(self) -> str:
        """The key as it was put."""
        return unquote_plus(self.key)


class S3Entity(_Foreign):
    """Bucket and object of a notification."""

    bucket: S3Bucket
    object: S3Object


class S3Record(_Foreign):
    """One object that was created."""

    eventName: str  # noqa: N815  # the name is S3's
    s3: S3Entity


class S3Notification(_Foreign):
    """A message of the uploads queue; S3's own test event has no records."""

    Records: list[S3Record] = []
    Event: str | None = None

    def created_keys(self, *, bucket: str | None = None) -> list[str]:
        """Return the keys of the objects that were created, without folders.

        Parameters
        ----------
        bucket
            The one bucket that may tell of its objects; ``None`` believes any.

        Raises
        ------
        OtherBucket
            If another bucket sent this.
        """
        others = {record.s3.bucket.name for record in self.Records} - {bucket}
        if bucket is not None and others:
            raise OtherBucket(f"uploads are in {bucket!r}, this tells of {min(others)!r}", code="other_bucket")
        created = [record.s3.object.plain_key for record in self.Records if record.eventName.startswith("ObjectCreated")]
        return [key for key in created if not key.endswith("/")]


def ingest_message(body: str) -> S3Notification | MetadataMessage:
    """Return a message of the uploads or of the metadata queue.

    Raises
    ------
    NotJson
        If it is no JSON.
    ValidationError
        Pydantic's, if it is any other.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotJson(f"the message is not JSON: {type(error).__name__}", code="json_invalid") from error
    if isinstance(told, dict) and ("Records" in told or "Event" in told):
        return S3Notification.model_validate(told)
    return MetadataMessage.model_validate(told)
