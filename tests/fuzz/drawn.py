"""What comes in from outside, as hypothesis draws it."""

from typing import Any

from hypothesis import strategies as st

# Halves of surrogate pairs come in JSON; no text that came as UTF-8 holds one.
TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from(["", "9" * 400, "../../x", "\0", "9999-12-31T23:59:59-23:59"])
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=10
)
# No reader of JSON follows these to their end.
MONSTERS = st.sampled_from(
    ["[" * 100_000, '{"a":' * 50_000, "1" * 10_000, "[NaN]", '"\\ud800"', "\ufeff{}", "", " ", "null", "0", '"', "{}{}"]
)


@st.composite
def bent(draw: st.DrawFn, right: Any) -> Any:
    """Return a message that is right but for one value, somewhere in it."""
    if isinstance(right, dict) and right and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(right)))
        kind = draw(st.sampled_from(["bent", "gone", "more"]))
        if kind == "gone":
            return {key: value for key, value in right.items() if key != name}
        if kind == "more":
            return {**right, draw(TEXT): draw(JSON)}
        return {**right, name: draw(bent(right[name]))}
    if isinstance(right, list) and right and draw(st.integers(0, 9)):
        return [*right[:-1], draw(bent(right[-1]))]
    return draw(JSON)
