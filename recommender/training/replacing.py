"""Replace the factors after an erasure: train without the erased, serve the result though it is no better, remove what knew them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from recommender.errors import InvalidInput
from recommender.manifest import Manifest
from recommender.models import PREFIX, Models
from recommender.ports.objects import Objects
from recommender.training.fitting import Wish
from recommender.training.progress import Report, unseen
from recommender.training.swap import Swap
from recommender.training.train import TOO_LITTLE, Training
from recommender.trust.erasing import ERASED, Erasing
from recommender.trust.receipts import REMOVED, Receipt, TaughtVersion

# Beside the versions, whose functions may write there.
ASKED: Final = f"{PREFIX}asked/"


@dataclass(frozen=True, slots=True)
class Asking:
    """Remember for which receipts the factors are to be replaced."""

    objects: Objects

    def ask(self, receipt_id: str) -> None:
        """Ask once more; asking again changes nothing."""
        self.objects.put(f"{ASKED}{receipt_id}", b"")

    def asked(self) -> list[str]:
        """Return the receipts that wait."""
        return [key.removeprefix(ASKED) for key in self.objects.keys(ASKED)]

    def done(self, receipt_ids: Sequence[str]) -> None:
        """Forget receipts."""
        for receipt_id in receipt_ids:
            self.objects.delete(f"{ASKED}{receipt_id}")


@dataclass(frozen=True, slots=True)
class Replacing:
    """Carry out what was asked."""

    asking: Asking
    training: Training
    swap: Swap
    models: Models
    erasing: Erasing

    def run(self, *, now: datetime, progress: Report = unseen, wish: Wish | None = None) -> Manifest:
        """Train without the erased, and return the manifest of what was trained.

        If nothing sane comes of it, no factors serve until a later training makes some: those that knew the erased go in any case.

        Raises
        ------
        InvalidInput
            If there is too little listening left to learn from; the versions are gone then too.
        """
        told = {one: self.erasing.receipts.get(one) for one in self.asking.asked()}
        receipts = [Receipt.from_json(one) for one in told.values() if one is not None and one["status"] == ERASED]
        if not receipts:  # an erasure asked a moment ago and is about to write its receipt: the next training is for it
            return self.training.run(now=now, progress=progress)
        waiting = [receipt.receipt_id for receipt in receipts]
        try:
            manifest = self.training.run(now=now, progress=progress, replaces=True, wish=wish)
        except InvalidInput as error:
            if error.code == TOO_LITTLE:
                self._settle(waiting, receipts, None, now=now)
            raise
        self._settle(waiting, receipts, manifest.version if manifest.published else None, now=now)
        return manifest

    def _settle(self, waiting: Sequence[str], receipts: Sequence[Receipt], version: str | None, *, now: datetime) -> None:
        doomed = {manifest.version for manifest in self.models.manifests() if any(_knew(manifest, receipt) for receipt in receipts)}
        doomed |= {known.version for receipt in receipts for known in receipt.versions}
        self.swap.part_with(doomed - {version})
        for gone in sorted(doomed - {version}):
            self.models.remove(gone)
        for receipt in receipts:
            versions = tuple(_removed(known) for known in receipt.versions)
            outcome = "done" if version is not None else "withdrawn"
            self.erasing.write(replace(receipt, versions=versions, retraining=outcome, replaced_by=version), now=now)
        self.asking.done(waiting)


def _knew(manifest: Manifest, receipt: Receipt) -> bool:
    """Tell whether a version may have learned from an erased user: also one that was being trained when they were erased."""
    if not receipt.versions:
        return False
    return min(known.trained_at for known in receipt.versions) <= manifest.trained_at <= receipt.erased_at


def _removed(known: TaughtVersion) -> TaughtVersion:
    return replace(known, state=REMOVED, retires_after=None, retires_at=None, rule="it was removed when the factors were replaced")
