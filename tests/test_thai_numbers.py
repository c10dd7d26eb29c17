"""Numbers as Thai writes them."""

from __future__ import annotations

import pytest

from app.thai_numbers import Number, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ไม่เกิน ๖๐ วันทำการ", [Number("60", unit="วันทำการ", bound="ไม่เกิน")]),
        ("ภายใน 60 วัน", [Number("60", unit="วัน", bound="ภายใน")]),
        ("ร้อยละ 60", [Number("60", unit="%")]),
        ("60 เปอร์เซ็นต์", [Number("60", unit="%")]),
        ("มาตรา 8/1 วรรคสอง", [Number("8/1", label="มาตรา"), Number("สอง", label="วรรค")]),
        ("31 มี.ค. 2568", [Number("31", unit="มีนาคม"), Number("2568", label="มีนาคม")]),
        ("1,234.50 บาท", [Number("1,234.50", unit="บาท")]),
        ("ข้อ 1,2", [Number("1", label="ข้อ"), Number("2")]),
        ("90 คะแนนขึ้นไป", [Number("90", unit="คะแนน", bound="ขึ้นไป")]),
        ("สองร้อยห้าสิบเอ็ดคน", [Number("สองร้อยห้าสิบเอ็ด", unit="คน")]),
        ("กึ่งหนึ่ง", [Number("กึ่ง"), Number("หนึ่ง")]),
        ("สามารถ ห้าม สามัญ เรียบร้อย ผูกพัน พันธกิจ ร้อยละ ศูนย์", []),
    ],
)
def test_numbers_are_read_with_what_they_count(text: str, found: list[Number]) -> None:
    assert numbers(text) == found


def test_a_number_stands_for_itself_with_less_said_about_it_but_not_with_other_things_said() -> None:
    [sixty] = numbers("ไม่เกิน 60 วัน")
    assert sixty.stands_for(Number("60", bound="ไม่เกิน"))
    assert not sixty.stands_for(Number("60"))
    assert not sixty.stands_for(Number("60", unit="เดือน", bound="ไม่เกิน"))
    assert not sixty.stands_for(Number("600", bound="ไม่เกิน"))
