"""An admin teaches the clinic a word that officials type, sees what it does to the golden questions, then saves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import wiring
from app.answering import loaded
from app.console.office import Office
from app.corpus import dictionary
from app.domain import Question
from app.settings import Settings
from app.store import audit, builds, releases
from app.store.database import Database
from tests.console import shelf
from tests.console.conftest import Visitor
from tests.fakes import Clock

Signed = Callable[[str], Visitor]
QUESTION, FOUND = Question("XYZ ทำได้เมื่อใด"), "ส่งรายงานผลการทดลองภายในกี่วัน"
WORDS = """# ของคลินิก
words = [
    "กฎกระทรวง",
]

[synonyms]
"ตัวชี้วัด" = ["KPI"]  # ใช้บ่อย
"""
OTHER = "# หลักเกณฑ์อื่น\n\n## การจัดซื้อ\n\nการจัดซื้อครุภัณฑ์ทำได้ทุกเดือน\n\n## การลงทะเบียน\n\nลงทะเบียนทางไปรษณีย์\n"


@pytest.fixture
def chosen(tmp_path: Path, database_url: str) -> Settings:
    """Give the settings of the installation, with a dictionary and a golden question in a word that no document has."""
    given = shelf.settings(tmp_path, database_url)
    (given.knowledge_dir / "dictionary.toml").write_text(WORDS, "utf-8")
    (given.knowledge_dir / "golden.jsonl").write_text('{"id": "g", "question": "XYZ ทำได้เมื่อใด"}\n', "utf-8")
    return given


@pytest.fixture
def office(office: Office, database: Database, clock: Clock, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give the office the folder."""
    return shelf.at_once(wiring.office(chosen, database, clock), chosen, monkeypatch)


def _text(chosen: Settings) -> str:
    return (chosen.knowledge_dir / "dictionary.toml").read_text("utf-8")


def test_a_word_is_tried_seen_and_saved(office: Office, signed_in: Signed, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaded, "POLL_SECONDS", 0.0)
    shelf.rule(chosen, 30)
    (chosen.knowledge_dir / "clinic/other.md").write_text(OTHER, "utf-8")
    shelf.build(chosen, office.database)
    running = wiring.answerer(chosen, office.database)  # a server, which is not started anew
    assert running.passages(QUESTION)[0].section.label != FOUND
    admin = signed_in("admin")
    assert admin.post("/dictionary", old="", term="ส่งรายงานผลการทดลอง", typed="XYZ\n\nxyz2 ") == 303
    there = admin.location.removeprefix("/console")
    row = shelf.newest(office, "words")
    assert (row.state, row.problem, row.result["asked"]) == ("done", "", 1)
    assert [one["after"][1] for one in row.result["changes"]] == ["ส่งรายงานผลการทดลองภายในกี่วัน"]
    assert admin.get(there) == 200
    assert "ส่งรายงานผลการทดลองภายในกี่วัน" in admin.shown
    assert _text(chosen) == WORDS  # only tried, and nothing was built
    with office.database.read() as session:
        assert [one.number for one in releases.every(session)] == [1]
    assert admin.post(f"{there}/save") == 303
    assert _text(chosen) == WORDS + '"ส่งรายงานผลการทดลอง" = ["XYZ", "xyz2"]\n'  # comments and order stay
    with office.database.read() as session:
        saved, tried = audit.entries(session, audit.Wanted(verb="dictionary.change"), 5)
    assert saved.after == {"term": "ส่งรายงานผลการทดลอง", "typed": ["XYZ", "xyz2"]}
    assert tried.subject.startswith("dictionary trial")
    admin.get("/dictionary?q=xyz")
    assert "1 จาก 3 คำ" in admin.shown
    assert running.passages(QUESTION)[0].section.label != FOUND  # not before the next release
    shelf.build(chosen, office.database)
    running.ready()
    assert running.passages(QUESTION)[0].section.label == FOUND
    assert signed_in("officer").get("/dictionary") == 403


def test_entries_are_changed_and_taken_out_where_they_stand(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    for change, expected in (
        ({"old": "ตัวชี้วัด", "term": "ตัวชี้วัด", "typed": "KPI\nเคพีไอ"}, {"กฎกระทรวง": (), "ตัวชี้วัด": ("KPI", "เคพีไอ")}),
        ({"old": "กฎกระทรวง", "term": "กฎหมาย"}, {"กฎหมาย": (), "ตัวชี้วัด": ("KPI", "เคพีไอ")}),
        ({"old": "ตัวชี้วัด", "remove": "1"}, {"กฎหมาย": ()}),
    ):
        assert admin.post("/dictionary", **change) == 303
        there = admin.location.removeprefix("/console")
        admin.get(there)
        assert "ไม่สำเร็จ" in admin.shown  # no release answers, so that there is nothing to try it on; it may be saved all the same
        assert admin.post(f"{there}/save") == 303
        assert dictionary.entries(_text(chosen)) == expected
    assert _text(chosen).startswith("# ของคลินิก\n")
    assert office.shelf.is_writable


def test_what_cannot_be_an_entry_is_refused_and_stays_in_the_form(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    for change, told in (
        ({"old": "", "term": " "}, "โปรดใส่คำ"),
        ({"old": "", "term": "ตัวชี้วัด"}, "มีคำนี้ในพจนานุกรมแล้ว"),
        ({"old": "", "term": "ผลงาน", "typed": "kpi"}, "ใช้แทน “ตัวชี้วัด” อยู่แล้ว"),
        ({"old": "nothing", "term": "x"}, "ไม่มีคำนี้ในพจนานุกรมแล้ว"),
        ({"old": "", "remove": "1"}, "ไม่มีคำที่จะนำออก"),
        ({"old": "", "term": "ก" * 101}, "คำยาวได้ไม่เกิน"),
    ):
        assert admin.post("/dictionary", **change) == 422
        assert told in admin.shown
    assert admin.get("/dictionary/entry?term=nothing") == 404
    assert _text(chosen) == WORDS
    with office.database.read() as session:
        assert builds.newest(session, "words") is None


def test_a_word_that_somebody_else_changed_meanwhile_is_tried_again(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    admin.post("/dictionary", old="ตัวชี้วัด", term="ตัวชี้วัด", typed="เคพีไอ")
    there = admin.location.removeprefix("/console")
    office.shelf.write(chosen.knowledge_dir / "dictionary.toml", WORDS.replace('"KPI"', '"KPI", "ตชว."'))
    assert admin.post(f"{there}/save") == 422
    assert "โปรดเปิดคำนี้แล้วลองใหม่" in admin.shown
    (chosen.knowledge_dir / "dictionary.toml").write_text("words = [", "utf-8")
    assert admin.get("/dictionary") == 422
    assert "โปรดแก้ในโฟลเดอร์เอกสารก่อน" in admin.shown
