"""A small corpus written for the story of a test, answered from by the real pipeline with the cheap embedding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app import wiring
from app.answering.pipeline import Pipeline
from app.corpus.report import Wishes
from app.settings import Settings

Corpus = Callable[[Mapping[str, str]], Pipeline]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Give a maker of corpora: file name to content."""

    def make(files: Mapping[str, str]) -> Pipeline:
        folder = tmp_path / "knowledge"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        settings = Settings(_env_file=None, data_dir=tmp_path / "data", knowledge_dir=folder, embedding="trigram", channels=())
        stores = wiring.open_stores(settings)
        wiring.ingest(stores).build(Wishes(allow_removal=True), lambda _step, _done, _total: None)
        return wiring.answerer(settings, stores.database)

    return make
