"""Bar charts as plain SVG text, which any browser shows without a script or a network."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_WIDTH: Final = 720
_LABELS: Final = 300
_BAR: Final = 14
_GAP: Final = 3
_GROUP_GAP: Final = 12
COLOURS: Final = ("#2b6cb0", "#d69e2e", "#718096", "#38a169")


def bars(groups: Sequence[tuple[str, Mapping[str, float]]], *, title: str) -> str:
    """Return one group of horizontal bars for each row, a bar for each of its series, all on one scale from 0.

    Parameters
    ----------
    groups
        Label, and value by series; not negative.
    """
    series = list(dict.fromkeys(name for _, values in groups for name in values))
    most = max((value for _, values in groups for value in values.values()), default=0.0) or 1.0
    colours = {name: COLOURS[at % len(COLOURS)] for at, name in enumerate(series)}
    parts, y = [_legend(colours)], 34
    for label, values in groups:
        height = len(values) * (_BAR + _GAP)
        parts.append(_text(_LABELS - 8, y + height / 2 + 3, label, anchor="end"))
        for name, value in values.items():
            parts.append(_bar(y, value, most, colours[name]))
            y += _BAR + _GAP
        y += _GROUP_GAP
    head = f'<svg viewBox="0 0 {_WIDTH} {y}" width="{_WIDTH}" height="{y}" role="img" aria-label="{escape(title)}">'
    return "".join([head, f"<title>{escape(title)}</title>", *parts, "</svg>"])


def _bar(y: float, value: float, most: float, colour: str) -> str:
    length = max(1.0, value / most * (_WIDTH - _LABELS - 80))
    drawn = f'<rect x="{_LABELS}" y="{y}" width="{length:.1f}" height="{_BAR}" fill="{colour}" rx="2"/>'
    return drawn + _text(_LABELS + length + 6, y + _BAR - 3, f"{value:.4g}", anchor="start")


def _legend(colours: Mapping[str, str]) -> str:
    parts, x = [], float(_LABELS)
    for name, colour in colours.items():
        parts.append(f'<rect x="{x:.0f}" y="6" width="12" height="12" fill="{colour}" rx="2"/>' + _text(x + 18, 16, name, anchor="start"))
        x += 40 + 7.5 * len(name)
    return "".join(parts)


def _text(x: float, y: float, words: str, *, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
