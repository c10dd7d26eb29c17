"""The gate: what must hold before a release may answer. Each check is a function with one reason to refuse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.corpus import suspicions
from app.corpus.succession import Twins
from app.domain import Document, Section
from app.thai import arabic

LEGIBLE = 0.75  # share of a document's letters in known words, below which it is refused; real ones have 0.95
SHARP = 0.5  # share of a document's sections, or a third of all, whose loss is not an edit
FEW = 6  # sections; a smaller document may lose any of them
HIT_FLOOR, OUTCOME_FLOOR = 0.75, 0.7  # of the golden questions: under this the clinic is of no use, whatever was there before
TOLERANCE = 0.02  # by which the scores may fall: a question or two of a hundred change sides with any edit
_NAMED_YEAR = re.compile(r"(?:ปีงบประมาณ|ประจำปี|ปี)\s*(?:พ\.ศ\.)?\s*(25[4-9]\d)(?!\d)")


@dataclass(frozen=True)
class Check:
    """One check and what it found."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Evidence:
    """All that the gate looks at: the new release, and the active one before it."""

    documents: Sequence[Document]
    sections: Sequence[Section]
    failed: Mapping[str, str]  # files that could not be read, with the reason
    legibility: Mapping[str, float]
    unseen: Mapping[str, Sequence[str]]
    twins: Sequence[Twins]
    before: Sequence[Document] = ()
    sections_before: Mapping[str, int] = field(default_factory=dict)  # by document
    golden: Mapping[str, Any] = field(default_factory=dict)
    golden_before: Mapping[str, Any] = field(default_factory=dict)
    allow_removal: bool = False


def run(evidence: Evidence) -> list[Check]:
    """Run every check, in the order in which an admin would ask."""
    return [
        _files_readable(evidence),
        _something_to_answer_from(evidence),
        _every_document_has_sections(evidence),
        _no_document_lost(evidence),
        _no_sharp_drop(evidence),
        _legible(evidence),
        _speaks_to_readers_only(evidence),
        _years_are_right(evidence),
        _golden_questions(evidence),
    ]


def _files_readable(evidence: Evidence) -> Check:
    detail = "; ".join(f"{name}: {reason}" for name, reason in evidence.failed.items())
    return Check("files_readable", not evidence.failed, detail or "every file was read")


def _something_to_answer_from(evidence: Evidence) -> Check:
    count = len(evidence.sections)
    return Check("not_empty", bool(count), f"{count} sections" if count else "the knowledge folder gives no section at all")


def _every_document_has_sections(evidence: Evidence) -> Check:
    cut = {section.document for section in evidence.sections}
    empty = [document.id for document in evidence.documents if document.id not in cut]
    detail = f"no section found in: {', '.join(empty)}" if empty else f"{len(evidence.documents)} documents"
    return Check("documents_have_sections", not empty, detail)


def _no_document_lost(evidence: Evidence) -> Check:
    lost = sorted({document.id for document in evidence.before} - {document.id for document in evidence.documents})
    if not lost:
        return Check("no_document_lost", passed=True, detail="every document of the active release is there")
    detail = f"in the active release but not here: {', '.join(lost)}"
    return Check("no_document_lost", evidence.allow_removal, detail + _permission(evidence))


def _no_sharp_drop(evidence: Evidence) -> Check:
    now = Counter(section.document for section in evidence.sections)
    here = {document.id for document in evidence.documents}
    fallen = [
        f"{name} had {count} sections and has {now[name]}"
        for name, count in evidence.sections_before.items()
        if name in here and count >= FEW and now[name] < count * SHARP
    ]
    before = sum(evidence.sections_before.values())
    if before >= FEW and len(evidence.sections) < before * (1 - SHARP):
        fallen.append(f"the corpus had {before} sections and has {len(evidence.sections)}")
    detail = "; ".join(fallen) + _permission(evidence) if fallen else f"{before} sections before, {len(evidence.sections)} now"
    return Check("no_sharp_drop", not fallen or evidence.allow_removal, detail)


def _permission(evidence: Evidence) -> str:
    return " (removal allowed)" if evidence.allow_removal else "; give --allow-removal if that is meant"


def _legible(evidence: Evidence) -> Check:
    bad = [f"{name} ({share:.0%} of its letters in known words)" for name, share in evidence.legibility.items() if share < LEGIBLE]
    return Check(
        "legible",
        not bad,
        f"letters in disorder, or the wrong encoding: {', '.join(bad)}" if bad else "the text of every document reads like language",
    )


def _speaks_to_readers_only(evidence: Evidence) -> Check:
    found = [f"{name}: {what}" for name, whats in evidence.unseen.items() for what in whats]
    for section in evidence.sections:
        found.extend(f"{section.document} {section.label}: “{words}”" for words in suspicions.orders(f"{section.label}\n{section.text}"))
    detail = (
        f"words to a language model, or text that nobody sees: {'; '.join(list(dict.fromkeys(found))[:20])}"
        if found
        else "no hidden text, no words to a language model"
    )
    return Check("speaks_to_readers_only", not found, detail)


def _years_are_right(evidence: Evidence) -> Check:
    """Last year's rules under this year's name are the worst that can happen: they are quoted as if they held."""
    named: dict[str, Counter[int]] = {}
    for section in evidence.sections:
        named.setdefault(section.document, Counter()).update(
            int(year) for year in _NAMED_YEAR.findall(arabic(f"{section.label}\n{section.text}"))
        )
    wrong = []
    for document in evidence.documents:
        years = named.get(document.id, Counter())
        own = sum(years[year] for year in document.fiscal_years)
        if document.fiscal_years and sum(years.values()) >= 3 and own * 10 < sum(years.values()):
            most, times = years.most_common(1)[0]
            wrong.append(
                f"{document.id} is for {_list(document.fiscal_years)} by its sidecar, but its text speaks of {most} ({times} times)"
            )
    wrong += [
        f"{pair.one.id} ({_list(pair.one.fiscal_years)}) and {pair.other.id} ({_list(pair.other.fiscal_years)}) are the same text"
        for pair in evidence.twins
        if pair.are_editions
    ]
    return Check("years_are_right", not wrong, "; ".join(wrong) or "every text speaks of the fiscal year of its sidecar")


def _list(years: Sequence[int]) -> str:
    return ", ".join(map(str, years))


def _golden_questions(evidence: Evidence) -> Check:
    now, before = evidence.golden, evidence.golden_before
    if not now:
        return Check("golden_questions", passed=True, detail="none were asked")
    if "error" in now:
        return Check("golden_questions", passed=False, detail=str(now["error"]))
    told, passed = [], True
    for name, key, floor in (("hit@3", "hit@3", HIT_FLOOR), ("outcomes", "outcome_accuracy", OUTCOME_FLOOR)):
        share, was = now.get(key), before.get(key)
        if share is None:
            continue
        told.append(f"{name} {share:.3f}" + (f" ({was:.3f} before)" if was is not None else ""))
        if share < floor or (was is not None and share < was - TOLERANCE):
            passed = False
            told.append(f"at least {max(floor, (was or 0.0) - TOLERANCE):.3f} is needed")
    worse = [key for key in now.get("wrong", ()) if key not in before.get("wrong", ())] if before else now.get("wrong", [])
    if not passed and worse:
        told.append(f"wrong{' now' if before else ''}: {', '.join(worse[:20])}{' …' if len(worse) > 20 else ''}")
    return Check("golden_questions", passed, f"{now.get('n', 0)} questions: {'; '.join(told)}")
