"""A reviewer finds a question among others, judges it, and makes it a golden one; an officer takes the list away as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import delete

from app.console.office import Office
from app.evaluation import dataset
from app.store import audit, erase, reviews, turns
from app.store.tables import AnswerRow, CitationRow, TurnRow
from tests.console.conftest import Visitor
from tests.console.logged import ask, message_of, release
from tests.fakes import Clock

Signed = Callable[[str], Visitor]
XSS = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def test_a_search_finds_thai_words_and_not_pieces_of_others(signed_in: Signed, office: Office) -> None:
    ask(office, "ขอแบบประเมินผลส่วนราชการ")
    ask(office, "รางวัลเลิศรัฐมีกี่สาขา")
    reviewer = signed_in("reviewer")
    assert reviewer.get("/questions?q=ประเมิน") == 200
    assert "ขอแบบประเมินผลส่วนราชการ" in reviewer.shown
    assert "รางวัลเลิศรัฐมีกี่สาขา" not in reviewer.shown
    reviewer.get("/questions?q=ระเม")  # a piece of a word
    assert "ไม่พบคำถามที่ตรงกับเงื่อนไข" in reviewer.shown
    reviewer.get("/questions?q=รางวัล สาขา")
    assert "รางวัลเลิศรัฐมีกี่สาขา" in reviewer.shown


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("outcome=not_found", {"สอง"}),
        ("channel=slack", {"สอง"}),
        ("channel=web", {"สาม"}),
        ("topic=pmqa", {"สาม"}),
        ("confidence=low", {"สาม"}),
        ("feedback=wrong", {"หนึ่ง"}),
        ("verdict=none", {"สอง", "สาม"}),
        ("verdict=wrong", {"หนึ่ง"}),
        ("release=7", {"สาม"}),
        ("from=2026-11-24", {"สาม"}),
        ("to=2026-11-23", {"หนึ่ง", "สอง"}),
        ("from=nonsense&release=x&topic=x", {"หนึ่ง", "สอง", "สาม"}),
    ],
)
def test_filters_narrow_the_list(narrowed: str, found: set[str], signed_in: Signed, office: Office, clock: Clock) -> None:
    first = ask(office, "หนึ่ง")
    ask(office, "สอง", outcome="not_found", channel="slack", who="C1")
    clock.pass_(days=1)
    ask(office, "สาม", topic="pmqa", confidence=0.2, release=7, channel="web")
    with office.database.begin() as session:
        asked = reviews.get(session, first)
        assert asked
        assert asked.answer
        turns.note(session, asked.answer.id, "wrong", clock())
    reviewer = signed_in("reviewer")
    assert reviewer.post(f"/questions/{first}/verdict", verdict="wrong", why="ปีไม่ตรง") == 303
    assert reviewer.get(f"/questions?{narrowed}") == 200
    assert "หน้าเว็บ</option>" in reviewer.shown
    assert {word for word in ("หนึ่ง", "สอง", "สาม") if f">{word}</a>" in reviewer.shown} == found


def test_a_long_list_is_read_page_by_page_and_no_question_is_shown_twice(signed_in: Signed, office: Office) -> None:
    for number in range(120):
        ask(office, f"คำถามที่ {number:03d}", who=f"U{number}")
    reviewer, seen, path = signed_in("reviewer"), [], "/questions"
    for _ in range(3):
        assert reviewer.get(path) == 200
        seen += [piece.split("<")[0] for piece in reviewer.shown.split('">คำถามที่ ')[1:]]
        path = (
            reviewer.shown.split('rel="next" href="/console')[1].split('"')[0].replace("&amp;", "&")
            if 'rel="next"' in reviewer.shown
            else ""
        )
    assert path == ""
    assert seen == [f"{number:03d}" for number in reversed(range(120))]


def test_one_question_shows_the_answer_the_trace_and_how_the_rule_reads_now(signed_in: Signed, office: Office) -> None:
    release(office, {("rule", "ข้อ 5"): "ข้อ 5 ใช้อัตรา 70"})
    ask(office, "คำถามก่อนหน้า")
    turn_id = ask(office, "ใช้อัตราเท่าใด")
    reviewer = signed_in("reviewer")
    assert reviewer.get(f"/questions/{turn_id}") == 200
    for part in (
        "ใช้อัตราเท่าใด",
        "คำถามก่อนหน้า",
        "ข้อความเปลี่ยนแล้ว",
        "<del>60</del>",
        "<ins>70</ins>",
        "ความหมายใกล้เพียงใด",
        "0.91",
        "0.87",
        "12.0",
    ):
        assert part in reviewer.shown, part


def test_a_question_whose_trace_was_erased_and_one_without_an_answer_are_shown(signed_in: Signed, office: Office) -> None:
    bare = ask(office, "ไม่มีร่องรอย", trace={}, timings_ms={}, citations=(), topic="", release=0)
    alone = ask(office, "ขัดข้อง")
    with office.database.begin() as session:
        session.get_one(TurnRow, bare).trace = {}
        session.get_one(TurnRow, alone).outcome = "failed"
        session.execute(delete(CitationRow))
        session.execute(delete(AnswerRow).where(AnswerRow.turn_id == alone))
    reviewer = signed_in("reviewer")
    assert reviewer.get(f"/questions/{bare}") == 200
    assert "ไม่มีร่องรอย" in reviewer.shown
    assert reviewer.get(f"/questions/{alone}") == 200
    assert "ไม่มีข้อความตอบที่เก็บไว้" in reviewer.shown
    assert reviewer.post(f"/questions/{alone}/verdict", verdict="out_of_scope") == 303
    assert reviewer.post(f"/questions/{alone}/golden") == 303


def test_a_verdict_and_the_right_section_become_a_golden_question_of_the_evaluation(
    signed_in: Signed, office: Office, tmp_path: Path
) -> None:
    release(office, {("rule", "ข้อ 5"): "ข้อ 5 ใช้อัตรา 60", ("rule", "ข้อ 6"): "ข้อ 6 ระดับคะแนนของการประเมินมีห้าระดับ"})
    ask(office, "การประเมินมีอะไรบ้าง")
    turn_id = ask(office, "มีกี่ระดับ")
    reviewer, officer = signed_in("reviewer"), signed_in("officer")
    assert reviewer.post(f"/questions/{turn_id}/golden") == 422
    assert reviewer.get(f"/questions/{turn_id}/sections?find=ระดับคะแนน") == 200
    assert "ข้อ 6" in reviewer.shown
    assert "ข้อ 5" not in reviewer.shown
    assert reviewer.post(f"/questions/{turn_id}/verdict", verdict="wrong", section=json.dumps(["rule", "ข้อ 6"])) == 303
    assert reviewer.post(f"/questions/{turn_id}/golden") == 303
    assert officer.post("/golden/export") == 200
    file = tmp_path / "golden.jsonl"
    file.write_text(officer.shown, "utf-8")
    (sample,) = dataset.load(file)
    assert sample.question == "มีกี่ระดับ"
    assert sample.history == ("การประเมินมีอะไรบ้าง",)
    assert sample.sections == (("rule", "ข้อ 6"),)
    assert sample.outcomes == ("answered",)


def test_a_verdict_can_be_changed_and_the_log_keeps_both(signed_in: Signed, office: Office) -> None:
    turn_id = ask(office, "คำถาม")
    reviewer = signed_in("reviewer")
    for verdict in ("right", "partly"):
        assert reviewer.post(f"/questions/{turn_id}/verdict", verdict=verdict) == 303
    with office.database.read() as session:
        newest, first = audit.entries(session, audit.Wanted(verb="questions.judge"), 10)
    assert (first.before, first.after["verdict"]) == ({}, "right")
    assert (newest.before["verdict"], newest.after["verdict"], newest.name) == ("right", "partly", "reviewer")


def test_an_unsent_question_leaves_list_search_page_and_golden_questions(signed_in: Signed, office: Office, clock: Clock) -> None:
    turn_id = ask(office, "เรื่องลับของกรมที่ดิน")
    reviewer = signed_in("reviewer")
    reviewer.get("/questions?q=กรมที่ดิน")
    assert "เรื่องลับของกรมที่ดิน" in reviewer.shown
    reviewer.post(f"/questions/{turn_id}/verdict", verdict="right", why="ถามเรื่องลับของกรมที่ดิน")
    reviewer.post(f"/questions/{turn_id}/golden")
    channel, conversation, message = message_of(turn_id, office)
    with office.database.begin() as session:
        erase.erase_message(session, channel, conversation, message, office.clock())
    for path in ("/questions", "/questions?q=กรมที่ดิน", f"/questions/{turn_id}", "/golden", "/"):
        reviewer.get(path)
        assert "เรื่องลับ" not in reviewer.shown, path
    assert reviewer.get(f"/questions/{turn_id}") == 404
    with office.database.read() as session:
        written = str([(entry.before, entry.after, entry.subject) for entry in audit.entries(session, audit.Wanted(), 50)])
    assert "ลับ" not in written


def test_what_askers_write_is_never_markup(signed_in: Signed, office: Office) -> None:
    """Stored XSS: in the list, on the page, in the conversation beside it, in golden questions and in saved views."""
    release(office, {("rule", "ข้อ 5"): f"ข้อ 5 {XSS}"})
    first = ask(office, XSS, text=XSS)
    turn_id = ask(office, f"ต่อ {XSS}")
    admin = signed_in("admin")
    admin.post(f"/questions/{turn_id}/verdict", verdict="right", why=XSS, section=json.dumps(["rule", XSS]))
    admin.post(f"/questions/{turn_id}/golden")
    admin.post("/questions/views", name=XSS[:60], q=XSS)
    admin.post("/staff", name="nida", role="reviewer")
    one = (f"/questions/{first}", f"/questions/{turn_id}", f"/questions/{turn_id}/sections?find=ข้อ")
    lists = ("/", "/questions", "/golden", "/audit", "/releases", "/releases/1", f"/questions?q={XSS}", f"/audit?name={XSS}")
    for path in (*one, *lists):
        assert admin.get(path) in (200, 404), path
        assert "<script>alert" not in admin.shown, path
        assert "<img src=x" not in admin.shown, path
        assert "<b>odd" not in admin.shown, path


def test_a_saved_view_is_its_owners_alone(signed_in: Signed, office: Office) -> None:
    """IDOR: knowing the number of somebody else's view gives nothing."""
    officer, reviewer = signed_in("officer"), signed_in("reviewer")
    assert officer.post("/questions/views", name="ไม่พบหลักเกณฑ์", outcome="not_found") == 303
    officer.get("/questions")
    assert "ไม่พบหลักเกณฑ์</a>" in officer.shown
    view = officer.shown.split("/questions/views/")[1].split("/")[0]
    reviewer.get("/questions")
    assert f"/questions/views/{view}/drop" not in reviewer.shown
    assert reviewer.post(f"/questions/views/{view}/drop") == 404
    assert officer.post(f"/questions/views/{view}/drop") == 303


