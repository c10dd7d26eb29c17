"""What of a message is covered before it is kept, and what is not taken for somebody's number."""

from __future__ import annotations

import pytest

from app.answering.personal import CLASSIFIED, is_citizen_id, keepable
from app.answering.screen import screen

CITIZEN = "1101700230708"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"เลข {CITIZEN} ครับ", "เลข ●●● ครับ"),
        ("เลข 1-1017-00230-70-8 ครับ", "เลข ●●● ครับ"),
        ("เลข ๑๑๐๑๗๐๐๒๓๐๗๐๘", "เลข ●●●"),
        ("โทร 0812345678", "โทร ●●●"),
        ("โทร 081-234-5678 หรือ 02 356 9999", "โทร ●●● หรือ ●●●"),
        ("โทร ๐๘๑.๒๓๔.๕๖๗๘", "โทร ●●●"),
        ("โทร +66 81 234 5678", "โทร ●●●"),
        ("ส่งมาที่ somchai.k+1@opdc.go.th ได้เลย", "ส่งมาที่ ●●● ได้เลย"),
    ],
)
def test_numbers_and_addresses_of_people_are_covered(written: str, kept: str) -> None:
    assert keepable(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "คะแนน 82.50 ปีงบประมาณ 2568",
        "ที่ นร 1200/ว 12 ลงวันที่ 30 กันยายน 2565",
        "งบประมาณ 1,101,700,230,708 บาท",
        "เลข 1101700230709 ไม่ใช่เลขประจำตัว",
        "มาตรา 3/1 และข้อ 5.10.2",
        "รหัส 05-12345",
        "0812345678901234",
        "@opdc",
    ],
)
def test_other_numbers_stay(written: str) -> None:
    assert keepable(written) == written


def test_the_check_digit_decides() -> None:
    assert is_citizen_id(CITIZEN)
    assert [is_citizen_id(CITIZEN[:-1] + str(digit)) for digit in range(10)].count(True) == 1
    assert not is_citizen_id("0" * 13)
    assert not is_citizen_id("110170023070")


def test_a_classified_text_is_replaced_by_a_marking_that_is_still_refused() -> None:
    assert keepable("ลับมาก\nแผนเคลื่อนย้าย") == CLASSIFIED
    assert screen(CLASSIFIED) == "secret"
    assert keepable("เอกสารลับขอได้ไหม") == "เอกสารลับขอได้ไหม"
