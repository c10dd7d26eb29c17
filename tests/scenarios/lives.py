"""Start the real server again and again without paying for its imports and word lists: each life is a fork of a process that has them.

A life opens all that touches disk or network anew: database, channel, socket, threads.

Used as a program by `Server`: the line "start" starts a life and prints its process id, "wait" waits for its end and prints how it ended.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import uvicorn

from app import logs, main, wiring
from app.drawer import open_drawer
from app.settings import load
from app.store.database import Database

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """A server that can be killed and started again."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        """Prepare the process that the lives are forked from; its logs go to `folder`."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "BURST_SECONDS") if name in os.environ}
        with self.log.open("wb") as log:
            self._parent = subprocess.Popen(
                [sys.executable, "-m", "tests.scenarios.lives", str(self.port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env={**kept, "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "KNOWLEDGE_DIR": str(folder / "knowledge"), **settings},
                text=True,
            )
        self.pid = 0

    def start(self) -> None:
        """Start a life and wait until it serves."""
        self.pid = self._ask("start")
        until = time.monotonic() + 60
        with httpx.Client(timeout=1, trust_env=False) as http:
            while time.monotonic() < until:
                try:
                    if http.get(f"{self.url}/healthz").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.02)
        raise AssertionError(self.log.read_text(encoding="utf-8")[-3000:])

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the life and wait for its end; gives how it ended, as `os.waitpid` has it."""
        os.kill(self.pid, number)
        return self._ask("wait")

    def _ask(self, line: str) -> int:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write(line + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._parent.communicate(timeout=60)


def _lives(port: int) -> None:
    settings = load()
    database = Database(settings.database)  # opens nothing before its first transaction
    answering = wiring.answerer(settings, database)
    drawers = {kind: open_drawer("channels", kind) for kind in settings.channels}
    pid = 0
    for line in sys.stdin:
        if line == "wait\n":
            print(os.waitpid(pid, 0)[1], flush=True)  # noqa: T201 - the answer to the line
            pid = 0
            continue
        pid = os.fork()
        if not pid:
            logs.configure()
            database.migrate()
            channels = {kind: drawer.build(settings) for kind, drawer in drawers.items()}
            clinic = wiring.assemble(settings, database, channels, answering)
            uvicorn.run(main.build(clinic), port=port, log_config=None, access_log=False)
        print(pid, flush=True)  # noqa: T201 - the same
    if pid:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    _lives(int(sys.argv[1]))
