"""An ingest that dies at any step: the active release answers on, the next ingest succeeds, and nothing is left behind by the one after."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from app.corpus.report import Progress
from app.embeddings.trigram import Trigram
from app.settings import OUR_ROOT, Settings
from app.store.index import Entry, VectorIndex
from tests.corpus.library import Library


class PowerCutError(Exception):
    """What no code expects."""


class CutWhileEmbedding(Trigram):
    """An embedding during which the power goes."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise PowerCutError


class CutBeforeWriting(VectorIndex):
    """A vector store that is never begun."""

    def write(self, release: int, entries: Sequence[Entry]) -> None:
        raise PowerCutError


class CutWhileWriting(VectorIndex):
    """A vector store that is half written."""

    def write(self, release: int, entries: Sequence[Entry]) -> None:
        super().write(release, entries[: len(entries) // 2])
        raise PowerCutError


class CutAfterWriting(VectorIndex):
    """A vector store whose release gets no sections."""

    def write(self, release: int, entries: Sequence[Entry]) -> None:
        super().write(release, entries)
        raise PowerCutError


class CutWhileRemoving(VectorIndex):
    """A vector store that outlives its release."""

    def remove(self, release: int) -> None:
        raise PowerCutError


def cut_at_the_gate(_release: int, _progress: Progress) -> Mapping[str, Any] | None:
    """Golden questions during which the power goes: everything is written, nothing is decided."""
    raise PowerCutError


def index_of(kind: type[VectorIndex]) -> Callable[[Library], dict[str, Any]]:
    return lambda library: {"index": kind(library.settings.data_dir, library.settings.chroma_url)}


STEPS: dict[str, Callable[[Library], dict[str, Any]]] = {
    "while embedding": lambda _: {"embedding": CutWhileEmbedding()},
    "before the vectors": index_of(CutBeforeWriting),
    "in the midst of the vectors": index_of(CutWhileWriting),
    "after the vectors": index_of(CutAfterWriting),
    "at the gate": lambda _: {"examine": cut_at_the_gate},
}


@pytest.mark.parametrize("step", STEPS)
def test_the_power_goes(library: Library, step: str) -> None:
    library.rule(days=30)
    before = library.build().release
    library.rule(days=45)
    cut = library.but(**STEPS[step](library))
    with pytest.raises(PowerCutError):
        cut.build()
    cut.index.close()
    assert library.active == before
    assert "30 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text
    after = library.build().release
    assert "45 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text
    library.build()
    assert set(library.states.values()) == {"ready"}
    assert library.index.present() == library.states.keys()
    assert {before, after} <= library.states.keys()


def test_the_power_goes_while_old_releases_are_removed(library: Library) -> None:
    library.rule(days=30)
    library.build()
    library.write("empty.md", b"")
    refused = library.refused().release
    (library.folder / "empty.md").unlink()
    cut = library.but(**index_of(CutWhileRemoving)(library))
    with pytest.raises(PowerCutError):
        cut.build()
    cut.index.close()
    assert refused in library.index.present()
    assert "30 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text
    library.build()
    assert library.index.present() == library.states.keys()


# The same with a process that is killed: it builds until it says where it is, and goes no further.
PROGRAM = """
import json, sys, time
from app.settings import Settings
from app.store.index import VectorIndex
from app.embeddings.trigram import Trigram
from tests.corpus.library import open_library

def stay():
    print("here", flush=True)
    time.sleep(600)

class StayEmbedding(Trigram):
    def embed_documents(self, texts):
        stay()

class StayWriting(VectorIndex):
    def write(self, release, entries):
        super().write(release, entries[:1])
        stay()

given = json.loads(sys.argv[2])
with open_library(Settings(_env_file=None, channels=(), **given)) as library:
    parts = {
        "embedding": lambda: {"embedding": StayEmbedding()},
        "writing": lambda: {"index": StayWriting(library.settings.data_dir, library.settings.chroma_url)},
        "deciding": lambda: {"examine": lambda release, progress: stay()},
    }
    library.but(**parts[sys.argv[1]]()).build()
"""


@pytest.mark.parametrize("step", ["embedding", "writing", "deciding"])
def test_the_process_is_killed(library: Library, step: str) -> None:
    library.rule(days=30)
    before = library.build().release
    library.rule(days=45)
    _kill_at(step, library.settings)
    assert library.active == before
    assert list(library.states.values()).count("building") == 1
    assert "30 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text
    library.build()
    assert "45 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text
    library.build()
    assert set(library.states.values()) == {"ready"}
    assert library.index.present() == library.states.keys()


def _kill_at(step: str, settings: Settings) -> None:
    names = ("data_dir", "knowledge_dir", "embedding", "database_url", "chroma_url")
    given = json.dumps({name: str(getattr(settings, name)) for name in names})
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, step, given], cwd=OUR_ROOT, env={**os.environ, "PYTHONPATH": str(OUR_ROOT)}, stdout=subprocess.PIPE
    )
    assert process.stdout
    with process.stdout as said:
        assert said.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
