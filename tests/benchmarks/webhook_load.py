"""How quickly webhooks are taken while questions are being answered: N events a second for a while against a server of one's own.

Run: .venv/bin/python -m tests.benchmarks.webhook_load [--channel slack] [--rate 50] [--seconds 60]; it starts the server on a free port
with an own DATA_DIR beside the knowledge given by DATA_DIR's release, with the simulator as LINE or the tests' Slack in a process of its
own, and prints statuses, latency, what was answered, memory and start time.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

import httpx

from app.evaluation import dataset
from tests.scenarios import slack_api

SECRET = "benchmark"

Request = tuple[bytes, dict[str, str]]  # body and headers


def main() -> None:
    """Start, load, wait until the inbox is empty, report, stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--channel", choices=sorted(ASKED), default="line")
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR", "data")), help="whose release answers")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as own, _slack() as slack_url:
        shutil.copytree(chosen.data_dir, own, dirs_exist_ok=True)
        _run(own, chosen.channel, slack_url, chosen.rate, chosen.seconds)


def _run(data_dir: str, channel: str, slack_url: str, rate: int, seconds: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    given = {
        "DATA_DIR": data_dir,
        "CHANNELS": channel,
        "SIMULATOR": "1",
        "LINE_API_HOST": f"{address}/simulator",
        "SLACK_API_URL": slack_url,
    }
    credentials = {"LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": SECRET}
    credentials |= {"SLACK_SIGNING_SECRET": slack_api.SECRET, "SLACK_BOT_TOKEN": slack_api.TOKEN}
    begun = time.monotonic()
    command = [sys.executable, "-m", "app.main", "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ | given | credentials, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _until(lambda: _status(f"{address}/readyz") == 200, 60)
        print(f"ready after {time.monotonic() - begun:.1f} s")
        taken = _send(f"{address}/webhooks/{channel}", ASKED[channel], rate, seconds)
        times = sorted(t for t, _ in taken)
        print(f"sent {len(taken)}, by status {dict(Counter(status for _, status in taken))}")
        p = statistics.quantiles(times, n=100)
        print(f"200 after: median {p[49]:.1f} ms, p95 {p[94]:.1f} ms, p99 {p[98]:.1f} ms, max {times[-1]:.1f} ms")
        answered = _answered(address)
        print(f"answered while they came: {answered:.0f}")
        _until(lambda: _owed(address) == 0, 600)
        print(f"memory {_memory(server.pid)} MB; answered in {time.monotonic() - begun:.0f} s from start")
        lines = httpx.get(f"{address}/metrics").text.splitlines()
        print("\n".join(line for line in lines if line.startswith(("clinic_deliveries{", "clinic_turns{"))))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


@contextmanager
def _slack() -> Iterator[str]:
    """Serve the tests' Slack beside us, so that it takes none of our time; gives its address."""
    ours, its = Pipe()
    process = Process(target=_serve_slack, args=(its,))
    process.start()
    yield ours.recv()
    ours.send("enough")
    process.join()


def _serve_slack(told: Connection) -> None:
    with slack_api.fake_slack() as slack:
        told.send(slack.url)
        told.recv()


def _send(url: str, asked: Callable[[int, str], Request], rate: int, seconds: int) -> list[tuple[float, int]]:
    questions = [sample.question for sample in dataset.load(Path("knowledge/golden.jsonl"))]
    taken: SimpleQueue[tuple[float, int]] = SimpleQueue()
    local = threading.local()

    def post(number: int) -> None:
        if not hasattr(local, "client"):
            local.client = httpx.Client()
        body, headers = asked(number, questions[number % len(questions)])
        begun = time.perf_counter()
        try:
            status = local.client.post(url, content=body, headers=headers).status_code
        except httpx.HTTPError:
            status = 0
        taken.put(((time.perf_counter() - begun) * 1000, status))

    start = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        for number in range(rate * seconds):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            pool.submit(post, number)
    return [taken.get() for _ in range(taken.qsize())]


def _line(number: int, question: str) -> Request:
    user = f"U{number % 500:032x}"
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "webhookEventId": f"bench-{number}",
        "deliveryContext": {"isRedelivery": False},
        "source": {"type": "user", "userId": user},
        "replyToken": f"token-{number}",
        "message": {"type": "text", "id": str(number), "text": question, "quoteToken": "q"},
    }
    body = json.dumps({"destination": "U0", "events": [event]}, ensure_ascii=False).encode()
    return body, {"x-line-signature": base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()}


def _slack_dm(number: int, question: str) -> Request:
    body = slack_api.direct(number, f"U{number % 500}", question)
    return body, slack_api.signed(body)


ASKED: dict[str, Callable[[int, str], Request]] = {"line": _line, "slack": _slack_dm}


def _until(holds: object, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():  # type: ignore[operator]
            return
        time.sleep(0.2)
    raise SystemExit("it did not come to that in time")


def _answered(address: str) -> float:
    lines = httpx.get(f"{address}/metrics", timeout=60).text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("clinic_turns{"))


def _status(url: str) -> int:
    try:
        return httpx.get(url, timeout=20).status_code
    except httpx.HTTPError:
        return 0


def _owed(address: str) -> float:
    """What is waiting: the age of the inbox's oldest event, and deliveries not yet sent."""
    lines = httpx.get(f"{address}/metrics", timeout=30).text.splitlines()
    waiting = [line for line in lines if line.startswith("clinic_inbox_age_seconds ") or 'status="waiting"' in line]
    return sum(float(line.rsplit(" ", 1)[1]) for line in waiting)


def _memory(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
