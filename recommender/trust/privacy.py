"""What is held of a user: all of it on demand, and all of it gone on demand."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from embeddings.taste import Mode
from recommender.models import Models
from recommender.ports.stores import ImpressionLog, InteractionLog, PreferenceStore, ReceiptStore, TasteStore
from recommender.tastes.taste import SpaceTaste, Taste


@dataclass(frozen=True, slots=True)
class Privacy:
    """Export and erase."""

    log: InteractionLog
    tastes: TasteStore
    preferences: PreferenceStore
    impressions: ImpressionLog
    receipts: ReceiptStore
    models: Models

    def export(self, user: str) -> Mapping[str, object]:
        """Return everything that is held of a user, as JSON values."""
        asked, taste = self.preferences.get(user), self.tastes.get(user)
        return {
            "interactions": [_plain(asdict(act), leave="user") for act in self.log.of_user(user)],
            "preferences": _plain(asdict(asked), leave="user") if asked else None,
            "taste": _taste(taste) if taste else None,
            "impressions": [_plain(asdict(shown), leave="user") for shown in self.impressions.of_user(user)],
        }

    def erase(self, user: str, *, receipt_id: str, asked_at: datetime, now: datetime) -> Mapping[str, object]:
        """Erase a user everywhere and return the receipt; erasing again erases what came since and adds to the same receipt."""
        removed = {
            "interactions": self.log.erase(user),
            "tastes": self.tastes.erase(user),
            "preferences": self.preferences.erase(user),
            "impressions": self.impressions.erase(user),
        }
        former = self.receipts.get(receipt_id)
        before = former["removed"] if former else {}
        total = {store: count + (int(before.get(store, 0)) if isinstance(before, dict) else 0) for store, count in removed.items()}
        receipt: dict[str, object] = {
            "receipt_id": receipt_id,
            "status": "erased",
            "asked_at": asked_at.isoformat(),
            "erased_at": now.isoformat(),
            "removed": total,
            # Factors hold no user, but they were fitted to this listening too, until the versions retire.
            "models_trained_with": [manifest.version for manifest in self.models.manifests() if manifest.trained_at <= now],
        }
        self.receipts.put(receipt_id, receipt)
        return receipt


def _plain(held: Mapping[str, object], *, leave: str) -> dict[str, object]:
    return {name: _value(value) for name, value in held.items() if name != leave}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _value(inner) for name, inner in value.items()}
    return [_value(inner) for inner in value] if isinstance(value, list | tuple) else value


def _taste(taste: Taste) -> dict[str, object]:
    return {
        "updated_at": taste.updated_at.isoformat(),
        "interactions": taste.plays,
        "spaces": {space: _space(held) for space, held in taste.spaces.items()},
        "session": {space: _space(held) for space, held in taste.session.items()},
        "session_at": _value(taste.session_at),
        "heard": _value(taste.heard),
        "banned": _value(taste.banned),
        "artists": dict(taste.artists),
        "genres": dict(taste.genres),
        "made_for_collab": taste.made_for_collab,
    }


def _space(held: SpaceTaste) -> dict[str, object]:
    return {"version": held.version, "modes": [_mode(mode) for mode in held.modes], "distastes": [_mode(mode) for mode in held.distastes]}


def _mode(mode: Mode) -> dict[str, object]:
    return {
        "weight": mode.weight,
        "exemplars": list(mode.exemplars),
        "since": _value(mode.since),
        "vector": [float(x) for x in mode.vector],
    }
