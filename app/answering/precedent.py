"""A question that the clinic's people have answered before: found among the passages, and given again in their words with its grounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.answering import compose, wording
from app.answering.loaded import Corpus
from app.answering.query import Query, understand
from app.corpus.lexicon import Lexicon
from app.domain import Answer, Citation, Document, Passage, Section
from app.store.clinic_answers import KIND

CLINIC_ANSWER = "clinic_answer"  # in a trace: the answer is one of these
LOOKED_AT = 5  # passages
SAME = 0.6  # share of the weight of its words that each of two questions must have in common with the other
ALIKE = 0.3  # the same, where meaning and words together already say that it answers


def is_ours(passage: Passage) -> bool:
    """Say whether a passage is a clinic answer."""
    return passage.document.kind == KIND


def fitting(query: Query, passages: Sequence[Passage], corpus: Corpus, lexicon: Lexicon, *, is_likely: bool) -> Passage | None:
    """Give the clinic answer to this very question, when there is one among the best passages.

    Args:
        query: what was asked.
        passages: what was found, best first.
        corpus: where it was found.
        lexicon: cuts the answered question into words.
        is_likely: the best passage probably answers, so that it need not ask in the same words.
    """
    asked = set(query.content)
    for place, passage in enumerate(passages[:LOOKED_AT]):
        told = f"{passage.section.label} {passage.section.text}"
        if not is_ours(passage) or not all(str(year) in told for year in query.years):
            continue
        answered = set(understand(passage.section.label, lexicon=lexicon).content)
        # both ways: a question that says more than the answered one is another, and so is one that says less
        common = min(_share(answered, asked, corpus), _share(asked, answered, corpus))
        if common >= SAME or (place == 0 and is_likely and common >= ALIKE):
            return passage
    return None


def answer(base: Answer, known: Passage, corpus: Corpus) -> Answer:
    """Give a clinic answer again, whole, with the sections it rests on as they read now."""
    release = corpus.number
    grounds = [_cited(corpus.documents[section.document], section, release) for section in _grounds(known.document, corpus)]
    text, note = known.section.text, wording.CLINIC_ANSWER_NOTE.format(question=known.section.label)
    return replace(
        base,
        outcome="answered",
        text=f"{text}\n\n{note}",
        lead=text,
        notes=(note,),
        citations=(*grounds, _cited(known.document, known.section, release)),
        topic=known.document.topic or base.topic,
        confidence=max(base.confidence, SAME),
        trace={**base.trace, CLINIC_ANSWER: known.document.id},
    )


def _grounds(document: Document, corpus: Corpus) -> list[Section]:
    wanted = set(document.rests_on)
    return [section for section in corpus.sections if (section.document, section.label) in wanted]


def _cited(document: Document, section: Section, release: int) -> Citation:
    is_ours = document.kind == KIND
    return Citation(
        document=document.id,
        section=section.label,
        title=document.title,
        quote=compose.without_source(section.text)[: compose.QUOTE],
        text=section.text,
        path=section.path,
        page=section.page,
        kind="summary" if is_ours else document.kind,
        source=wording.CLINIC_ANSWER if is_ours else compose.source_line(section.text) if document.kind == "summary" else "",
        url=document.url,
        in_force_from=document.in_force_from,
        in_force_until=document.in_force_until,
        release=release,
    )


def _share(of: set[str], among: set[str], corpus: Corpus) -> float:
    """Say which share of the weight of some words is among others; words that the release does not know weigh most."""
    words = corpus.words

    def weight(token: str) -> float:
        number = words.vocabulary.get(token)
        return words.unknown_idf if number is None else float(words.idf[number])

    total = sum(map(weight, of))
    return sum(map(weight, of & among)) / total if total else 0.0
