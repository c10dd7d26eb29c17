"""What the vector store finds, and what it says when there is no server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from app.errors import ReleaseError
from app.store.index import Entry, VectorIndex


def test_a_chroma_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path, "http://127.0.0.1:9")
    for ask in (index.present, lambda: index.open(1), lambda: index.remove(1), lambda: index.write(1, [])):
        with pytest.raises(ReleaseError, match="CHROMA_URL"):
            ask()
    assert "CHROMA_URL" in index.ready()


def test_the_nearest_sections_are_found_though_the_store_searches_by_approximation(tmp_path: Path) -> None:
    """Sections of one law lie close together, as these do; what is lost here is a rule that is not quoted."""
    dice = np.random.default_rng(0)
    vectors = (dice.normal(size=384) + 0.5 * dice.normal(size=(1500, 384))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(tmp_path)
    index.write(1, [Entry(f"{at}", vector, "", {"position": at}) for at, vector in enumerate(vectors)])
    opened = index.open(1)
    lost = 0
    for vector in vectors[:100]:
        asked = vector + 0.02 * dice.normal(size=384).astype(np.float32)
        nearest = set(np.argsort(-(vectors @ asked))[:10].tolist())
        lost += len(nearest - {at for at, _ in opened.nearest(asked.tolist(), 120)})
    opened.close()

    assert lost <= 2  # of 1,000; 13 and 22 by Chroma's own defaults


def test_a_release_whose_ids_do_not_tell_positions_is_searched_as_before(tmp_path: Path) -> None:
    """Stores of earlier versions stay where they are: an admin may go back to their releases."""
    vectors = np.eye(3, 384, dtype=np.float32)
    index = VectorIndex(tmp_path)
    index.write(1, [Entry(f"{at}", vector, "", {"position": at}) for at, vector in enumerate(vectors)])
    client: Any = chromadb.PersistentClient(str(index.folder(1)), settings=Settings(anonymized_telemetry=False))
    client.delete_collection("release-000001")
    earlier = client.create_collection("release-000001", metadata={"hnsw:space": "ip"}, embedding_function=None)
    earlier.add(["digest.0", "digest.1", "digest.2"], embeddings=vectors, metadatas=[{"position": at} for at in (2, 0, 1)])
    client.close()

    opened = index.open(1)
    found = opened.nearest(vectors[1].tolist(), 2)
    opened.close()

    assert found[0] == (0, 1.0)
