"""A library for tests: a knowledge folder with hands that write documents, build releases and ask questions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.answering import calibration
from app.answering.loaded import ActiveCorpus
from app.answering.pipeline import Pipeline
from app.corpus import dictionary
from app.corpus.ingest import Ingest
from app.corpus.lexicon import Lexicon
from app.corpus.report import Progress, Report, Wishes
from app.domain import Answer, Question
from app.embeddings.trigram import Trigram
from app.errors import GateRefused
from app.settings import Settings
from app.store import releases
from app.store.database import Database
from app.store.index import VectorIndex
from app.wiring import Stores

RULE = "# {title}\n\n## การยื่นคำขอ\n\nส่วนราชการยื่นคำขอต่อสำนักงาน ก.พ.ร. ภายใน {days} วัน\n\n## ค่าธรรมเนียม\n\nการยื่นคำขอไม่มีค่าธรรมเนียม\n"


@cache
def lexicon_of(content: str, path: Path | None) -> Lexicon:
    """Build the words of a dictionary: once for all tests that have none, because it takes a second."""
    return Lexicon(dictionary.load(path) if path and content else dictionary.Dictionary())


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def ask_nothing(_release: int, _progress: Progress) -> Mapping[str, Any] | None:
    """Have no golden questions."""
    return None


class CountingTrigram(Trigram):
    """The cheap embedding, which counts the passages it is given."""

    def __init__(self) -> None:
        """Start counting."""
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded.extend(texts)
        return super().embed_documents(texts)


@dataclass
class Library:
    """A knowledge folder and its releases."""

    settings: Settings
    database: Database
    index: VectorIndex
    embedding: Trigram = field(default_factory=CountingTrigram)
    examine: Any = ask_nothing

    @property
    def folder(self) -> Path:
        """Where the documents are."""
        return self.settings.knowledge_dir

    @property
    def stores(self) -> Stores:
        """What the wiring passes around."""
        return Stores(self.settings, self.database, self.index, self.embedding)

    @property
    def ingest(self) -> Ingest:
        """The ingest of this library."""
        places = (self.folder, self.settings.data_dir)
        return Ingest(
            self.database,
            self.index,
            self.embedding,
            lambda: self.lexicon,
            *places,
            self.examine,
            calibration=calibration.load(self.folder),
        )

    @property
    def lexicon(self) -> Lexicon:
        """The words of the dictionary as it is now."""
        path = self.folder / "dictionary.toml"
        return lexicon_of(path.read_text("utf-8"), path) if path.exists() else lexicon_of("", None)

    def write(self, name: str, content: str | bytes, **sidecar: Any) -> Path:
        """Write a document, and its sidecar when something is said about it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if sidecar:
            lines = [f"{key} = {_toml(value)}" for key, value in {"title": path.stem, **sidecar}.items()]
            path.with_suffix(".toml").write_text("\n".join(lines), "utf-8")
        return path

    def rule(self, name: str = "rule.md", days: int = 30, **sidecar: Any) -> Path:
        """Write a small rule of two sections."""
        return self.write(name, RULE.format(title=name, days=days), **{"title": f"หลักเกณฑ์ {name}", **sidecar})

    def build(self, **wishes: Any) -> Report:
        """Build a release; raises what the ingest raises."""
        return self.ingest.build(Wishes(who="สมหญิง", **wishes), silent)

    def refused(self, **wishes: Any) -> Report:
        """Build a release that the gate must refuse, and give its report."""
        try:
            self.build(**wishes)
        except GateRefused as error:
            report: Report = error.report  # type: ignore[attr-defined]
            return report
        raise AssertionError("the gate let it pass")

    def but(self, **others: Any) -> Library:
        """Give the same library with another embedding, index or examination."""
        return replace(self, **others)

    @contextmanager
    def answering(self, release: int | None = None) -> Iterator[Pipeline]:
        """Open what answers: the active release, or a given one."""
        corpus = ActiveCorpus(self.database, self.index, self.embedding, release)
        try:
            yield Pipeline(corpus, self.embedding, self.lexicon)
        finally:
            corpus.close()

    def ask(self, question: str, as_of: date | None = None) -> Answer:
        """Ask the active release."""
        with self.answering() as pipeline:
            return pipeline.answer(Question(question, as_of=as_of))

    @property
    def active(self) -> int:
        """The number of the release that answers."""
        with self.database.read() as session:
            return releases.pointer(session)[0]

    @property
    def states(self) -> dict[int, str]:
        """The state of every release that was not removed."""
        with self.database.read() as session:
            return {row.number: row.state for row in releases.every(session)}


@contextmanager
def open_library(settings: Settings) -> Iterator[Library]:
    """Open the stores of an installation for a test."""
    database = Database(settings.database)
    database.migrate()
    library = Library(settings, database, VectorIndex(settings.data_dir, settings.chroma_url))
    yield library
    for number in library.index.present():
        library.index.remove(number)
    library.index.close()
    database.close()


def check_of(report: Report, name: str) -> dict[str, Any]:
    """Give one check of a report."""
    return next(check for check in report.checks if check["name"] == name)


def _toml(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
