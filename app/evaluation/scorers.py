"""How good an answer is: each scorer looks at one thing and says 1, 0, a share between, or None where nothing can be said."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from app.domain import Answer
from app.evaluation.dataset import Sample
from app.thai import arabic, fold

Key = tuple[str, str]
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_OURS = re.compile(r"(?m)^(?:ตามเอกสารที่อ้างมี .*|\d\) .*)$")  # a corrected premise and the questions asked, in our words and the asker's


def hit(found: Sequence[Key], sample: Sample, k: int) -> float | None:
    """1 when one of the right sections is among the first k found."""
    return float(any(key in sample.sections for key in found[:k])) if sample.sections else None


def reciprocal_rank(found: Sequence[Key], sample: Sample, k: int = 10) -> float | None:
    """1/rank of the first right section among the first k, 0 when none is."""
    if not sample.sections:
        return None
    return next((1 / rank for rank, key in enumerate(found[:k], 1) if key in sample.sections), 0.0)


def recall(found: Sequence[Key], sample: Sample, k: int = 10) -> float | None:
    """The share of the right sections that stand among the first k."""
    return len(set(found[:k]) & set(sample.sections)) / len(set(sample.sections)) if sample.sections else None


def outcome(answer: Answer, sample: Sample) -> float | None:
    """1 when the outcome is an acceptable one and the text holds what it must and nothing that it must not."""
    if not sample.outcomes:
        return None
    return float(answer.outcome in sample.outcomes)


def content(answer: Answer, sample: Sample) -> float | None:
    """1 when the answer's text holds everything it must and nothing it must not; only where an answer was given."""
    if not (sample.must_contain or sample.must_not_contain) or answer.outcome != "answered":
        return None
    text = fold(answer.text)
    return float(
        all(fold(part) in text for part in sample.must_contain) and not any(fold(part) in text for part in sample.must_not_contain)
    )


def citation_precision(answer: Answer, sample: Sample) -> float | None:
    """The share of the citations that are right sections; None without citations or labels."""
    if not sample.sections or not answer.citations:
        return None
    return sum((c.document, c.section) in sample.sections for c in answer.citations) / len(answer.citations)


def citation_recall(answer: Answer, sample: Sample) -> float | None:
    """1 when a right section is cited; None without labels or when the question was not answered."""
    if not sample.sections or answer.outcome != "answered":
        return None
    return float(any((c.document, c.section) in sample.sections for c in answer.citations))


def quotes_are_literal(answer: Answer) -> float | None:
    """The share of the citations whose quotation stands word for word in its section."""
    return sum(c.quote in c.text for c in answer.citations) / len(answer.citations) if answer.citations else None


def numbers_are_quoted(answer: Answer) -> float | None:
    """1 when every number of the direct answer stands in a cited section; None where nothing is cited."""
    if not answer.citations:
        return None
    cited = arabic(" ".join(f"{citation.text} {citation.section}" for citation in answer.citations))
    said = _NUMBER.findall(arabic(_OURS.sub(" ", answer.lead)))
    return float(all(re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", cited) for number in said))


def citations_are_in_force(answer: Answer) -> float | None:
    """The share of the citations whose document held on the day that the answer is about, or is said to have been replaced."""
    if not answer.citations or answer.as_of is None:
        return None
    day = answer.as_of
    held = [
        (c.in_force_from is None or c.in_force_from <= day) and (c.in_force_until is None or day <= c.in_force_until)
        for c in answer.citations
    ]
    return sum(held) / len(held)


def mean(values: Sequence[float | None]) -> float | None:
    """The mean of what was scored; None when nothing was."""
    scored = [value for value in values if value is not None]
    return round(sum(scored) / len(scored), 4) if scored else None


def interval(values: Sequence[float | None]) -> tuple[float, float] | None:
    """The 95 % Wilson interval of a share: honest for small samples, unlike the normal one."""
    scored = [value for value in values if value is not None]
    if not scored:
        return None
    n, share, z = len(scored), sum(scored) / len(scored), 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)
