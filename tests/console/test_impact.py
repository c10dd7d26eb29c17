"""An admin sees what a release would change for those who ask, before anybody is answered from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import wiring
from app.console.office import Office
from app.store import audit, builds, erase, impacts, releases
from app.store.database import Database
from tests.console import shelf
from tests.console.conftest import Visitor
from tests.console.logged import ask, message_of, release
from tests.fakes import Clock

Signed = Callable[[str], Visitor]
ASKED = "ส่งรายงานผลการทดลองภายในกี่วัน"


@pytest.fixture
def office(office: Office, database: Database, clock: Clock, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give the office a knowledge folder, and do its long work at once."""
    chosen = shelf.settings(tmp_path, database_url)
    return shelf.at_once(wiring.office(chosen, database, clock), chosen, monkeypatch)


@pytest.fixture
def two_releases(office: Office, tmp_path: Path, database_url: str) -> None:
    """Build a release that answers and one that says something else."""
    chosen = shelf.settings(tmp_path, database_url)
    shelf.rule(chosen, 30)
    assert shelf.build(chosen, office.database) == 1
    shelf.rule(chosen, 45)
    assert shelf.build(chosen, office.database, activate=False) == 2


@pytest.mark.usefixtures("two_releases")
def test_the_answers_that_would_change_are_shown_side_by_side_and_kept(office: Office, signed_in: Signed, tmp_path: Path) -> None:
    turn = ask(office, ASKED)
    ask(office, "ขอบคุณ", outcome="greeted")
    (tmp_path / "knowledge/golden.jsonl").write_text('{"id": "g1", "question": "เงินเดือนออกวันไหน"}\n', "utf-8")
    admin = signed_in("admin")
    admin.get("/releases/2")
    assert "ดูผลกระทบก่อนเปิดใช้" in admin.shown
    assert "ปีงบประมาณตรงกับเนื้อความ" in admin.shown
    assert "years_are_right" not in admin.shown
    assert admin.post("/releases/2/impact") == 303
    row = shelf.newest(office, "impact")
    assert (row.state, row.problem, row.result) == ("done", "", {"active": 1, "asked": 2, "same": 1})
    reviewer = signed_in("reviewer")  # another person, later: the result is kept
    assert reviewer.get("/releases/2/impact") == 200
    for part in ("<del>30</del>", "<ins>45</ins>", "คำตอบเปลี่ยน", f"/questions/{turn}"):
        assert part in reviewer.shown
    assert reviewer.post("/releases/2/impact") == 403
    with office.database.begin() as session:
        assert releases.pointer(session)[0] == 1
        (entry,) = audit.entries(session, audit.Wanted(verb="releases.change"), 5)
        assert entry.subject == "impact of release 2"
        erase.erase_message(session, *message_of(turn, office), office.clock())  # who erases a question erases it here too
        assert impacts.kept(session, row.id) == []
        late = {"turn_id": turn, "kind": "changed", "question": ASKED, "before": {}, "after": {}}
        impacts.keep(session, row.id, [late])  # it was erased while the releases were being asked
        assert impacts.kept(session, row.id) == []


def _two(office: Office) -> None:
    for rate in (70, 60):
        release(office, {("rule", "ข้อ 5"): f"ข้อ 5 ใช้อัตรา {rate}"})
    with office.database.begin() as session:
        releases.activate(session, 1)


def test_one_goes_on_at_a_time_and_what_is_heard_of_no_more_can_be_begun_again(office: Office, signed_in: Signed, clock: Clock) -> None:
    _two(office)
    admin = signed_in("admin")
    started: list[int] = []
    object.__setattr__(office, "start_build", started.append)
    with office.database.begin() as session:
        assert builds.begin_other(session, "impact", {}, "admin", clock(), 2)
        assert builds.begin_other(session, "impact", {}, "admin", clock(), 1) is None
    assert admin.post("/releases/2/impact") == 422  # one at a time
    admin.get("/releases/2/impact")
    assert "กำลังถามคำถามเดิมกับทั้งสองชุด" in admin.shown
    clock.pass_(minutes=2)
    admin.get("/releases/2/impact")
    assert "หยุดไปกลางทาง" in admin.shown
    assert admin.post("/releases/2/impact") == 303
    assert len(started) == 1


def test_the_release_that_answers_has_no_impact(office: Office, signed_in: Signed) -> None:
    _two(office)
    admin = signed_in("admin")
    assert admin.post("/releases/1/impact") == 422
    assert admin.post("/releases/99/impact") == 404
    assert admin.get("/releases/99/impact") == 404
    admin.get("/releases/1")
    assert "ดูผลกระทบก่อนเปิดใช้" not in admin.shown


def test_an_impact_that_cannot_be_measured_says_why(office: Office, signed_in: Signed) -> None:
    _two(office)  # made with another embedding
    ask(office, ASKED)
    admin = signed_in("admin")
    assert admin.post("/releases/2/impact") == 303
    assert shelf.newest(office, "impact").state == "failed"
    admin.get("/releases/2/impact")
    assert "made with the embedding none" in admin.shown


def test_an_answer_where_there_was_none_is_not_compared_word_by_word(office: Office, signed_in: Signed, clock: Clock) -> None:
    _two(office)
    before = {"outcome": "not_found", "lead": "ยังไม่พบหลักเกณฑ์", "citations": []}
    with office.database.begin() as session:
        number = builds.begin_other(session, "impact", {}, "admin", clock(), 2)
        assert number
        builds.end(session, number, state="done", release=2, problem="", now=clock(), result={"active": 1, "asked": 1, "same": 0})
        new = {"turn_id": None, "kind": "appeared", "question": "คำถาม", "before": before, "after": before | {"lead": "ใช้อัตรา 60"}}
        impacts.keep(session, number, [new])
    admin = signed_in("admin")
    admin.get("/releases/2/impact")
    assert "ยังไม่พบหลักเกณฑ์" in admin.shown
    assert "<del>" not in admin.shown
