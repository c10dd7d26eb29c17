"""Build one release: read and cut, embed what is new, write beside live, check, move the pointer; the order of work is in `_build`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from app.corpus import catalogue, checks, edition, golden, precedents, reading, release, succession, vectors
from app.corpus.lexicon import Lexicon
from app.corpus.reading import ReadDocument
from app.corpus.report import Progress, Report, Wishes
from app.domain import Calibration, Document, Section
from app.embeddings.base import Embedding
from app.errors import FormatError, GateRefused, ReleaseError
from app.store import releases
from app.store.database import Database
from app.store.index import VectorIndex

WORDS = "dictionary.toml"


@dataclass
class _Draft:
    """A release on its way: what was read, before anything is written."""

    read: list[ReadDocument] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    twins: list[succession.Twins] = field(default_factory=list)


@dataclass(frozen=True)
class _Active:
    """The release that answers while another one is built; number 0 before the first."""

    number: int = 0
    code_version: str = ""
    documents: tuple[Document, ...] = ()
    sections: tuple[tuple[Section, list[str]], ...] = ()
    report: Report = field(default_factory=Report)


class Ingest:
    """Builds releases from a knowledge folder."""

    def __init__(
        self,
        database: Database,
        index: VectorIndex,
        embedding: Embedding,
        lexicon: Callable[[], Lexicon],
        knowledge: Path,
        data_dir: Path,
        examine: golden.Examine,
        *,
        calibration: Calibration,
    ) -> None:
        """Keep the stores and places; nothing is read yet.

        Args:
            database: where releases are rows.
            index: where their vectors are.
            embedding: what makes vectors.
            lexicon: gives what makes tokens; only asked when there are new ones to make, because it takes a second to build.
            knowledge: the folder of the documents.
            data_dir: the folder for the lock and for slow readings of unchanged files.
            examine: asks a release the golden questions.
            calibration: what decides whether the best passage answers; kept with the release.
        """
        self._database = database
        self._index = index
        self._embedding = embedding
        self._lexicon = lexicon
        self._knowledge = knowledge
        self._kept_readings = data_dir / "readings"
        self._examine = examine
        self._calibration = calibration
        self._lock = FileLock(data_dir / "ingest.lock", timeout=0)

    def build(self, wishes: Wishes, progress: Progress) -> Report:
        """Build a release and activate it unless the checks refuse or the admin asked not to.

        Raises:
            ReleaseError: another ingest is running, or the knowledge folder is not there.
            GateRefused: a check did not pass; the report is in its `report` attribute, and the active release stays.
        """
        if not self._knowledge.is_dir():
            raise ReleaseError(f"{self._knowledge} is no folder; set KNOWLEDGE_DIR to the folder with the documents")
        try:
            with self._lock:
                return self._build(wishes, progress)
        except Timeout:
            raise ReleaseError("another ingest is running; wait until it is done") from None

    def current(self) -> Report | None:
        """Give the report of the active release if it was built from the folder as it is now, with this embedding and code."""
        walk = catalogue.walk(self._knowledge)
        documents = [*(entry.document for entry in walk.entries), *precedents.written(self._database)]
        with self._database.read() as session:
            active, _ = releases.pointer(session)
            if not active or walk.failed or active not in self._index.present():
                return None
            row = releases.get(session, active)
            made_from = (row.corpus_hash, row.embedding, row.code_version)
            now = (self._corpus_hash(documents), self._embedding.name, edition.code_version())
            return Report.kept(row.report) if made_from == now else None

    def _build(self, wishes: Wishes, progress: Progress) -> Report:
        begun = time.monotonic()
        report = Report(words=edition.file_digest(self._knowledge / WORDS))
        active = self._active()
        with report.timed("read"):
            draft = self._read(report, wishes, progress)
            _compare(draft, active, report)
        if not wishes.dry_run:
            report.release = self._write(draft, active, report, wishes, progress)
        with report.timed("check"):
            refused = self._check(draft, active, report, wishes, progress)
        report.activated = not wishes.dry_run and wishes.activate and (not refused or bool(wishes.force))
        report.seconds = round(time.monotonic() - begun, 2)
        if not wishes.dry_run:
            self._close(report, "refused" if refused and not wishes.force else "ready")
        if refused and not wishes.force:
            error = GateRefused("; ".join(f"{check.name}: {check.detail}" for check in refused))
            error.report = report  # type: ignore[attr-defined]
            raise error
        return report

    def _active(self) -> _Active:
        with self._database.read() as session:
            number, _ = releases.pointer(session)
            if not number:
                return _Active()
            row = releases.get(session, number)
            content = tuple(releases.sections(session, number))
            return _Active(number, row.code_version, tuple(releases.documents(row)), content, Report.kept(row.report))

    def _read(self, report: Report, wishes: Wishes, progress: Progress) -> _Draft:
        """Walk the folder, read each file, repair and cut it; a file that fails is named and the rest goes on."""
        walk = catalogue.walk(self._knowledge)
        report.failed.update(walk.failed)
        report.warnings.extend(walk.warnings)
        draft = _Draft()
        for done, entry in enumerate(walk.entries):
            progress("read", done, len(walk.entries))
            try:
                read = reading.read(entry, wishes.ocr, self._kept_readings)
            except FormatError as error:
                report.failed[str(entry.path.relative_to(self._knowledge))] = str(error)
                continue
            draft.read.append(read)
            draft.sections.extend(read.sections)
            report.add(read)
        progress("read", len(walk.entries), len(walk.entries))
        documents, warnings = succession.with_replacements([read.document for read in draft.read])
        report.warnings.extend(warnings)
        draft.documents = {document.id: document for document in documents}
        report.documents = len(documents := documents + self._add_clinic_answers(draft))
        draft.twins = succession.twins(documents, draft.sections)
        report.warnings.extend(
            f"{pair.one.id} and {pair.other.id} are nearly the same text ({pair.share:.0%}); one is enough" for pair in draft.twins
        )
        report.proposals = succession.proposals(documents, {read.document.id: read.ends for read in draft.read})
        return draft

    def _add_clinic_answers(self, draft: _Draft) -> list[Document]:
        """Add what the clinic's people have answered, where its rules stand as they did; give the documents that were added."""
        added = precedents.standing(self._database, draft.documents, draft.sections)
        draft.read.extend(added)
        draft.sections.extend(section for read in added for section in read.sections)
        draft.documents.update((read.document.id, read.document) for read in added)
        return [read.document for read in added]

    def _write(self, draft: _Draft, active: _Active, report: Report, wishes: Wishes, progress: Progress) -> int:
        """Reuse the vectors of unchanged texts, embed the rest, write a new index and the sections beside what answers."""
        parts = vectors.parts(draft.sections, draft.documents, self._embedding.window)
        with report.timed("reuse"):
            kept = vectors.kept(self._database, self._index, self._embedding)
            release.prune(self._database, self._index)
        with self._database.begin() as session:
            number = releases.start(
                session, embedding=self._embedding.name, code_version=edition.code_version(), who=wishes.who, why=wishes.force
            )
        with report.timed("embed"):
            made, report.embedded = vectors.completed(parts, kept, self._embedding, progress)
        with report.timed("write"):
            self._index.write(number, vectors.entries(parts, made, draft.sections, draft.documents))
            tokens = self._tokens(draft, active, report)
            with self._database.begin() as session:
                releases.fill(
                    session,
                    number,
                    documents=draft.documents.values(),
                    sections=zip(draft.sections, tokens, strict=True),
                    corpus_hash=self._corpus_hash(draft.documents.values()),
                    calibration=self._calibration,
                )
        return number

    def _tokens(self, draft: _Draft, active: _Active, report: Report) -> Iterator[list[str]]:
        """Give the tokens of each section: those of the active release where text, title and dictionary are the same."""
        same_words = active.report.words == report.words and active.code_version == edition.code_version()
        titles = {document.id: document.title for document in active.documents}
        kept = {(section.digest, titles[section.document]): tokens for section, tokens in active.sections} if same_words else {}
        for section in draft.sections:
            document = draft.documents[section.document]
            known = kept.get((section.digest, document.title))
            yield self._lexicon().of_section(section, document) if known is None else known

    def _check(self, draft: _Draft, active: _Active, report: Report, wishes: Wishes, progress: Progress) -> list[checks.Check]:
        """Ask the gate; the golden questions are asked of the new release itself, so not in a dry run."""
        before: Mapping[str, Any] = {}
        if report.release:
            report.golden, before = golden.compare(report.release, active.number, active.report.golden, self._examine, progress)
        found = checks.run(
            checks.Evidence(
                tuple(draft.documents.values()),
                draft.sections,
                report.failed,
                {read.document.id: read.legibility for read in draft.read},
                {read.document.id: read.unseen for read in draft.read},
                draft.twins,
                precedents.rules(active.documents),
                Counter(section.document for section, _ in active.sections),
                report.golden,
                before,
                wishes.allow_removal,
            )
        )
        report.checks = [asdict(check) for check in found]
        return [check for check in found if not check.passed]

    def _close(self, report: Report, state: str) -> None:
        """Keep the report with the release and move the pointer, in one commit."""
        with self._database.begin() as session:
            releases.finish(session, report.release, state=state, report=asdict(report))
            if report.activated:
                releases.activate(session, report.release)

    def _corpus_hash(self, documents: Iterable[Document]) -> str:
        """Hash all that a release is made from: documents with their sidecars, the dictionary, and what decides about answers."""
        others = edition.file_digest(self._knowledge / WORDS), repr(self._calibration)
        return edition.text_digest(*sorted(document.digest for document in documents), *others)


def _compare(draft: _Draft, active: _Active, report: Report) -> None:
    before = {(section.document, section.label): section.digest for section, _ in active.sections}
    now = {(section.document, section.label): section.digest for section in draft.sections}
    counts = Counter("created" if key not in before else "same" if before[key] == digest else "changed" for key, digest in now.items())
    report.sections = {kind: counts[kind] for kind in ("created", "changed", "same")} | {"removed": len(before.keys() - now.keys())}
