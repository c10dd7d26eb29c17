"""What each part of our retrieval is worth: the same questions, with one part at a time taken away or done otherwise.

`python -m tests.benchmarks.retrieval_ablation [laws-dev golden]`. The weights were chosen on these very
sets, so that the tables flatter what is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
from pythainlp.tokenize import subword_tokenize, tcc

from app import wiring
from app.answering import retrieve, rules
from app.answering.lexical import Floats
from app.answering.loaded import ActiveCorpus, Corpus
from app.answering.query import Query, understand
from app.answering.retrieve import HybridRetriever
from app.answering.spelling import typed
from app.corpus import vectors
from app.corpus.dictionary import Dictionary
from app.corpus.lexicon import Lexicon
from app.domain import Document, Passage, Section
from app.evaluation import scorers
from app.evaluation.dataset import Sample
from app.store.index import OpenIndex, VectorIndex
from app.wiring import Stores
from tests.benchmarks import corpora

SMOOTHING = 60  # of reciprocal ranks, as in the literature
RANKS = ("act", "decree", "regulation", "resolution", "announcement", "guideline", "manual", "summary")  # the higher, the earlier
HAIRS = (0.05, 0.1, 0.2, 0.4)  # standard deviations; scores as near as this count as the same
WEIGHTS = ((0.5, 0.3, 0.2), (0.4, 0.35, 0.25), (0.34, 0.33, 0.33), (0.7, 0.18, 0.12), (0.8, 0.12, 0.08))  # meaning, words, pieces
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Variant:
    """Retrieval with something altered; `constants` and `rules` are names of app.answering.retrieve and .rules with other values."""

    corpus: Corpus
    lexicon: Lexicon
    constants: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    spells: bool = True
    query: Callable[[Query], Query] = lambda query: query
    order: Callable[[list[Passage]], list[Passage]] = list


def main() -> None:
    """Print a table of all variants for each subject."""
    parser = corpora.parser(__doc__)
    parser.add_argument("subjects", nargs="*", default=list(corpora.SUBJECTS), metavar="SUBJECT", help=", ".join(corpora.SUBJECTS))
    options = parser.parse_args()
    for name in options.subjects:
        stores = wiring.remembering(corpora.opened(name, options))
        samples = corpora.scored(name)
        active = ActiveCorpus(stores.database, stores.index, stores.embedding)
        with TemporaryDirectory() as place:
            asked = {what: _ranks(samples, variant, stores) for what, variant in _variants(stores, active.get(), Path(place))}
        print(f"## {name}\n\n{len(samples)} questions, embedding {stores.embedding.name}\n")
        usual = next(iter(asked.values()))
        head = ["variant", "hit@1", "hit@3", "hit@5", "MRR@10", "first: lost · won"]
        print(corpora.table(head, [_row(what, places, usual) for what, places in asked.items()]))


def _variants(stores: Stores, corpus: Corpus, place: Path) -> Iterator[tuple[str, Variant]]:
    usual = Variant(corpus, stores.lexicon)
    yield "as it is", usual
    yield from _parts(usual)
    yield from _words(usual)
    yield "headings and titles in neither words nor vectors", replace(usual, corpus=_bare(usual, stores, place))
    yield from _own_words(usual)
    yield from _fusions(usual)
    for hair in HAIRS:
        yield f"the higher document first, within {hair}", replace(usual, order=lambda found, hair=hair: _higher_first(found, hair))  # type: ignore[misc]


def _parts(usual: Variant) -> Iterator[tuple[str, Variant]]:
    """Which of the three scores is needed."""
    for name, (dense, words, grams) in {
        "meaning only": (1, 0, 0),
        "words only (BM25)": (0, 1, 0),
        "character pieces only (BM25)": (0, 0, 1),
        "words and pieces, no meaning": (0, 0.6, 0.4),
        "no character pieces": (0.62, 0.38, 0),
        "no words": (0.62, 0, 0.38),
    }.items():
        yield name, _weighed(usual, dense, words, grams)


def _words(usual: Variant) -> Iterator[tuple[str, Variant]]:
    """What the dictionary, the headings and the cutting of words do for the search by words."""
    dictionary = usual.lexicon.dictionary
    without = Lexicon(Dictionary())
    yield "no dictionary", _cut_by(usual, without)
    only_terms = Lexicon(Dictionary(dictionary.terms))
    yield "no synonyms of the dictionary", replace(usual, lexicon=only_terms)
    for name, cut in {
        "character clusters instead of words": tcc.segment,
        "syllables instead of words": lambda text: subword_tokenize(text, engine="dict"),
        "what stands between spaces instead of words": str.split,
    }.items():
        lexicon = Lexicon(Dictionary())
        lexicon.segmenter = SimpleNamespace(words=lambda text, cut=cut: [word.strip() for word in cut(text) if word.strip()])  # type: ignore[assignment]
        yield name, _cut_by(usual, lexicon)
    yield "no headings and titles in words", replace(usual, corpus=_retold(usual.corpus, usual.lexicon, _headless))
    yield "no correction of misspelled words", replace(usual, spells=False)


def _own_words(usual: Variant) -> Iterator[tuple[str, Variant]]:
    """What the rules say about themselves, numbers, years, copies."""
    yield "no look-up by section number", replace(usual, query=lambda query: replace(query, labels=()))
    yield "no section named in passing", replace(usual, query=lambda query: replace(query, pointed_at=()))
    for name, constant in {
        "no definitions": "_ASKS_MEANING",
        "no officer in charge": "_ASKS_CHARGE",
        "no penalties for the section breached": "_ASKS_PENALTY",
    }.items():
        yield name, replace(usual, rules={constant: NEVER})
    nothing = dict.fromkeys(("_ASKS_MEANING", "_ASKS_CHARGE", "_ASKS_PENALTY"), NEVER)
    bare = replace(usual, rules=nothing, query=lambda query: replace(query, pointed_at=(), labels=()))
    yield "nothing of what rules say about themselves, no numbers", bare
    yield "no look at whether days, months, numbers asked for are there", replace(usual, constants={"HOLDS": 0.0})
    yield "no fiscal year of the document", replace(usual, constants={"OF_THE_YEAR": 0.0})
    yield "no fuller copy first", replace(usual, constants={"_fuller_first": lambda best, _corpus: list(best)})


def _fusions(usual: Variant) -> Iterator[tuple[str, Variant]]:
    """Other ways to make one score of three."""
    for dense, words, grams in WEIGHTS:
        yield f"weights {dense} · {words} · {grams}", _weighed(usual, dense, words, grams)
    among = {"_against": lambda cosines, _usual: _standardised(cosines)}
    yield "cosines standardised among those found", replace(usual, constants=among)
    by_rank = {"_against": lambda cosines, _usual: _by_rank(cosines), "_standard": lambda scores, _allowed: _by_rank(scores)}
    yield "reciprocal ranks instead of scores", replace(usual, constants=by_rank)
    equal = {"DENSE": 0.34, "WORDS": 0.33, "GRAMS": 0.33}
    yield "reciprocal ranks, equal weights", replace(usual, constants=by_rank | equal)


def _ranks(samples: Sequence[Sample], variant: Variant, stores: Stores) -> list[int]:
    """Ask all questions; give the place of the first right section among ten, or 11."""
    retriever = HybridRetriever(corpus=lambda: variant.corpus, embedding=stores.embedding, lexicon=variant.lexicon)
    with _patched(variant):
        return [_rank(sample, variant, retriever) for sample in samples]


def _rank(sample: Sample, variant: Variant, retriever: HybridRetriever) -> int:
    spelling = variant.corpus.spelling if variant.spells else None
    text = typed(sample.question)
    query = understand(text, lexicon=variant.lexicon, spelling=spelling, history=sample.history, as_of=sample.as_of)
    found = variant.order(retriever.search(variant.query(query), variant.corpus))
    keys = [(passage.document.id, passage.section.label) for passage in found]
    return next((place for place, key in enumerate(keys, 1) if key in sample.sections), 11)


@contextmanager
def _patched(variant: Variant) -> Iterator[None]:
    constants, words = {"DENSE": retrieve.DENSE, **variant.constants}, {"DEFINES": rules.DEFINES, **variant.rules}
    with patch.multiple(retrieve, **constants), patch.multiple(rules, **words):
        yield


def _weighed(variant: Variant, dense: float, words: float, grams: float) -> Variant:
    return replace(variant, constants={"DENSE": dense, "WORDS": words, "GRAMS": grams})


def _cut_by(variant: Variant, lexicon: Lexicon) -> Variant:
    """Cut sections and questions into words by another lexicon."""
    return replace(variant, lexicon=lexicon, corpus=_retold(variant.corpus, lexicon, lambda section, document: (section, document)))


def _retold(
    corpus: Corpus, lexicon: Lexicon, told: Callable[[Section, Document], tuple[Section, Document]], index: OpenIndex | None = None
) -> Corpus:
    """Load the same release with other tokens, and with other vectors when they are given."""
    tokens = [lexicon.of_section(*told(section, corpus.documents[section.document])) for section in corpus.sections]
    sections = list(zip(corpus.sections, tokens, strict=True))
    return Corpus(corpus.number, tuple(corpus.documents.values()), sections, index or corpus.index, corpus.calibration)


def _headless(section: Section, document: Document) -> tuple[Section, Document]:
    return replace(section, label="", path=""), replace(document, title="")


def _bare(usual: Variant, stores: Stores, place: Path) -> Corpus:
    """Load the release from the words of its sections alone, embedded anew."""
    corpus = usual.corpus
    told = [_headless(section, corpus.documents[section.document]) for section in corpus.sections]
    parts = vectors.parts(
        [section for section, _ in told], {section.document: document for section, document in told}, stores.embedding.window
    )
    made, _ = vectors.completed(parts, {}, stores.embedding, lambda _step, _done, _total: None)
    index = VectorIndex(place)
    index.write(1, vectors.entries(parts, made, corpus.sections, corpus.documents))
    return _retold(corpus, usual.lexicon, _headless, index.open(1))


def _standardised(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std(), dtype=np.float32)


def _by_rank(scores: Floats) -> Floats:
    """Give standardised reciprocal ranks; equal scores have the last rank among them."""
    ranks = len(scores) - np.searchsorted(np.sort(scores), scores, side="left")
    return _standardised((1 / (SMOOTHING + ranks)).astype(np.float32))


def _higher_first(found: Sequence[Passage], hair: float) -> list[Passage]:
    """Put the passage of the higher document before its neighbours whose scores are nearly its own."""
    ordered = list(found)
    for _ in ordered:
        for at in range(len(ordered) - 1):
            one, other = ordered[at : at + 2]
            if abs(one.score - other.score) <= hair and _rank_of(other.document) < _rank_of(one.document):
                ordered[at : at + 2] = other, one
    return ordered


def _rank_of(document: Document) -> int:
    return RANKS.index(document.kind) if document.kind in RANKS else len(RANKS)


def _row(what: str, places: Sequence[int], usual: Sequence[int]) -> list[str]:
    hits = [[float(place <= k) for place in places] for k in (1, 3, 5)]
    inverse = [1 / place if place <= 10 else 0.0 for place in places]
    low, high = scorers.interval(hits[0]) or (0.0, 1.0)
    pairs = list(zip(places, usual, strict=True))
    changed = f"{sum(was == 1 < now for now, was in pairs)} · {sum(now == 1 < was for now, was in pairs)}"
    shares = [f"{fmean(hit):.3f}" for hit in hits]
    return [what, f"{shares[0]} ({low:.3f}–{high:.3f})", *shares[1:], f"{fmean(inverse):.3f}", changed]


if __name__ == "__main__":
    main()
