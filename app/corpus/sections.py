"""Cut a document's blocks into sections and name them, as the contract's ids say (design.md section 5)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.corpus import outlines, structure
from app.corpus.drafts import ARROW, Draft
from app.domain import Section
from app.formats.base import Block
from app.thai import arabic, repaired

MAX_LABEL = 300  # characters; a longer heading is shortened, its section keeps the whole text


@dataclass
class Cut:
    """What a document was cut into: sections as (label, path, page, text), and what looked odd."""

    sections: list[Section] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)


def cut(document: str, title: str, blocks: Sequence[Block]) -> Cut:
    """Repair the blocks and cut them into sections with ids that are unique in the document.

    Args:
        document: the document's id.
        title: its title; a heading that only repeats it is not part of any path.
        blocks: what the format's reader gave.
    """
    result = Cut()
    clean = []
    for block in blocks:
        text, counts = repaired(block.text.encode("utf-8", "replace").decode())  # half a surrogate pair fits into no database
        result.repairs.update(counts)
        clean.append(Block(text.strip(), block.level, block.page))
    if structure.is_statute(clean):
        drafts = structure.statute(clean, result.warnings)
    elif sum(block.level > 0 for block in clean) >= 2:
        drafts = [part for draft, inside in _headings(clean, title) for part in outlines.parted(draft, inside)]
    else:
        drafts = outlines.outline(clean, title)
    result.sections = _named(document, drafts)
    return result


def _headings(blocks: Sequence[Block], title: str) -> list[tuple[Draft, list[Block]]]:
    """Give a draft for each heading that has text under it, with the blocks of that text."""
    drafts: list[tuple[Draft, list[Block]]] = []
    path: dict[int, str] = {}
    pending: tuple[Draft, list[Block]] | None = None
    for block in blocks:
        if block.level:
            path = {level: name for level, name in path.items() if level < block.level}
            parents = [name for level, name in sorted(path.items()) if name != title]
            path[block.level] = block.text
            pending = Draft(block.text, ARROW.join(parents), block.page), []
        else:
            pending = pending or (Draft(title, "", block.page), [])
            draft, inside = pending
            if not inside:
                drafts.append(pending)
            draft.lines.append(block.text)
            inside.append(block)
    return drafts


def _named(document: str, drafts: Sequence[Draft]) -> list[Section]:
    repeated = {label for label, n in Counter(_label(draft.label) for draft in drafts).items() if n > 1}
    used: Counter[str] = Counter()
    sections = []
    for position, draft in enumerate(drafts):
        label = _label(draft.label)
        if label in repeated and draft.path and used[label]:
            label = f"{arabic(draft.path)}{ARROW}{label}"
        used[label] += 1
        if used[label] > 1:
            label = f"{label} ({used[label]})"
        text = "\n".join(line for line in draft.lines if line)
        digest = hashlib.sha256(f"{label}\0{draft.path}\0{text}".encode()).hexdigest()
        sections.append(Section(document, label, text, draft.path, draft.page, position, digest))
    return sections


def _label(text: str) -> str:
    return " ".join(arabic(text).split())[:MAX_LABEL]
