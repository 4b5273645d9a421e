"""What came of one fault: how often it was done, what was checked, and what was found wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_SHOWN = 5


@dataclass(slots=True)
class Verdict:
    """One line of the table.

    Attributes
    ----------
    checked
        What was looked at, in words, with counts.
    complaints
        What was not as promised; none means that all was well.
    """

    fault: str
    times: int = 0
    checked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def expect(self, holds: bool, complaint: str) -> bool:  # noqa: FBT001 - reads as a sentence
        """Note a complaint unless something holds; return whether it does."""
        if not holds:
            self.complaints.append(complaint)
        return holds

    def same(self, what: str, found: object, expected: object) -> bool:
        """Note a complaint unless two things are equal."""
        return self.expect(found == expected, f"{what}: {found!r}, not {expected!r}")


def print_table(verdicts: Sequence[Verdict]) -> bool:
    """Print a table in Markdown and the complaints after it; return whether there were none. A fault that was never done did not hold."""
    for one in verdicts:
        one.expect(one.times > 0, "it was not done even once")
    print("| fault | times | checked | verdict |")
    print("|---|---|---|---|")
    for one in verdicts:
        print(f"| {one.fault} | {one.times} | {'; '.join(one.checked)} | {'FAILED' if one.complaints else 'held'} |")
    for one in verdicts:
        for complaint in _shortened(one.complaints):
            print(f"{one.fault}: {complaint}")
    return not any(one.complaints for one in verdicts)


def _shortened(complaints: Sequence[str]) -> Iterable[str]:
    yield from complaints[:_SHOWN]
    if len(complaints) > _SHOWN:
        yield f"... and {len(complaints) - _SHOWN} more"
