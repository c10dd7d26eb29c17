"""How fast 100,000 logged questions are listed, filtered and searched, on SQLite and PostgreSQL.

Run: .venv/bin/python -m tests.benchmarks.question_log [questions] [sqlite|postgresql]; it makes its databases and drops them.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import insert, text
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app import console, wiring
from app.console import export, passwords
from app.console.word_index import WordIndex
from app.corpus.dictionary import load
from app.corpus.lexicon import Lexicon
from app.evaluation import dataset
from app.settings import Settings
from app.store import question_log, staff
from app.store.database import Database
from app.store.question_log import Place, Wanted
from app.store.review_tables import ReviewRow
from app.store.tables import AnswerRow, ConversationRow, EventRow, TurnRow
from tests.conftest import POSTGRESQL
from tests.console.conftest import PASSWORD, Visitor
from tests.fakes import START

PLACES = ("กรมการปกครอง", "กรมสรรพากร", "จังหวัดเชียงใหม่", "สำนักงานปลัด", "กระทรวงมหาดไทย", "กรมที่ดิน", "กองบริหารทรัพยากร", "เทศบาล")
OUTCOMES = ("answered", "answered", "answered", "answered", "not_found", "refused", "clarify", "greeted", "failed")
TOPICS = ("division", "evaluation", "pmqa", "awards", "digital", "good_governance", "clinic", "")
ROUNDS = 7
PAGE = 51


def main() -> None:
    """Print the median and the worst time of each kind of list, on both databases."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    lexicon = Lexicon(load(Path("knowledge/dictionary.toml")))
    for name, database in {"sqlite": _sqlite, "postgresql": _postgresql}.items():
        if name not in (sys.argv[2:] or (name,)):
            continue
        with database() as opened:
            fill(opened, size)
            begun = time.perf_counter()
            index = WordIndex(opened, lambda: lexicon)
            index.catch_up(size)
            print(f"{name}: {size} questions, their words indexed in {time.perf_counter() - begun:.0f} s")
            _measure(opened, index)
            _pages(opened)
            _exports(opened)


def fill(database: Database, size: int) -> None:
    """Log questions: the golden ones, each with places and numbers of their own."""
    random.seed(5)
    asked = [sample.question for sample in dataset.load(Path("knowledge/golden.jsonl"))]
    people = 5000
    with database.begin() as session:
        session.execute(
            insert(ConversationRow),
            [{"id": n, "channel": "line" if n % 4 else "slack", "address": f"U{n}", "created_at": START} for n in range(1, people + 1)],
        )
    for begin in range(1, size + 1, 5000):
        numbers = range(begin, min(begin + 5000, size + 1))
        with database.begin() as session:
            moments = {n: START - timedelta(minutes=5 * (size - n)) for n in numbers}
            common = [{"id": n, "conversation_id": n % people + 1} for n in numbers]
            kept = {"channel": "line", "kind": "text", "status": "done", "text": "", "attempts": 1, "error": ""}
            session.execute(
                insert(EventRow),
                [kept | row | {"event_id": f"e{n}", "at": moments[n], "received_at": moments[n], "ready_at": moments[n]}
                 for n, row in zip(numbers, common, strict=True)],
            )  # fmt: skip
            outcomes = {n: random.choice(OUTCOMES) for n in numbers}
            session.execute(
                insert(TurnRow),
                [row | {"event_id": n, "question": f"{random.choice(asked)} {random.choice(PLACES)} เรื่องที่ {n}", "asked_at": moments[n],
                        "answered_at": moments[n], "outcome": outcomes[n], "attention": "", "trace": {}, "is_searchable": False}
                 for n, row in zip(numbers, common, strict=True)],
            )  # fmt: skip
            session.execute(
                insert(AnswerRow),
                [{"id": f"a{n}", "turn_id": n, "outcome": outcomes[n], "text": "ตอบ " * 40, "lead": "ตอบ", "notes": [], "suggestions": [],
                  "query": "", "topic": random.choice(TOPICS), "as_of": "", "release": n // 20_000, "confidence": random.random(),
                  "feedback": "wrong" if n % 200 == 0 else "right" if n % 20 == 0 else ""} for n in numbers],
            )  # fmt: skip
            reviewed = [n for n in numbers if n % 50 == 0]
            session.execute(
                insert(ReviewRow),
                [{"turn_id": n, "verdict": "right", "why": "", "sections": [], "name": "officer", "at": START} for n in reviewed],
            )
    with database.begin() as session:
        session.execute(text("ANALYZE"))


