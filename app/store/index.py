"""The vectors of each release, in Chroma, written through LangChain; the only file that knows chromadb.

Embedded, every release has a folder of its own, so that an ingest in another process never writes what a server has open. With a Chroma
server, every release is a collection of its own.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb import Collection
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from app.errors import ReleaseError

BATCH = 500  # entries written in one call
UNREACHABLE = (ChromaError, ValueError, OSError, httpx.HTTPError)  # how chromadb says that a server does not answer
PAGE = 5000  # entries read in one call
AT = "@"  # before the position in a stored id: to look it up takes Chroma longer than the search itself
# Chroma searches by approximation, and by default lost the nearest section of one question in 400 (745 sections), differently at each
# start; searched this widely it loses none, for half a millisecond
_SPACE = {"hnsw:space": "ip", "hnsw:search_ef": 500, "hnsw:construction_ef": 200, "hnsw:M": 32}


@dataclass(frozen=True)
class Entry:
    """One row of a vector store: an id, a vector of length 1, a word for people, and what a search may filter by, `position` among it."""

    id: str
    vector: NDArray[np.float32]
    text: str
    metadata: dict[str, Any]


class _Kept(Embeddings):
    """Hands LangChain the vectors that we already have, by position."""

    def __init__(self, vectors: Sequence[NDArray[np.float32]]) -> None:
        self.vectors: list[list[float]] = [vector.tolist() for vector in vectors]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:  # noqa: ARG002 - the interface
        return self.vectors

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError("queries are embedded by the release's own embedding")


class VectorIndex:
    """Opens, writes and removes the vector store of a release."""

    def __init__(self, data_dir: Path, chroma_url: str = "") -> None:
        """Remember where the stores are; nothing is opened.

        Args:
            data_dir: its folder `releases` holds the embedded stores.
            chroma_url: the Chroma server, or empty for embedded.
        """
        self._root = data_dir / "releases"
        self._url = chroma_url
        self._server: Client | None = None
        self._connecting = threading.Lock()

    def folder(self, release: int) -> Path:
        """Give the folder of a release; it exists only for an embedded store."""
        return self._root / f"{release:06d}"

    def write(self, release: int, entries: Sequence[Entry]) -> None:
        """Write the whole vector store of a new release; what an interrupted attempt left there is removed first."""
        self.remove(release)
        with self._opened(release, create=True) as client:
            for start in range(0, max(len(entries), 1), BATCH):
                part = entries[start : start + BATCH]
                kept = _Kept([entry.vector for entry in part])
                store = Chroma(_name(release), kept, client=client, collection_metadata=_SPACE)
                if part:
                    ids = [f"{e.id}{AT}{e.metadata['position']}" for e in part]
                    store.add_texts([e.text for e in part], metadatas=[e.metadata for e in part], ids=ids)

    def open(self, release: int) -> OpenIndex:
        """Open a release for searching.

        Raises:
            ReleaseError: there is no such store, or it cannot be opened.
        """
        if not self._url and not (self.folder(release) / "chroma.sqlite3").exists():
            raise ReleaseError(f"release {release} has no vector store; run: python ingest.py")
        client = self._client(release, create=False)
        try:
            return OpenIndex(client, client.get_collection(_name(release), embedding_function=None), self._close)
        except (NotFoundError, ChromaError) as error:
            self._close(client)
            raise ReleaseError(f"release {release} has no vector store that can be opened: {type(error).__name__}") from None

    def remove(self, release: int) -> None:
        """Remove the store of a release; it is no error when there is none."""
        if self._url:
            with suppress(NotFoundError), self._opened(release) as client:
                client.delete_collection(_name(release))
        else:
            shutil.rmtree(self.folder(release), ignore_errors=True)

    def present(self) -> set[int]:
        """List the releases that have a store."""
        if self._url:
            with self._opened(0) as client:
                names = [collection.name for collection in client.list_collections()]
            return {int(name.removeprefix("release-")) for name in names if name.startswith("release-")}
        return {int(folder.name) for folder in self._root.glob("[0-9]*")} if self._root.exists() else set()

    def ready(self) -> str:
        """Say why the store cannot be used, or nothing when it can."""
        if not self._url:
            folder = self._root if self._root.exists() else self._root.parent
            return "" if os.access(folder, os.R_OK) else "the release folder cannot be read"
        try:
            with self._opened(0) as client:
                client.heartbeat()
        except ReleaseError as error:
            return str(error)
        except UNREACHABLE as error:
            return f"the Chroma server does not answer: {type(error).__name__}"
        return ""

    def close(self) -> None:
        """Close the connections to a Chroma server."""
        if self._server:
            opened: tuple[Any, ...] = (self._server, self._server._admin_client)  # noqa: SLF001 - chromadb itself leaves their connections open
            for client in opened:
                client._server._session.close()  # noqa: SLF001 - the same
            self._server.close()
            self._server = None

    @contextmanager
    def _opened(self, release: int, *, create: bool = False) -> Iterator[Client]:
        client = self._client(release, create=create)
        try:
            yield client
        finally:
            self._close(client)

    def _close(self, client: Client) -> None:
        if client is not self._server:
            client.close()

    def _client(self, release: int, *, create: bool) -> Client:
        """Open the folder of a release, or give the one client of the server: each would keep its connections for good."""
        if not self._url:
            if create:
                self.folder(release).mkdir(parents=True, exist_ok=True)
            return cast("Client", chromadb.PersistentClient(str(self.folder(release)), settings=_quiet()))
        with self._connecting:
            if self._server is None:
                parts = urlsplit(self._url)
                port = parts.port or (443 if parts.scheme == "https" else 8000)
                try:
                    opened = chromadb.HttpClient(parts.hostname or "localhost", port, ssl=parts.scheme == "https", settings=_quiet())
                except UNREACHABLE:
                    raise ReleaseError("CHROMA_URL: no Chroma server answers there; start it, or leave CHROMA_URL empty") from None
                self._server = cast("Client", opened)
            return self._server


class OpenIndex:
    """The vector store of one release, open for searching."""

    def __init__(self, client: Client, collection: Collection, close: Callable[[Client], None]) -> None:
        """Keep the collection, its client, and how the client is closed."""
        self._client = client
        self._collection = collection
        self._close = close
        self._told = all(AT in key for key in collection.get(limit=1, include=[])["ids"])  # older stores do not

    def nearest(self, vector: Sequence[float], k: int, where: dict[str, Any] | None = None) -> list[tuple[int, float]]:
        """Find the k nearest parts of sections.

        Args:
            vector: the query, of length 1.
            k: how many parts.
            where: a Chroma filter on metadata.

        Returns:
            (position of the section in the release, cosine; more is nearer), nearest first; a section may appear with several parts.
        """
        include: Any = ["distances"] if self._told else ["distances", "metadatas"]
        found: Any = self._collection.query(query_embeddings=list(vector), n_results=k, where=where, include=include)
        if self._told:
            positions = [int(key.rpartition(AT)[2]) for key in found["ids"][0]]
        else:
            positions = [each["position"] for each in found["metadatas"][0]]
        return [(position, 1.0 - distance) for position, distance in zip(positions, found["distances"][0], strict=True)]

    def some(self, positions: Sequence[int]) -> NDArray[np.float32]:
        """Give the vectors of the parts of these sections, one in a row."""
        where: Any = {"position": {"$in": list(positions)}}
        page: Any = self._collection.get(where=where, include=["embeddings"]) if positions else {"embeddings": []}
        return np.asarray(page["embeddings"], dtype=np.float32)

    def vectors(self) -> dict[str, NDArray[np.float32]]:
        """Give every vector by its id."""
        kept: dict[str, NDArray[np.float32]] = {}
        while True:
            page = self._collection.get(include=["embeddings"], limit=PAGE, offset=len(kept))
            kept.update(zip(page["ids"], np.asarray(page["embeddings"], dtype=np.float32), strict=True))
            if len(page["ids"]) < PAGE:
                return kept

    def close(self) -> None:
        """Close the client; the files are free afterwards."""
        self._close(self._client)


def _quiet() -> ChromaSettings:
    """Chroma writes the folder into the settings that it is given: they cannot be shared."""
    return ChromaSettings(anonymized_telemetry=False)


def _name(release: int) -> str:
    return f"release-{release:06d}"
