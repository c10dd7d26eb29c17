"""Cut what is neither a statute nor has headings: letters, resolutions, manuals, questions and answers, by the marks their lines open with.

The marks make a tree. A branch that is short enough to be quoted whole becomes one section; a longer one is cut at its own branches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.corpus.drafts import ARROW, Draft
from app.corpus.marks import HEADING, OUTER, RANKS, Mark, mark
from app.formats.base import Block
from app.thai import arabic

WHOLE = 1200  # characters of a branch that stays one section, and of a piece of text without any marks
LONG = 4000  # characters from which a section under a heading is cut further
LEAD = 80  # characters of an unmarked line that can name the list behind it
SMALL = 250  # characters of a point that is quoted together with its neighbours
TEXT = 30  # characters; what follows a heading is longer, what follows the head of a column is not
PARAGRAPH = "ย่อหน้า "  # what a piece of text without any mark is called, with its number
ASKED_BY_NAME = ("part", "annex", "question", "indicator")


@dataclass
class _Branch:
    mark: Mark
    page: int | None
    lines: list[Block] = field(default_factory=list)
    below: list[_Branch] = field(default_factory=list)

    @property
    def own(self) -> int:
        return sum(len(line.text) for line in self.lines)

    @property
    def size(self) -> int:
        return self.own + sum(branch.size for branch in self.below)

    def all_lines(self) -> Iterator[str]:
        yield from (line.text for line in self.lines)
        for branch in self.below:
            yield from branch.all_lines()


def outline(blocks: Sequence[Block], title: str) -> list[Draft]:
    """Cut a document by the marks of its lines; one without marks into pieces of text."""
    root = _Branch(Mark("root", title, title), blocks[0].page if blocks else None)
    open_: list[_Branch] = [root]
    marks = _marks(blocks)
    for number, block in enumerate(blocks):
        here = marks[number]
        following = marks[number + 1] if number + 1 < len(blocks) else None
        if here is None and following and following.number == 1 and number and len(block.text) <= LEAD and following.style != "unit":
            here = Mark("lead", " ".join(block.text.split()), prefix=following.style)
        level = _level(here, open_) if here else 0
        if here and level:
            del open_[level:]
            branch = _Branch(here, block.page)
            open_[-1].below.append(branch)
            open_.append(branch)
        open_[-1].lines.append(block)
    return list(_drafts(root, ()))


def parted(draft: Draft, inside: Sequence[Block]) -> list[Draft]:
    """Cut a section under a heading, made of the blocks `inside`, further where it is too long to be quoted and has marks of its own."""
    if draft.size <= LONG:
        return [draft]
    inner = outline(inside, draft.label)
    if all(part.label == draft.label or part.label.startswith(PARAGRAPH) for part in inner) and len({block.page for block in inside}) == 1:
        return [draft]
    above = draft.path + ARROW if draft.path else ""
    return [Draft(p.label, draft.path if p.label == draft.label else above + (p.path or draft.label), p.page, p.lines) for p in inner]


def _marks(blocks: Sequence[Block]) -> list[Mark | None]:
    found = [mark(arabic(block.text)) for block in blocks]
    for number, here in enumerate(found):
        if here and here.style == "name":
            rest = [*found[number + 1 : number + 3], None]
            is_heading = any(rest[:2]) or any(len(block.text) > TEXT for block in blocks[number + 1 : number + 2])
            found[number] = here if is_heading else None
    return found


def _level(here: Mark, open_: Sequence[_Branch]) -> int:
    """Say how many of the open branches stay open above a mark; 0 when it is no mark but a number that a line break moved to the front."""
    styles = [branch.mark.style for branch in open_]
    if here.style in RANKS:
        rank = RANKS.index(here.style)
        return next((at for at, style in enumerate(styles) if at and (style not in RANKS or RANKS.index(style) >= rank)), len(open_))
    if here.style == "lead":
        return next(
            (at for at, style in enumerate(styles) if style == here.prefix or (style == "lead" and open_[at].mark.prefix == here.prefix)),
            len(open_),
        )
    for at in range(len(open_) - 1, 0, -1):
        other = open_[at].mark
        if other.style == here.style and other.prefix == here.prefix and other.number < here.number <= other.number + 2:
            return at
        if other.style in OUTER.get(here.style, ()) and str(other.number) == here.prefix.rpartition(".")[2]:
            return at + 1 if here.number <= 2 else 0
    if here.number != 1:
        return 0
    # a list that begins anew: inside the point that is open, unless that point is of a list further in
    again = max((at for at, style in enumerate(styles) if style == here.style), default=len(open_) - 1)
    return again if again < len(open_) - 1 else len(open_)


def _drafts(branch: _Branch, path: tuple[str, ...]) -> Iterator[Draft]:
    is_root = branch.mark.style == "root"
    by_name = sum(below.mark.style in ASKED_BY_NAME for below in branch.below) > 1
    is_list = branch.size <= LONG and all(not below.below and below.size < SMALL for below in branch.below)
    if not branch.below and (is_root or branch.size > LONG):
        yield from _pieces(branch, path)
    elif (branch.size <= WHOLE or is_list) and not by_name:
        yield Draft(branch.mark.label, ARROW.join(path), branch.page, list(branch.all_lines()))
    else:
        has_heading = not is_root and len(branch.lines[0].text) <= HEADING
        opening = [line.text for line in branch.lines[has_heading:]]  # the heading itself is in the path
        if sum(map(len, opening)) > LEAD:
            whole = Draft(branch.mark.label, ARROW.join(path), branch.page, [line.text for line in branch.lines])
            yield from _pieces(branch, path) if whole.size > LONG else [whole]
            opening = []
        inner = path if is_root else (*path, branch.mark.label)
        for draft in _below(branch, inner):
            draft.lines[:0] = opening  # too short to be quoted alone
            opening = []
            yield draft


def _below(branch: _Branch, path: tuple[str, ...]) -> Iterator[Draft]:
    for group in _grouped(branch.below):
        if len(group) == 1:
            yield from _drafts(group[0], path)
        else:
            yield Draft(_span(group), ARROW.join(path), group[0].page, [line for below in group for line in below.all_lines()])


def _grouped(branches: Sequence[_Branch]) -> Iterator[list[_Branch]]:
    """Put small neighbours of one list together: "1) ระดับดี 60–89" says nothing alone."""
    group: list[_Branch] = []
    for branch in branches:
        is_small = branch.size < SMALL and branch.mark.style not in ASKED_BY_NAME
        if group and not (is_small and branch.mark.style == group[0].mark.style and branch.mark.number > 1 and _size(group) < WHOLE):
            yield group
            group = []
        group.append(branch)
        if not is_small:
            yield group
            group = []
    if group:
        yield group


def _size(group: Sequence[_Branch]) -> int:
    return sum(branch.size for branch in group)


def _span(group: Sequence[_Branch]) -> str:
    return f"{group[0].mark.name}–{group[-1].mark.name.removeprefix('ข้อ ')}"


def _pieces(branch: _Branch, path: tuple[str, ...]) -> Iterator[Draft]:
    """Cut lines without marks into pieces of text, named by the number of their first paragraph; each knows the page it begins on."""
    above = ARROW.join(path)
    if branch.own <= WHOLE:
        yield Draft(branch.mark.label, above, branch.page, [line.text for line in branch.lines])
        return
    name = "" if branch.mark.style == "root" else branch.mark.label
    piece: Draft | None = None
    for number, line in enumerate(branch.lines, 1):
        if piece is None or piece.size + len(line.text) > WHOLE:
            if piece:
                yield piece
            # the first piece of a point keeps the point's own name: that is how it is asked for
            piece = Draft(name if name and number == 1 else f"{name} {PARAGRAPH}{number}".strip(), above, line.page)
        piece.lines.append(line.text)
    if piece:
        yield piece
