"""What was asked for lately is kept, and never more than twice the room."""

from infra.recent import Recent


def test_what_is_kept_is_found() -> None:
    recent = Recent[str, int](room=3)

    recent.keep({"a": 1, "b": 0})

    assert recent.look(["a", "b", "c"]) == {"a": 1, "b": 0}


def test_what_was_not_asked_for_in_two_generations_is_gone() -> None:
    recent = Recent[str, int](room=2)

    recent.keep(dict.fromkeys("abcde", 1))

    assert recent.recall("abcde") == {"c": 1, "d": 1, "e": 1}


def test_what_is_asked_for_again_stays() -> None:
    recent = Recent[str, int](room=2)
    recent.keep({"a": 1, "b": 2, "c": 3})

    recent.recall(["a"])
    recent.keep({"d": 4})

    assert recent.recall("abcd") == {"a": 1, "c": 3, "d": 4}


def test_what_was_dropped_is_forgotten_in_both_generations() -> None:
    recent = Recent[str, int](room=1)
    recent.keep({"a": 1, "b": 2})

    recent.drop(["a", "b", "c"])

    assert recent.recall("abc") == {}


def test_clearing_forgets_everything() -> None:
    recent = Recent[str, int](room=1)
    recent.keep({"a": 1, "b": 2})

    recent.clear()

    assert recent.recall("ab") == {}
