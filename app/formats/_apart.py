"""Read risky files in a process of its own, bounded in time and memory: a file that hangs or crashes a library costs only itself.

The process stays for the next file. It answers in JSON, so that nothing a broken reader says is run here.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import resource
import selectors
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from app.errors import FormatError
from app.formats.base import Ocr, Reading, Ways, readers

QUIET_SECONDS = 150  # without a page done; OCR of one page may take a minute on a small machine
MAX_MEMORY = 3 * 2**30  # of address space, of which about half is used at most
_ROOT = Path(__file__).parents[2]
_SOURCES = ("formats/*.py", "thai.py", "thai_words.py")


def read(path: Path, ocr: Ocr, kept: Path | None) -> Reading:
    """Read a file in the other process, or take the reading that was kept of the same bytes.

    Raises:
        FormatError: what the reader met, or it took too long, too much memory, or crashed.
    """
    place = kept / f"{_digest(path, ocr)}.json" if kept else None
    if place and place.exists():
        return Reading.from_plain(json.loads(place.read_text("utf-8")))
    reading = Reading.from_plain(_worker().ask({"path": str(path.absolute()), "ocr": ocr}, path.name))
    if place and not any(page.source == "unread" for page in reading.pages):
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(reading.plain(), ensure_ascii=False), "utf-8")
        part.replace(place)
    return reading


def _digest(path: Path, ocr: Ocr) -> str:
    digest = hashlib.sha256(f"{path.suffix.lower()} {ocr} {_code()} ".encode())
    digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _code() -> str:
    """Give a digest of the readers themselves: what another edition of them read is read again."""
    files = sorted(file for pattern in _SOURCES for file in (_ROOT / "app").glob(pattern))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class OtherProcess:
    """A process that reads files; started when it is first asked, and again after it was stopped."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-m", "app.formats._apart"), quiet_seconds: float = QUIET_SECONDS) -> None:
        """Keep how it is started, and how long it may say nothing."""
        self._command = command
        self._quiet_seconds = quiet_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._lock = threading.Lock()

    def ask(self, question: dict[str, str], name: str) -> dict[str, Any]:
        """Have one file read.

        Raises:
            FormatError: what the reader met, or it took too long, or crashed.
        """
        with self._lock:
            process = self._running()
            with suppress(BrokenPipeError):  # it ended just now; the missing answer says so
                os.write(_number(process.stdin), json.dumps(question).encode() + b"\n")
            answer = next(filter(None, self._answers(process, name)))
        if "error" in answer:
            raise FormatError(answer["error"])
        reading: dict[str, Any] = answer["reading"]
        return reading

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            paths = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
            self._process = subprocess.Popen(  # noqa: S603  our own reader
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths},
                start_new_session=True,
            )
            self._unread = b""
            atexit.register(self.stop)
        return self._process

    def _answers(self, process: subprocess.Popen[bytes], name: str) -> Iterator[dict[str, Any]]:
        """Give what the process says, line by line; each line starts the time anew."""
        output = _number(process.stdout)
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while True:
                while b"\n" in self._unread:
                    line, self._unread = self._unread.split(b"\n", 1)
                    yield json.loads(line)
                if not selector.select(self._quiet_seconds):
                    self.stop()
                    raise FormatError(f"{name}: reading it took too long and was stopped; open it and save it again, or split it")
                data = os.read(output, 1 << 20)
                if not data:
                    self.stop()
                    raise FormatError(f"{name}: it crashed the reader; it is damaged or made to do harm")
                self._unread += data

    def stop(self) -> None:
        """End the process and what it started."""
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _number(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError(pipe)
    return pipe.fileno()


@cache
def _worker() -> OtherProcess:
    return OtherProcess()


def stop() -> None:
    """End the other process; the next file starts a new one."""
    _worker().stop()


def _serve() -> None:
    """Be the other process: a question a line, an answer a line, until the questions end."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints must not stand between the answers

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")

    for line in sys.stdin.buffer:
        question = json.loads(line)
        ways = Ways(question["ocr"], page_done=lambda: say({}))
        say(_answer(Path(question["path"]), ways))


def _answer(path: Path, ways: Ways) -> dict[str, Any]:
    reader, _ = readers()[path.suffix.lower()]
    try:
        return {"reading": reader(path, ways).plain()}
    except FormatError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{path.name}: needs more than {MAX_MEMORY // 2**30} GB of memory; split the document"}


if __name__ == "__main__":
    _serve()
