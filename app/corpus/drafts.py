"""What a document is cut into, before its sections get their ids."""

from __future__ import annotations

from dataclasses import dataclass, field

ARROW = " › "  # between the headings of a path


@dataclass
class Draft:
    """A section on its way: its label as printed, the headings above it, the page it begins on, its lines."""

    label: str
    path: str
    page: int | None
    lines: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many characters it has."""
        return sum(map(len, self.lines))
