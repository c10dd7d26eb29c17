"""A Chroma server that nobody serves is said in a sentence, wherever it is met."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ReleaseError
from app.store.index import VectorIndex


def test_a_chroma_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path, "http://127.0.0.1:9")
    for ask in (index.present, lambda: index.open(1), lambda: index.remove(1), lambda: index.write(1, [])):
        with pytest.raises(ReleaseError, match="CHROMA_URL"):
            ask()
    assert "CHROMA_URL" in index.ready()
