"""An answer put together from what was found: quoted or drafted, with its citations, its notes and what may be asked next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.answering import compose, premise, wording
from app.answering.asked import held, of_the_years_named
from app.answering.cite import Proven
from app.answering.loaded import Corpus, own_label
from app.answering.query import Query
from app.domain import Answer, Citation, Document, Passage
from app.thai import fold

CLOSE = 0.6  # standard deviations below the best score: a second rule as near as this may apply as well
ADDS = 0.12  # share of the question's weight that a second rule must speak of and the first does not
YEAR_WEIGHT = 12.0  # more than any word: a sentence for another year is no answer
SUGGESTIONS = 3
NAMED = 2  # sections named by the best one that a model is given with it


def quoted(base: Answer, query: Query, passages: Sequence[Passage], corpus: Corpus) -> Answer:
    """Answer in the rule's own words: the best passage, with those that add to it, correct the question, or disagree."""
    weights = _weights(query, corpus)
    corrected = premise.otherwise(query.text, passages)
    if corrected:  # what corrects the question goes first
        passages = [corrected[1], *(passage for passage in passages if passage is not corrected[1])]
    used = _used(passages, weights)
    other = premise.other_rule(query.text, passages, CLOSE)
    if other and other not in used:
        used.append(other)
    quotations = [compose.quote(passage.section.text, lambda words: _weight(words, weights)) for passage in used]
    citations = tuple(_citation(p, q.quote, corpus.number) for p, q in zip(used, quotations, strict=True))
    notes = [*_notes(used[0].document, query, corpus), *_doubt(base, query, used[0], corpus)]
    if other:
        notes.insert(0, premise.disagreement(passages[0], other))
    lead = "\n".join(filter(None, [corrected and corrected[0], quotations[0].lead]))
    # the direct answer first; the rest of its rule behind it; then the other rules that apply
    parts = [lead, *(rest for rest in [compose.rest(quotations[0])] if rest), *(q.quote for q in quotations[1:])]
    return replace(
        base,
        outcome="answered",
        text="\n\n".join([*parts, *notes]),
        lead=lead,
        notes=tuple(notes),
        citations=citations,
        suggestions=_next(used, passages, query, corpus),
    )


def drafted(base: Answer, proven: Sequence[Proven], query: Query, passages: Sequence[Passage], corpus: Corpus) -> Answer:
    """Answer with what was proved of a draft, then the rules' own words that prove it, each once, with all their conditions."""
    borne = {(one.passage.document.id, one.passage.section.label, one.quote): one for one in proven}
    shown = [one for key, one in borne.items() if not any(key[:2] == wider[:2] and key[2] in wider[2] and key != wider for wider in borne)]
    used = list({one.passage.section: one.passage for one in shown}.values())
    notes = tuple(
        dict.fromkeys(
            [*(note for passage in used for note in _notes(passage.document, query, corpus)), *_doubt(base, query, used[0], corpus)]
        )
    )
    lead = "\n".join(one.text for one in proven)
    return replace(
        base,
        outcome="answered",
        text="\n\n".join([lead, *(f"“{one.quote}”" for one in shown), *notes]),
        lead=lead,
        notes=notes,
        citations=tuple(_citation(one.passage, one.quote, corpus.number) for one in shown),
        suggestions=_next(used, passages, query, corpus),
    )


def _weights(query: Query, corpus: Corpus) -> dict[str, float]:
    """How much each word of the question says: rare words more; a year that was asked about most of all."""
    words = corpus.words
    weights = {token: float(words.idf[words.vocabulary[token]]) for token in query.content if token in words.vocabulary}
    return weights | {str(year): YEAR_WEIGHT for year in query.years}


def _weight(folded: str, weights: dict[str, float]) -> float:
    return sum(weight for token, weight in weights.items() if token in folded)


def _used(passages: Sequence[Passage], weights: dict[str, float]) -> list[Passage]:
    """The best passage, and those about as good that speak of a part of the question that it leaves out."""
    used = [passages[0]]
    told = fold(f"{passages[0].section.label} {passages[0].section.text}")
    for passage in passages[1:3]:
        words = fold(f"{passage.section.label} {passage.section.text}")
        new = sum(weight for token, weight in weights.items() if token in words and token not in told)
        if passages[0].score - passage.score < CLOSE and new > ADDS * sum(weights.values()):
            used.append(passage)
            told += words
    return used


def _citation(passage: Passage, quote: str, release: int) -> Citation:
    document, section = passage.document, passage.section
    ends = [day for day in (document.in_force_until, document.superseded_on and document.superseded_on - timedelta(days=1)) if day]
    return Citation(
        document=document.id,
        section=section.label,
        title=document.title,
        quote=quote,
        text=section.text,
        path=section.path,
        page=section.page,
        kind=document.kind,
        source=(compose.source_line(section.text) or document.source) if document.kind == "summary" else "",
        url=document.url,
        in_force_from=document.in_force_from,
        in_force_until=min(ends, default=None),
        release=release,
    )


