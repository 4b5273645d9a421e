"""Build the local stack on the adapters that configuration chooses, and say clearly where it cannot run on them."""

from infra import rekeying, wiring
from infra.disk_room import require_room
from infra.folder_objects import FolderObjects
from infra.local.stack import LocalStack
from infra.local.template import read_plan
from infra.sqlite_queues import SqliteQueues
from recommender.errors import InvalidInput


def embedded_stack() -> LocalStack:
    """Return the stack of this process's ``app``; the caller owns the home's lock.

    Raises
    ------
    InvalidInput
        If queues or objects are configured to be AWS's: there Lambda drains them, not this host.
    Unavailable
        If the pseudonyms in the stores were made by other keys.
    """
    app = wiring.app()
    queues, objects = app.stores.queues, app.stores.objects
    if not isinstance(queues, SqliteQueues):
        raise InvalidInput(f"QUEUES_URL={app.settings.queues_url!r}: the local host drains sqlite: queues only", code="invalid_setting")
    if not isinstance(objects, FolderObjects):
        raise InvalidInput(
            f"OBJECTS_URL={app.settings.objects_url!r}: the local host takes uploads into file: only", code="invalid_setting"
        )
    rekeying.check(app.stores)
    return LocalStack(
        read_plan(),
        queues,
        objects,
        hearing_workers=max(1, app.settings.hearing_workers),
        ready=lambda: require_room(app.settings.home),
    )
