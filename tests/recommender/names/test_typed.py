"""Queries are cleaned of marks that cannot be seen, or refused."""

import pytest

from recommender.errors import InvalidInput
from recommender.names.typed import checked_query


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  sad   piano ", "sad piano"),
        ("東京\u3000タワー", "東京 タワー"),
        ("sad\xa0piano", "sad piano"),
        ("\u200fשלום\u200e", "שלום"),  # noqa: RUF001  # another script is the point
        ("می\u200cخواهم", "میخواهم"),  # noqa: RUF001  # another script is the point
        ("👩\u200d🎤 pop", "👩🎤 pop"),
        ("x" * 500, "x" * 500),
    ],
)
def test_spaces_become_plain_and_invisible_marks_go(text: str, plain: str) -> None:
    assert checked_query(text) == plain


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200f", "x" * 501, "a\x00b", "a\nb", "a\ud800b", "\x1b[31m", "\ue000"])
def test_what_nobody_types_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked_query(text)

    assert (raised.value.code, raised.value.field) == ("invalid_query", "q")
    raised.value.message.encode()
