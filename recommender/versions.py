"""Which slot a vector of some version belongs in, so that vectors of two versions are never compared."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from recommender.errors import Conflict, Unavailable
from recommender.ports.stores import ServingStore
from recommender.serving import Serving

_TRIES: Final = 10


def switch(store: ServingStore, change: Callable[[Serving], Serving]) -> Serving:
    """Apply a change to what is served, however many others are switching too.

    Raises
    ------
    Unavailable
        If others were faster many times in a row.
    """
    for _ in range(_TRIES):
        serving = store.get()
        changed = change(serving)
        if changed == serving:
            return serving
        try:
            return store.put(changed)
        except Conflict:
            continue
    raise Unavailable(f"what is served was switched by others {_TRIES} times in a row", code="contended")


def serve_first_audio(store: ServingStore, version: str) -> None:
    """Let ``version`` be the audio version if there is none yet; later ones come by ``recommender.intake.refit``."""
    switch(store, lambda now: now if now.audio_version else replace(now, audio_version=version))


def check_text_version(store: ServingStore, version: str) -> None:
    """Let ``version`` be the text version if there is none yet.

    Raises
    ------
    Unavailable
        If the index holds text vectors of another model: they would be compared with these.
    """
    serving = switch(store, lambda now: now if now.text_version else replace(now, text_version=version))
    if serving.text_version != version:
        raise Unavailable(
            f"the index holds text vectors of {serving.text_version}, this reader makes {version}: rebuild the text space first",
            code="text_version",
        )
