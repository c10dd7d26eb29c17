"""Texts that stand for sections in vector search, and their vectors: kept ones where the text is the same, new ones where it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.corpus.drafts import ARROW
from app.corpus.report import Progress
from app.domain import Document, Section
from app.embeddings.base import Embedding
from app.store import releases
from app.store.database import Database
from app.store.index import Entry, VectorIndex

Vector = NDArray[np.float32]
BATCH = 32  # texts between two steps of the progress bar
FOREVER = 10**7  # a day number beyond every calendar


@dataclass(frozen=True)
class Part:
    """One text to embed, the position of its section, and the digest by which its vector is found again."""

    position: int
    text: str
    digest: str


def parts(sections: Iterable[Section], documents: Mapping[str, Document], window: int) -> list[Part]:
    """List what is embedded of a corpus, in order."""
    return [
        Part(position, text, hashlib.sha256(text.encode()).hexdigest()[:32])
        for position, section in enumerate(sections)
        for text in embedded_texts(section, documents[section.document], window)
    ]


def embedded_texts(section: Section, document: Document, window: int) -> list[str]:
    """Give the texts that stand for a section: its place in the corpus and its words, in parts of at most `window` characters."""
    path = section.path if section.path not in section.label else ""
    head = ARROW.join(dict.fromkeys(name for name in (document.title, path, section.label) if name))[: window // 2]
    room = window - len(head) - 1
    pieces: list[str] = []
    for line in section.text.split("\n"):
        if pieces and len(pieces[-1]) + len(line) < room:
            pieces[-1] += "\n" + line
        else:
            pieces.extend(line[i : i + room] for i in range(0, max(len(line), 1), room))
    return [f"{head}\n{piece}" for piece in pieces]


def kept(database: Database, index: VectorIndex, embedding: Embedding) -> dict[str, Vector]:
    """Give the vectors of the active release and of the newest finished one (refused, perhaps), by the digest of their text."""
    with database.read() as session:
        active, _ = releases.pointer(session)
        finished = [row.number for row in releases.every(session) if row.state != "building" and row.embedding == embedding.name]
    found: dict[str, Vector] = {}
    for number in {*finished[:1], *(number for number in finished if number == active)} & index.present():
        opened = index.open(number)
        try:
            found.update((key.partition(".")[0], vector) for key, vector in opened.vectors().items())
        finally:
            opened.close()
    return found


def completed(wanted: Sequence[Part], known: dict[str, Vector], embedding: Embedding, progress: Progress) -> tuple[dict[str, Vector], int]:
    """Give a vector for every part, embedding only what has none.

    Returns:
        The vectors by digest, and how many texts were embedded.
    """
    missing = list({part.digest: part for part in wanted if part.digest not in known}.values())
    vectors = dict(known)
    for begin in range(0, len(missing), BATCH):
        progress("embed", begin, len(missing))
        batch = missing[begin : begin + BATCH]
        for part, vector in zip(batch, embedding.embed_documents([part.text for part in batch]), strict=True):
            vectors[part.digest] = np.asarray(vector, dtype=np.float32)
    progress("embed", len(missing), len(missing))
    return vectors, len(missing)


def entries(
    wanted: Sequence[Part], vectors: Mapping[str, Vector], sections: Sequence[Section], documents: Mapping[str, Document]
) -> list[Entry]:
    """Give the rows of the vector store: a part's vector with the position of its section and the days on which its document holds."""
    return [
        Entry(
            f"{part.digest}.{number}",
            vectors[part.digest],
            f"{sections[part.position].document} {sections[part.position].label}",
            {"position": part.position, **_days(documents[sections[part.position].document])},
        )
        for number, part in enumerate(wanted)
    ]


def _days(document: Document) -> dict[str, int]:
    """Give the days on which a document holds (`from` ≤ day < `until`), as numbers that a vector store can compare."""
    ends = [document.in_force_until.toordinal() + 1] if document.in_force_until else []
    if document.superseded_on:
        ends.append(document.superseded_on.toordinal())
    return {"from": document.in_force_from.toordinal() if document.in_force_from else 0, "until": min(ends, default=FOREVER)}
