"""What is served: for each space the slot that answers and the version of the vectors in it."""

from dataclasses import dataclass, replace

from embeddings.spaces import idle_slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Which slot and version answer for audio and collab; switched as one.

    Attributes
    ----------
    next_audio
        The version that is being written into the audio slot that does not serve; what is heard meanwhile goes into both.
    collab_version
        ``None`` until a first model version is published.
    former_collab
        The version that ``rollback`` goes back to.
    idle_collab
        The version whose vectors are whole in the slot that does not serve; ``None`` while it is being written.
    """

    audio_slot: str = "audio_a"
    audio_version: str | None = None
    next_audio: str | None = None
    text_version: str | None = None
    collab_slot: str = "collab_a"
    collab_version: str | None = None
    former_collab: str | None = None
    idle_collab: str | None = None
    revision: int = 0

    def swapped(self) -> "Serving":
        """Return this with the two collab slots' roles exchanged: the idle version serves, the serving one is idle."""
        return replace(
            self,
            collab_slot=idle_slot(self.collab_slot),
            collab_version=self.idle_collab,
            idle_collab=self.collab_version,
            former_collab=self.collab_version,
        )