def _measure(database: Database, index: WordIndex) -> None:
    middle = Place(START - timedelta(minutes=5 * 50_000), 50_000)
    lists = {
        "newest": (Wanted(), None),
        "from the middle on": (Wanted(), middle),
        "channel slack": (Wanted(channel="slack"), None),
        "outcome failed": (Wanted(outcome="failed"), None),
        "topic pmqa": (Wanted(topic="pmqa"), None),
        "disliked": (Wanted(feedback="wrong"), None),
        "low confidence": (Wanted(confidence=(0.0, 0.01)), None),
        "not reviewed": (Wanted(verdict="none"), None),
        "disliked, not reviewed": (Wanted(feedback="wrong", verdict="none"), None),
        "failed, not reviewed": (Wanted(outcome="failed", verdict="none"), None),
        "release 2, not reviewed": (Wanted(release=2, verdict="none"), None),
        "reviewed": (Wanted(verdict="any"), None),
        "a release that never was": (Wanted(release=99), None),
        "one day": (Wanted(since=START - timedelta(days=100), until=START - timedelta(days=99)), None),
        "everything at once": (Wanted(words=("ส่วนราชการ",), channel="line", outcome="answered", topic="pmqa", verdict="none"), None),
    }
    for words in ("ประเมิน", "กรมที่ดิน", "การแบ่งส่วนราชการ กรมการปกครอง", "PMQA 4.0", "เรื่องที่ 77777", "ไม่มีคำนี้เลยนะ", "ก", "รางวัลเลิศรัฐ"):
        lists[f"search {words}"] = (Wanted(words=index.words(words)), None)
    for name, (wanted, after) in lists.items():
        times, found = [], 0
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            with database.read() as session:
                found = len(question_log.find(session, wanted, after, PAGE))
            times.append((time.perf_counter() - begun) * 1000)
        print(f"  {name:45s} {found:3d} rows   median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms")


def _pages(database: Database) -> None:
    """Measure whole pages: through the door, drawn, as a browser gets them."""
    with tempfile.TemporaryDirectory() as place:
        office = wiring.office(Settings(_env_file=None, data_dir=Path(place), channels=()), database, lambda: START)
        with database.begin() as session:
            staff.add(session, name="officer", role="officer", password=passwords.hashed(PASSWORD), is_temporary=False, now=START)
        browser = Visitor(TestClient(Starlette(routes=[Mount("/console", console.build(office))])))
        browser.sign_in("officer")
        paths = (
            "/questions",
            "/questions?q=ประเมิน",
            "/questions?q=เรื่องที่ 77777",
            "/questions?feedback=wrong&verdict=none",
            "/questions/50000",
        )
        for path in (*paths, "/?days=30", "/?days=90"):
            times = []
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                assert browser.get(path) == 200
                times.append((time.perf_counter() - begun) * 1000)
            print(f"  page {path:40s}            median {statistics.median(times):7.1f} ms   worst {max(times):7.1f} ms")


def _exports(database: Database) -> None:
    for name, write in (("csv", export.as_csv), ("xlsx", export.as_xlsx)):
        before, begun, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter(), 0
        for piece in write(export.rows(database, Wanted())):
            size += len(piece)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"  export {name:5s} {size / 1e6:6.1f} MB in {time.perf_counter() - begun:5.1f} s, memory grew by {grown:.0f} MB")


@contextmanager
def _sqlite() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as place:
        yield from _opened(f"sqlite:///{place}/clinic.sqlite3")


@contextmanager
def _postgresql() -> Iterator[Database]:
    name = f"clinic_benchmark_{uuid4().hex[:8]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield from _opened(POSTGRESQL.replace("postgresql://", "postgresql+psycopg://") + name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    database.migrate()
    yield database
    database.close()


if __name__ == "__main__":
    main()
