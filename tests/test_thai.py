"""The Thai text rule: what files broke is repaired, what is right stays as it is."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.settings import OUR_ROOT
from app.thai import PRIVATE, Segmenter, repair, repaired
from app.thai_words import mended, plausibility
from tests.formats.made import DATA, needs_data

MARKS = "ัิีึืฺุู็่้๊๋์ํ๎"
LETTERS = "กขคงจฉชณดตถทธนบปผพฟภมยรลวศษสหอฮะาำเแโใไๆฯ" + MARKS
DAMAGED = LETTERS + " \u00a0\u200b\u00ad\ufeff\uf70a\uf701\uf712aB1๑."


@pytest.mark.parametrize(
    ("broken", "right", "kind"),
    [
        ("จํานวน", "จำนวน", "split_sara_am"),
        ("นํ้า", "น้ำ", "split_sara_am"),
        ("น้ํา", "น้ำ", "split_sara_am"),
        ("ตํ่ากว่า", "ต่ำกว่า", "split_sara_am"),
        ("ตำ่กว่า", "ต่ำกว่า", "swapped_marks"),
        ("ท่ี", "ที่", "swapped_marks"),
        ("ทีี่", "ที่", "swapped_marks"),
        ("สื ่อสาร", "สื่อสาร", "detached_marks"),
        ("หนา้", "หน้า", "late_tones"),
        ("เเละ", "และ", "sara_ae"),
        ("ผู\uf70bขาย", "ผู้ขาย", "private_glyphs"),
        ("นา\uf71dิกา", "นาฬิกา", "private_glyphs"),
        ("ราช\u200bการ\ufeff", "ราชการ", "invisible"),
        ("ระ\u00adเบียบ", "ระเบียบ", "invisible"),
        ("พ.ศ.\u00a02568", "พ.ศ. 2568", "odd_spaces"),
    ],
)
def test_what_files_break_is_repaired_and_counted(broken: str, right: str, kind: str) -> None:
    text, counts = repaired(broken)
    assert text == right
    assert counts[kind]


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("จ านวน", "จำนวน"),
        ("ส านักงานมีอ านาจ", "สำนักงานมีอำนาจ"),
        ("จัดท ำแผน", "จัดทำแผน"),
        ("อานาจหน้าที่ของสานักงาน", "อำนาจหน้าที่ของสำนักงาน"),
        ("ตามที่กาหนดไว้ในคาสั่ง ทาให้ต้องนามาใช้", "ตามที่กำหนดไว้ในคำสั่ง ทำให้ต้องนำมาใช้"),
        ("ส้าคัญมาก", "สำคัญมาก"),
        ("เลม่ ๑", "เล่ม ๑"),
        ("ปฏิบตั ิงาน", "ปฏิบัติงาน"),
        ("ฉบบทั ี่", "ฉบับที่"),
        ("จึ ง ทรงพระกรุ ณ า โปรดเกล้าฯ", "จึง ทรงพระกรุณา โปรดเกล้าฯ"),
        ("คณะกรรมกา รพัฒนาระบบ", "คณะกรรมการพัฒนาระบบ"),
    ],
)
def test_damaged_words_of_a_pdf_are_read_as_what_they_were(broken: str, right: str) -> None:
    assert mended([repair(broken)])[0] == [right]


def test_a_document_whose_every_vowel_got_a_circle_gets_its_words_back() -> None:
    lines = ["บุคลำกรภำครัฐต้องจัดทำแผนกำรพัฒนำ", "สถำปัตยกรรมข้อมูลของหน่วยงำน"]
    assert mended(lines)[0] == ["บุคลากรภาครัฐต้องจัดทำแผนการพัฒนา", "สถาปัตยกรรมข้อมูลของหน่วยงาน"]


@pytest.mark.parametrize(
    "name", ["มหาวชิราลงกรณ บดินทรเทพยวรางกูร", "นายปานปรีย์ พหิทธานุกร", "ตำบลนาพู่ อำเภอเพ็ญ", "เรือลำนั้น", "โดยทั่ว ๆ ไป", "ใช้บังคับ"]
)
def test_names_and_rare_words_stay(name: str) -> None:
    assert mended([name]) == ([name], Counter())


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=DAMAGED, max_size=40))
def test_repairing_twice_is_repairing_once(text: str) -> None:
    once = repair(text)
    assert repaired(once) == (once, Counter())


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet=DAMAGED, max_size=40))
def test_repair_takes_away_nothing_but_what_it_names(text: str) -> None:
    """Letters stay, in their order; marks may move or go when they stand twice; เเ is แ, and a circle with า is ำ."""

    def bones(some: str) -> str:
        bare = re.sub(f"[{MARKS}\u00ad\u200b\ufeff\\s]", "", some.translate(PRIVATE))
        return re.sub("[าำ]+", "า", bare).replace("แ", "เเ")  # two ำ on one letter are one

    assert bones(repair(text)) == bones(text)


def changed_places(texts: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (line, after) for text in texts for line, after in zip(text.split("\n"), mended(text.split("\n"))[0], strict=True) if line != after
    ]


def test_our_own_knowledge_passes_unchanged() -> None:
    texts = [path.read_text("utf-8") for path in sorted((OUR_ROOT / "knowledge").rglob("*.md"))]
    assert texts
    assert [text for text in texts if repair(text) != text] == []
    assert changed_places(texts) == []


@needs_data
def test_two_thousand_provisions_of_law_pass_unchanged_but_for_real_defects() -> None:
    """Only what is no Thai is touched: a circle and an า side by side, which the published text holds in places, and จานวน for จำนวน."""
    rows = [json.loads(line)["text"] for line in DATA.joinpath("laws_wide.jsonl").read_text("utf-8").splitlines()]
    texts = random.Random(7).sample(rows, 2000)  # noqa: S311  the same ones every time
    for text in texts:
        assert repair(text) == re.sub("ํ([่้๊๋]?)า|([่้๊๋])ํา", r"\1\2ำ", text)
    assert all("จานวน" in before for before, _ in changed_places([repair(text) for text in texts]))


def test_plausibility_tells_documents_from_broken_text_layers() -> None:
    assert plausibility("ส่วนราชการต้องจัดทำแผนปฏิบัติราชการไว้เป็นการล่วงหน้า") > 0.95
    assert plausibility("This page has no Thai at all.") == 1.0
    assert plausibility("ลร6 หเะฟ ด็ัา ศํ สพอร๊ ลฦ ทฒฟ ขยฬ") < 0.5
    assert plausibility("ผขายตกลงรบประกนความชารดบกพรองหรอขดของของสงของ") < 0.75


def test_words_of_ones_own_stand_beside_the_words_of_the_language() -> None:
    own, other = Segmenter(["กพรทดสอบ"]), Segmenter()

    assert own.words("กพรทดสอบประเมินผล") == ["กพรทดสอบ", "ประเมินผล"]
    assert "ประเมิน" in own.within("ประเมินผล")
    assert "กพรทดสอบ" not in other.words("กพรทดสอบประเมินผล")  # what one keeps whole, another does not