def day_before(passages: Sequence[Passage], corpus: Corpus) -> date | None:
    """Give the last day of the rule that the best passage's rule replaced; None when the corpus does not hold one."""
    best = passages[0].document.id if passages else ""
    ends = [document.superseded_on for document in corpus.documents.values() if document.superseded_on and document.superseded_by == best]
    return max(ends) - timedelta(days=1) if ends else None


def dated(query: Query, passages: Sequence[Passage]) -> Query:
    """Give the day that the question names, by a year or a date, where the best passage holds only then: the answer is of that day."""
    best = passages[0].document if passages else None
    if best is None or best.in_force(query.as_of):
        return query
    named = (*map(query.day_of, query.years), *query.dates)
    return replace(query, as_of=next((day for day in named if best.in_force(day)), query.as_of))


def missing_year(query: Query, best: Passage) -> str:
    """The sentence for a year whose edition the corpus does not hold; nothing when it does."""
    document = best.document
    spoken = best.section.text + best.section.label + document.title
    held = document.fiscal_years or tuple(sorted({int(year) for year in re.findall(r"25[4-9]\d", spoken)}))
    if not held or of_the_years_named(query.years, document, spoken):
        return ""
    lasts = document.in_force_until and any(document.in_force(query.day_of(year)) for year in query.years)
    # of a text that does not say of when it is, the year after the last one it speaks of may be its own
    newest = max(held) if document.in_force_from else max(held) + 2
    if not document.yearly and not document.fiscal_years and (lasts or min(query.years) < newest):
        return ""  # a year that a rule without editions covers, or an old one that it simply does not mention
    return wording.YEAR_MISSING.format(asked=query.years[0], rule=max(held))


def _notes(document: Document, query: Query, corpus: Corpus) -> list[str]:
    notes = [wording.NO_EARLIER] if query.before else []
    if _is_replaced(document, query, corpus) and document.superseded_on:
        day = wording.thai_date(document.superseded_on - timedelta(days=1))
        notes.append(wording.REPLACED.format(day=day, title=corpus.documents[document.superseded_by].title))
    elif document.in_force_until and document.in_force_until < query.today:
        notes.append(wording.ENDED.format(day=wording.thai_date(document.in_force_until)))
    current = wording.fiscal_year(query.as_of)
    if document.yearly and document.fiscal_years and not query.years and current not in document.fiscal_years:
        notes.append(wording.YEAR_OF_RULE.format(rule=max(document.fiscal_years), asked=current))
    return notes


def _doubt(base: Answer, query: Query, best: Passage, corpus: Corpus) -> list[str]:
    """Say so when the rule may be another one, or does not hold all of the kinds that were asked for (how many days, which month)."""
    is_sure = base.confidence >= corpus.calibration.sure and held(query.asks, best.section) == 1
    return [] if is_sure else [wording.UNSURE]


def _is_replaced(document: Document, query: Query, corpus: Corpus) -> bool:
    return bool(document.superseded_on and document.superseded_by in corpus.documents and document.superseded_on <= query.today)


def _next(used: Sequence[Passage], passages: Sequence[Passage], query: Query, corpus: Corpus) -> tuple[str, ...]:
    """What may be asked next: the same of today's rules, where a rule of then answered; a section that the answer names; its neighbours."""
    replaced = query.subject and any(_is_replaced(passage.document, query, corpus) for passage in used)
    now = [wording.TODAY + query.subject] if replaced else []
    named = [f"{own_label(one)} {used[0].document.title}" for one in corpus.named_in(used[0].section)[:1]]
    return (*now, *named, *headings(passages, used))[:SUGGESTIONS]


def with_named(passages: Sequence[Passage], corpus: Corpus) -> list[Passage]:
    """Put behind the best passage the sections that it names, as far as they were not found themselves: it cannot be understood without."""
    best, found = passages[0], {id(passage.section) for passage in passages}
    named = [replace(best, section=one) for one in corpus.named_in(best.section)[:NAMED] if id(one) not in found]
    return [best, *named, *passages[1:]]


def headings(passages: Sequence[Passage], used: Sequence[Passage] = ()) -> tuple[str, ...]:
    """Give the headings of passages, but for those that an answer has used, as the next questions; each only when it reads as one."""
    taken = {p.section.label for p in used}
    return tuple(
        dict.fromkeys(p.section.label for p in passages if p.section.label not in taken and 8 <= len(fold(p.section.label)) <= 60)
    )[:SUGGESTIONS]
