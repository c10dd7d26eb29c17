"""An admin builds a release, compares it, uses it and goes back; everybody turns to the switch when something is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app import wiring
from app.answering import wording
from app.answering.switch import Switched
from app.console.office import Office
from app.domain import Question
from app.settings import Settings
from app.store import audit, builds, releases, switch
from app.store.database import Database
from app.store.review_tables import BuildRow
from app.store.tables import TurnRow
from tests.console.conftest import Visitor
from tests.console.logged import release
from tests.fakes import Clock, Oracle, open_desk

Signed = Callable[[str], Visitor]


def _active(office: Office) -> int:
    with office.database.read() as session:
        return releases.pointer(session)[0]


def _build(office: Office, number: int) -> BuildRow:
    with office.database.read() as session:
        row = builds.get(session, number)
    assert row
    return row


def test_a_release_is_compared_used_and_left_again(signed_in: Signed, office: Office) -> None:
    first = release(office, {("rule", "ข้อ 5"): "ข้อ 5 ใช้อัตรา 60", ("rule", "ข้อ 6"): "ข้อ 6 เดิม"})
    second = release(office, {("rule", "ข้อ 5"): "ข้อ 5 ใช้อัตรา 70", ("new", "ข้อ 1"): "ข้อ 1 ใหม่"})
    admin = signed_in("admin")
    assert admin.get(f"/releases/{second}") == 200
    assert "hit@5 0.97" in admin.shown
    assert admin.get(f"/releases/{second}/since/{first}") == 200
    for part in ("<del>60</del>", "<ins>70</ins>", "ข้อ 6 เดิม", "ข้อ 1 ใหม่"):
        assert part in admin.shown
    assert admin.post("/releases/rollback") == 303
    assert _active(office) == first
    assert admin.post(f"/releases/{second}/activate") == 303
    assert _active(office) == second
    assert admin.post("/releases/999/activate") == 404
    with office.database.read() as session:
        done = audit.entries(session, audit.Wanted(verb="releases.change"), 10)
    assert [(entry.before["active"], entry.after["active"]) for entry in done] == [(first, second), (second, first)]


def test_a_build_runs_beside_and_is_watched(office: Office, signed_in: Signed, clock: Clock) -> None:
    started: list[int] = []
    object.__setattr__(office, "start_build", started.append)
    admin = signed_in("admin")
    assert admin.post("/releases/build", allow_removal="1") == 303
    (number,) = started
    assert admin.post("/releases/build") == 422
    with office.database.begin() as session:
        row = builds.get(session, number)
        assert row
        assert row.wishes == {"activate": False, "allow_removal": True}
        builds.tell(session, number, "embed", 20, 80, clock())
    admin.get(f"/releases/build/{number}")
    assert "20/80" in admin.shown
    clock.pass_(minutes=2)
    admin.get("/releases")
    assert "หยุดไปกลางทาง" in admin.shown
    assert admin.post("/releases/build") == 303


def test_the_process_that_builds_makes_a_release_of_the_knowledge_folder(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "rule.md").write_text("# หลักเกณฑ์\n\n## ข้อ 1\n\nส่วนราชการส่งรายงานภายในวันที่ 31 ตุลาคม\n", "utf-8")
    settings = Settings(
        _env_file=None, data_dir=tmp_path / "data", knowledge_dir=knowledge, database_url=database_url, embedding="trigram", channels=()
    )
    with office.database.begin() as session:
        number = builds.begin(session, {"activate": True, "allow_removal": False}, "admin", wiring.now())
    wiring.office(settings, office.database).start_build(number)
    deadline = time.monotonic() + 60
    row = _build(office, number)
    while row.state == "running" and time.monotonic() < deadline:
        time.sleep(0.3)
        row = _build(office, number)
    assert (row.state, row.problem) == ("done", "")
    assert row.heard_at - row.started_at < timedelta(seconds=60)
    assert _active(office) == row.release


def test_off_keeps_the_question_for_people_and_says_so_everywhere_within_two_seconds(database: Database, signed_in: Signed) -> None:
    desk = open_desk(database)
    oracle = Oracle()
    two_processes = [Switched(oracle, database), Switched(oracle, database)]
    for process in two_processes:
        assert process.answer(Question("หนึ่ง")).outcome == "answered"
    admin = signed_in("admin")
    assert admin.post("/switch", position="off") == 303
    turned = time.monotonic()
    while not all(process.answer(Question("สอง")).outcome == "handed_over" for process in two_processes):
        assert time.monotonic() - turned < 2.0
        time.sleep(0.05)
    assert two_processes[0].answer(Question("สวัสดี")).outcome == "answered"  # courtesy needs no search, and secrets are refused as always
    desk.clinic.worker._conversation._answering = two_processes[0]
    desk.hear("สาม")
    desk.work()
    assert desk.post.said == [wording.SWITCHED_OFF]
    (turn,) = desk.rows(TurnRow)
    assert (turn.question, turn.outcome, turn.attention) == ("สาม", "handed_over", "switched_off")


def test_quote_only_reaches_the_answering_flow_and_normal_comes_back(database: Database, signed_in: Signed) -> None:
    oracle = Oracle()
    admin = signed_in("admin")
    for position, expected in (("quote_only", True), ("normal", False)):
        assert admin.post("/switch", position=position, message="ข้อความของผู้ดูแล") == 303
        Switched(oracle, database).answer(Question("คำถาม"))
        assert oracle.asked[-1].quote_only is expected
    assert admin.post("/switch", position="on") == 422
    with database.read() as session:
        assert switch.read(session).message == "ข้อความของผู้ดูแล"
        done = audit.entries(session, audit.Wanted(verb="switch.change"), 5)
    assert [entry.after["position"] for entry in done] == ["normal", "quote_only"]


def test_the_message_of_the_admin_is_what_askers_read(database: Database, signed_in: Signed) -> None:
    signed_in("admin").post("/switch", position="off", message="ปิดปรับปรุงถึง 9 โมง")
    assert Switched(Oracle(), database).answer(Question("คำถาม")).text == "ปิดปรับปรุงถึง 9 โมง"
