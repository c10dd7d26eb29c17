"""What the audit log keeps in short English words is read in Thai."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.console import log_words
from app.console.office import Office
from tests.console.conftest import Visitor
from tests.console.logged import ask


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("verdict", "partly", "ถูกบางส่วน"),
        ("state", "open", "เปิดอยู่"),
        ("open", True, "ใช่"),
        ("from", "2026-09-01", "1 ก.ย. 2569"),
        ("value", "2026-12-07,2026-12-10", "7 ธ.ค. 2569, 10 ธ.ค. 2569"),
        ("sections", [["rule", "ข้อ 5"], ["rule", "ข้อ 6"]], "ข้อ 5 (rule), ข้อ 6 (rule)"),
        ("fiscal_years", [2567, 2568], "2567, 2568"),
        ("number", "ว 5/2562", "ว 5/2562"),
        ("sections", [], ""),
    ],
)
def test_what_was_kept_reads_as_staff_would_say_it(key: str, value: Any, read: str) -> None:
    assert log_words.kept(value, key) == read


def test_the_log_of_a_verdict_is_in_thai(office: Office, signed_in: Callable[[str], Visitor]) -> None:
    turn_id = ask(office, "ใช้อัตราเท่าใด")
    assert signed_in("reviewer").post(f"/questions/{turn_id}/verdict", verdict="partly", section='["rule", "ข้อ 5"]') == 303
    admin = signed_in("admin")
    admin.get("/audit?verb=questions.judge")
    for part in (f"คำถามที่ {turn_id}", "ผลตรวจ: ถูกบางส่วน", "ข้อที่ถูกต้อง: ข้อ 5 (rule)"):
        assert part in admin.shown
