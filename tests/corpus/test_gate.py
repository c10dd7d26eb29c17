"""Bad files planted among good ones: each is refused by the check that is there for it, and the active release stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from app.corpus import checks
from app.corpus.report import Progress
from app.errors import WrongUse
from tests.corpus.library import Library, check_of

FRAMEWORK = """# กรอบการประเมินส่วนราชการ

## องค์ประกอบการประเมิน

การประเมินส่วนราชการ ประจำปีงบประมาณ พ.ศ. {year} ประกอบด้วยการประเมินประสิทธิผลการดำเนินงาน น้ำหนักร้อยละ 70 และการประเมินศักยภาพ น้ำหนักร้อยละ 30

## เกณฑ์คะแนน

ปีงบประมาณ พ.ศ. {year} ส่วนราชการที่ได้คะแนนตั้งแต่ 90 ขึ้นไปอยู่ในระดับคุณภาพ

## รอบการประเมิน

รอบการประเมินของปีงบประมาณ {year} เริ่มตั้งแต่วันที่ 1 ตุลาคม
"""
THAI = "ส่วนราชการต้องจัดทำคำรับรองการปฏิบัติราชการตามหลักเกณฑ์ที่สำนักงาน ก.พ.ร. กำหนด และรายงานผลภายในเวลาที่กำหนดไว้ในประกาศ " * 4


def names_of_failed(library: Library, **wishes: Any) -> list[str]:
    """Build what the gate must refuse, see that the active release stays, and name the checks that refused."""
    before = library.active
    report = library.refused(**wishes)
    assert library.active == before
    return [check["name"] for check in report.checks if not check["passed"]]


@pytest.fixture
def library(small: Library) -> Library:
    small.write("framework-2567.md", FRAMEWORK.format(year=2567), fiscal_years=[2567], in_force_until=date(2024, 9, 30))
    small.build()
    return small


def test_an_empty_scan(library: Library) -> None:
    from reportlab import rl_config  # noqa: F401