FORMULAS = ("=1+1", "+66 2 000 0000", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "\t=1+1", " =1+1", "＝1+1")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_opens_in_excel_with_thai_intact_and_without_formulas(kind: str, signed_in: Signed, office: Office) -> None:
    for formula in FORMULAS:
        ask(office, formula)
    ask(office, 'ระดับคะแนน "ดี", คือเท่าใด')
    officer = signed_in("officer")
    assert officer.post("/questions/export", kind=kind) == 200
    table = _csv(officer.answer.content) if kind == "csv" else _xlsx(officer.answer.content)
    asked = [str(row[3]) for row in table[1:]]
    assert table[0][3] == "คำถาม"
    assert 'ระดับคะแนน "ดี", คือเท่าใด' in asked
    assert len(asked) == len(FORMULAS) + 1
    assert [cell for row in table for cell in row if str(cell).lstrip(" \t").startswith(("=", "+", "-", "@", "＝"))] == []
    with office.database.read() as session:
        (entry,) = audit.entries(session, audit.Wanted(verb="questions.export"), 5)
    assert entry.name == "officer"


def test_an_export_holds_what_the_list_shows(signed_in: Signed, office: Office) -> None:
    ask(office, "หนึ่ง")
    ask(office, "สอง", outcome="not_found")
    officer = signed_in("officer")
    officer.post("/questions/export", kind="csv", outcome="not_found")
    assert [row[3] for row in _csv(officer.answer.content)[1:]] == ["สอง"]
    assert officer.post("/questions/export", kind="exe") == 422


def _csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _xlsx(content: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return list(sheet.iter_rows(values_only=True))
