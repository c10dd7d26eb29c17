"""What is lost when thousands of provisions of other laws stand beside those that are asked about.

`python -m tests.benchmarks.distractors [--provisions 5000] [--nearest 20]` asks the questions on laws of the laws alone, and of the laws
together with provisions of `laws_wide.jsonl`: some drawn by chance, and for each question those of all 20,820 that share most with it
(BM25 over four-letter pieces), which are the hardest. Repealed ones among them count as in force, so that they compete. Left out is what
copies a right section: 70 % of the shorter text's four-letter pieces in common, whatever its number.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app import wiring
from app.answering.lexical import Lexical, grams
from app.answering.retrieve import COPY
from app.corpus import vectors
from app.domain import Document, Section
from app.evaluation import dataset, run
from app.thai import arabic, repair
from app.wiring import Stores
from tests.benchmarks import corpora

SUBJECT = "laws-dev"
WIDE = corpora.SHARED / "laws_wide.jsonl"
SHOWN = ("hit@1", "hit@3", "hit@5", "hit@10")


def main() -> None:
    """Print what is found and answered with and without the other laws."""
    parser = corpora.parser(__doc__)
    parser.add_argument("--provisions", type=int, default=20820, help="how many to draw by chance (default: all, which take e5 hours)")
    parser.add_argument("--nearest", type=int, default=0, help="how many of those most like each question to add")
    options = parser.parse_args()
    stores = corpora.opened(SUBJECT, options)
    documents, sections = corpora.content(stores)
    right = {key for sample in corpora.scored(SUBJECT) for key in sample.sections}
    asked_for = [_pieces(section) for section, _ in sections if (section.document, section.label) in right]
    others, every = _provisions()
    drawn = [*every[: options.provisions], *_nearest(every[options.provisions :], options.nearest)]
    named = {(section.document, section.label): replace(section, text=repair(section.text)) for section in drawn}  # one of each number
    wide = [section for section in named.values() if not _is_copy(section, asked_for)]
    print(
        f"{len(wide)} provisions beside {len(sections)} sections ({min(options.provisions, len(every))} drawn by chance, up to "
        f"{options.nearest} more for each question; {len(named) - len(wide)} copies left out); embedding {stores.embedding.name}\n"
    )
    rows = [_row("the laws alone", stores)]
    with TemporaryDirectory() as place:
        tokens = [stores.lexicon.of_section(section, others[section.document]) for section in wide]
        rows.append(
            _row("with other laws", _released(stores, Path(place), documents | others, [*sections, *zip(wide, tokens, strict=True)]))
        )
    print(corpora.table(["corpus", *SHOWN, "MRR@10", "right outcome", "milliseconds, p50 · p95"], rows))


def _provisions() -> tuple[dict[str, Document], list[Section]]:
    """Read all provisions, in an order made by chance and always the same."""
    lines = WIDE.read_text("utf-8").splitlines()
    random.Random(0).shuffle(lines)
    raw = [json.loads(line) for line in lines]
    documents = {each["document"]: Document(each["document"], each["title"], kind="act") for each in raw}
    return documents, [Section(each["document"], _label(each["section"]), each["text"]) for each in raw]


def _nearest(sections: Sequence[Section], each: int) -> list[Section]:
    """Give the sections that share most with the questions."""
    if not (each and sections):
        return []
    known = Lexical([grams(_close(section.text)) for section in sections])
    best = [np.argsort(-known.scores(grams(_close(sample.question))))[:each] for sample in corpora.scored(SUBJECT)]
    return [sections[int(at)] for at in np.unique(best)]


def _label(name: str) -> str:
    return f"มาตรา {arabic(name)}" if arabic(name)[:1].isdigit() else name


def _pieces(section: Section) -> set[str]:
    return set(grams(_close(section.text)))


def _close(text: str) -> str:
    return "".join(arabic(text).split())


def _is_copy(section: Section, others: Sequence[set[str]]) -> bool:
    pieces = _pieces(section)
    return any(len(pieces & other) >= COPY * min(len(pieces), len(other)) for other in others)


def _released(stores: Stores, place: Path, documents: dict[str, Document], content: Sequence[tuple[Section, Sequence[str]]]) -> Stores:
    sections = [section for section, _ in content]
    parts = vectors.parts(sections, documents, stores.embedding.window)
    made, _ = vectors.completed(parts, {}, stores.embedding, lambda _step, _done, _total: None)
    return corpora.released(stores, place, documents, content, vectors.entries(parts, made, sections, documents))


def _row(name: str, stores: Stores) -> list[str]:
    pipeline = wiring.answerer(stores.settings, stores.database)
    scores = run.evaluate(dataset.load(corpora.SUBJECTS[SUBJECT].questions), pipeline)
    shares = [f"{scores['retrieval'][what]:.3f} ({scores['intervals'][what][0]:.3f}–{scores['intervals'][what][1]:.3f})" for what in SHOWN]
    times = scores["latency_ms"]
    return [name, *shares, f"{scores['retrieval']['mrr@10']:.3f}", f"{scores['outcome_accuracy']:.3f}", f"{times['p50']} · {times['p95']}"]


if __name__ == "__main__":
    main()
