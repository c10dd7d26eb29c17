"""The pages of missing rules: what is asked and not answered is given to a division, closed with a reason, and all of it written down."""

from __future__ import annotations

from collections.abc import Callable

from app.answering.gaps import Gaps
from app.console.office import Office
from app.embeddings.trigram import Trigram
from app.store import audit, gap_grouping
from app.store.gap_tables import GapRow
from tests.console.conftest import Visitor
from tests.console.logged import ask
from tests.fakes import Oracle

ODD = "<script>alert(1)</script> ขอยืมตัวข้าราชการข้ามกรม"


def _group(office: Office) -> None:
    Gaps(office.database, Trigram, Oracle(), office.clock).step()


def test_a_missing_rule_is_found_given_to_a_division_and_closed(office: Office, signed_in: Callable[[str], Visitor]) -> None:
    reviewer, officer = signed_in("reviewer"), signed_in("officer")
    ask(office, ODD, outcome="not_found")
    ask(office, ODD, "Usomying", outcome="not_found")
    ask(office, "ตอบได้")
    assert reviewer.get("/gaps") == 200
    assert "ไม่มีรายการ" in reviewer.shown
    assert reviewer.post("/gaps") == 403
    assert officer.post("/gaps") == 303
    officer.get("/gaps")
    assert "กำลังจัดกลุ่ม" in officer.shown
    _group(office)

    officer.get("/gaps")
    assert "&lt;script&gt;" in officer.shown
    assert "<script>alert" not in officer.shown
    assert "จาก 2 คำถาม" in officer.shown
    officer.get("/gaps?topic=pmqa")
    assert "ไม่มีรายการ" in officer.shown
    with office.database.read() as session:
        number = session.query(GapRow).one().id
    assert officer.get(f"/gaps/{number}") == 200
    assert "ถามด้วยถ้อยคำนี้ 2 ครั้ง" in officer.shown
    for step in ("", "/close", "/open"):
        assert reviewer.post(f"/gaps/{number}{step}", reason="x") == 403

    assert officer.post(f"/gaps/{number}", division="กองหนึ่ง", note="รอหนังสือตอบ") == 303
    reviewer.get("/gaps?list=assigned")
    assert "กองหนึ่ง" in reviewer.shown
    reviewer.get(f"/gaps/{number}")
    assert "รอหนังสือตอบ" in reviewer.shown
    assert officer.post(f"/gaps/{number}", division="ก" * 101) == 422
    assert officer.post(f"/gaps/{number}/close", reason=" ") == 422
    assert officer.post(f"/gaps/{number}/close", reason="นอกอำนาจ") == 303
    officer.get("/gaps?list=closed")
    assert f"/gaps/{number}" in officer.shown
    officer.get(f"/gaps/{number}")
    assert "นอกอำนาจ" in officer.shown
    assert officer.post(f"/gaps/{number}/open") == 303
    officer.get("/gaps?list=assigned")
    assert f"/gaps/{number}" in officer.shown
    assert officer.get("/gaps/999") == 404

    with office.database.read() as session:
        done = [(entry.subject, entry.after) for entry in audit.entries(session, audit.Wanted(verb="gaps.change"), 10)]
    assert done[::-1] == [
        ("gaps", {}),
        (f"gap {number}", {"state": "assigned", "division": "กองหนึ่ง"}),
        (f"gap {number}", {"state": "closed"}),
        (f"gap {number}", {"state": "assigned"}),
    ]


def test_more_questions_than_are_grouped_are_told(office: Office, signed_in: Callable[[str], Visitor]) -> None:
    with office.database.begin() as session:
        gap_grouping.want(session, office.clock())
        gap_grouping.end(session, gap_grouping.MOST + 1, office.clock())
    officer = signed_in("officer")
    officer.get("/gaps")
    assert "คำถามที่เก่ากว่านั้นไม่ได้จัดกลุ่ม" in officer.shown
