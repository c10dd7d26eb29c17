"""What retrieval is measured on: corpora with their questions, ingested once and kept, and vectors that are never made twice."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import wiring
from app.corpus.report import Wishes
from app.domain import Document, Section
from app.embeddings.base import Embedding
from app.evaluation import dataset
from app.evaluation.dataset import Sample
from app.settings import Settings
from app.store import releases
from app.store.index import Entry
from app.wiring import Stores

SHARED = Path("../shared/data")  # real Thai laws beside the project
AT_ONCE = 64  # texts between two writings to disk


@dataclass(frozen=True)
class Subject:
    """A corpus and the questions that are asked of it."""

    folder: Path
    questions: Path


SUBJECTS = {
    "laws-dev": Subject(SHARED / "laws/texts", SHARED / "questions/laws-dev.jsonl"),
    "golden": Subject(Path("knowledge"), Path("knowledge/golden.jsonl")),
}


class Kept(Embedding):
    """Another embedding, whose passages are kept on disk by the digest of their text, so that a run that was broken off goes on."""

    def __init__(self, inner: Embedding, folder: Path) -> None:
        """Read what is kept."""
        self._inner, self._folder = inner, folder
        self._vectors: dict[str, NDArray[np.float32]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for shard in folder.glob("*.npz"):
            with np.load(shard) as kept:
                self._vectors.update(zip(kept["digests"].tolist(), kept["vectors"], strict=True))

    def __getattr__(self, name: str) -> Any:
        """Take its name, its window and its like from the other one."""
        return getattr(self._inner, name)

    def knows(self, texts: Iterable[str]) -> bool:
        """Say whether all of these are kept."""
        return all(_digest(text) in self._vectors for text in texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Give kept vectors, and make and keep those that are not."""
        new = list({_digest(text): text for text in texts if _digest(text) not in self._vectors}.values())
        for start in range(0, len(new), AT_ONCE):
            self._make(new[start : start + AT_ONCE])
        return [self._vectors[_digest(text)].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed a query; these are never kept, for they are timed."""
        return self._inner.embed_query(text)

    def _make(self, texts: list[str]) -> None:
        digests, vectors = [_digest(text) for text in texts], np.asarray(self._inner.embed_documents(texts), dtype=np.float32)
        self._vectors.update(zip(digests, vectors, strict=True))
        unfinished = self._folder / f"{time.time_ns()}.part"
        with unfinished.open("wb") as file:
            np.savez(file, digests=np.array(digests), vectors=vectors)
        unfinished.rename(unfinished.with_suffix(".npz"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def parser(description: str | None) -> argparse.ArgumentParser:
    """Give the options that all of these measurements have."""
    options = argparse.ArgumentParser(description=(description or "").split("\n", 1)[0])
    options.add_argument("--embedding", default="e5_small", help="a file of app/embeddings (default: e5_small; trigram is quick)")
    options.add_argument("--place", type=Path, default=Path("data/benchmarks"), help="where releases and vectors are kept between runs")
    return options


def opened(name: str, options: argparse.Namespace) -> Stores:
    """Open the release of a subject, and build it first when its folder, the code or the embedding is another than it was made with."""
    subject = SUBJECTS[name]
    if not subject.questions.is_file():
        sys.exit(f"{subject.questions} is not here: the real Thai data lies beside the project")
    place = options.place / f"{name}-{options.embedding}"
    place.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        _env_file=None,
        data_dir=place,
        knowledge_dir=subject.folder,
        embedding=options.embedding,
        database_url="",
        chroma_url="",
        channels=(),
    )
    stores = wiring.open_stores(settings)
    embedding: Embedding = stores.embedding
    stores = replace(stores, embedding=Kept(embedding, options.place / "vectors" / embedding.name))
    ingest = wiring.ingest(stores)
    if ingest.current() is None:
        ingest.build(Wishes(force="measured", allow_removal=True), lambda _step, _done, _total: None)
    return stores


def content(stores: Stores) -> tuple[dict[str, Document], list[tuple[Section, list[str]]]]:
    """Give what the active release holds: documents by id, and sections with their tokens."""
    with stores.database.read() as session:
        number, _ = releases.pointer(session)
        documents = {document.id: document for document in releases.documents(releases.get(session, number))}
        return documents, releases.sections(session, number)


def released(
    stores: Stores, place: Path, documents: Mapping[str, Document], sections: Sequence[tuple[Section, Sequence[str]]], rows: Sequence[Entry]
) -> Stores:
    """Make a release of other content in a new place, with given tokens and vectors, and give the stores that hold it."""
    settings = stores.settings.model_copy(update={"data_dir": place})
    made = replace(wiring.open_stores(settings), embedding=stores.embedding)
    with made.database.begin() as session:
        number = releases.start(session, embedding=made.embedding.name, code_version="", who="", why="measured")
    made.index.write(number, rows)
    with made.database.begin() as session:
        releases.fill(session, number, documents=documents.values(), sections=sections, corpus_hash="")
        releases.finish(session, number, state="ready", report={})
        releases.activate(session, number)
    return made


def scored(name: str) -> list[Sample]:
    """Give the questions of a subject that say which sections are right."""
    return [sample for sample in dataset.load(SUBJECTS[name].questions) if sample.sections]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"
