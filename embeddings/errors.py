"""What an embedder says of a signal it cannot embed.

EmbeddingError
├── Unhearable       this audio will never be heard: broken, silent, too short (permanent)
└── ArtefactInvalid  a statistics or weights file is missing, altered or of another version
"""


class EmbeddingError(Exception):
    """Say why a signal or an artefact cannot be used, with the offending value."""


class Unhearable(EmbeddingError):
    """Refuse audio for good, with a short code and a reason that a person understands.

    Attributes
    ----------
    code
        One of ``not_audio``, ``empty``, ``truncated``, ``too_short``, ``silent``, ``not_finite``.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason

    def __reduce__(self) -> tuple[type["Unhearable"], tuple[str, str]]:
        """Cross a process boundary whole: hearing runs in workers."""
        return (Unhearable, (self.code, self.reason))


class ArtefactInvalid(EmbeddingError):
    """Refuse an artefact file, naming it."""
