"""The graph written here and the authors' own implementation agree on what sentences mean."""

import numpy as np
import pytest

from embeddings.text import OnnxTextEncoder, TextEncoder

WORDS = ["sad", "piano", "and", "hip", "hop", "from", "the", "nineties,", "live", "in", "Paris", "with", "strings"]
VARIED = [
    "",
    " ",
    "a",
    ".",
    "?!… ¿¡ —",
    "\x00\x07 bell",
    "tab\tand\nline",
    "ÉTUDE ÉTÉ à la carte",
    "Sigur Rós: Hoppípolla",
    "Björk Guðmundsdóttir",
    "Motörhead",
    "Мумий Тролль. Владивосток 2000",
    "坂本龍一 戦場のメリークリスマス",
    "방탄소년단 봄날",
    "أم كلثوم إنت عمري",
    "שלום חנוך",
    "लता मंगेशकर",
    "emoji 🎹🎷 and 👩🏽‍🎤",
    "e\u0301 combined",
    "\u200bzero width",
    "lone \ud800 surrogate",
    "[CLS] [SEP] [MASK] [PAD]",
    "34+35",
    "2005-11-04 #1 100%",
    "antidisestablishmentarianism",
    "x" * 99,
    "x" * 101,
    "word " * 254,
    "日本" * 500,
    *(" ".join(WORDS[:count]) for count in range(1, len(WORDS) + 1)),
    "90s hip hop",
    "Title: Imagine. Artist: John Lennon.",
    "songs to fall asleep to",
    "80s synth pop, new wave: Blue Monday by New Order, from Power, Corruption & Lies, 1983",
    "Für Elise",
    "sad piano",
    "AC/DC, T.N.T.",
    "P!nk & Ke$ha feat. will.i.am",
    "upbeat Latin dance for a summer party",
]


@pytest.fixture(scope="module")
def reference() -> TextEncoder:
    # Torch loads here, for seconds, and not when tests are collected.
    from embeddings.text import SentenceTransformersEncoder

    return SentenceTransformersEncoder(batch_size=4)


def test_both_encoders_give_the_same_vectors_under_the_same_version(reference: TextEncoder) -> None:
    ours: TextEncoder = OnnxTextEncoder(threads=1, batch_size=4)

    cosines = np.sum(ours.encode(VARIED) * reference.encode(VARIED), axis=1)

    assert len(VARIED) >= 50
    assert ours.version == reference.version
    assert cosines == pytest.approx(np.ones(len(VARIED)), abs=1e-5)


def test_the_reference_too_gives_no_row_for_no_sentence(reference: TextEncoder) -> None:
    vectors = reference.encode([])

    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32
