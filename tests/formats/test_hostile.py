"""Files that are broken, or made to do harm: each has a named, bounded outcome and a sentence that says what to do."""

from __future__ import annotations

import io
import random
import resource
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from app.errors import FormatError
from app.formats import _archive
from app.formats._apart import OtherProcess
from app.formats.base import AUTO, Reading, read, readers
from tests.formats.made import lines, pdf, picture, scanned_pdf, slides, with_parts, word, workbook

OFFICE = [".docx", ".xlsx", ".pptx", ".odt"]
BOMB = """<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ฮ่าฮ่า">%s]>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&z;</w:t></w:r></w:p></w:body></w:document>"""
# a PDF that wants a password: the encryption it declares cannot be opened with an empty one
LOCKED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>"""


def office(path: Path) -> Path:
    """Make a small, sound Office file of the kind that the suffix says."""
    if path.suffix == ".xlsx":
        return workbook(path, [["ชื่อ", "ค่า"], ["รายการ", 1]])
    if path.suffix == ".pptx":
        return slides(path, "หัวข้อ")
    return word(path, "หลักเกณฑ์")


@pytest.mark.parametrize("suffix", sorted(readers()))
def test_an_empty_file_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"")
    with pytest.raises(FormatError, match=rf"a\{suffix}: the file is empty"):
        read(path)


@pytest.mark.parametrize("suffix", sorted(readers()))
def test_a_file_of_spaces_has_no_text(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"   \n\n  \n")
    with pytest.raises(FormatError, match=rf"a\{suffix}: .+"):
        read(path)


def test_a_protected_pdf_asks_for_one_without_password(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(LOCKED % (b"41" * 32, b"42" * 32))
    with pytest.raises(FormatError, match="protected by a password"):
        read(path)


@pytest.mark.parametrize("suffix", OFFICE[:3])
def test_a_protected_office_file_asks_for_one_without_password(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    with pytest.raises(FormatError, match="protected by a password"):
        read(path)


@pytest.mark.parametrize("suffix", OFFICE)
def test_a_zip_bomb_is_never_unpacked(tmp_path: Path, suffix: str) -> None:
    path = office(tmp_path / f"a{suffix}")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("media/zeros.bin", "w", force_zip64=True) as inner:
        for _ in range(_archive.MAX_UNPACKED // 2**20 + 1):
            inner.write(bytes(2**20))
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(FormatError, match="unpacks to more than 200 MB"):
        read(path)
    assert time.monotonic() - begun < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("../../evil.xml", "a path that leads outside"),
        ("/etc/evil.xml", "a path that leads outside"),
        ("..\\evil.xml", "a path that leads outside"),
        ("word/vbaProject.bin", "holds macros"),
        ("xl/vbaProject.bin", "holds macros"),
        ("Basic/Standard/script-lb.xml", "holds macros"),
    ],
)
@pytest.mark.parametrize("suffix", OFFICE)
def test_odd_paths_and_macros_are_refused(tmp_path: Path, suffix: str, part: str, says: str) -> None:
    path = with_parts(office(tmp_path / f"a{suffix}"), {part: b"<x/>"})
    with pytest.raises(FormatError, match=says):
        read(path)


LAUGHS = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghz", strict=True))


@pytest.mark.parametrize("entities", [LAUGHS, '<!ENTITY z SYSTEM "file:///etc/passwd">'], ids=["laughs", "a file"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_xml_entities_are_refused(tmp_path: Path, entities: str, part: str) -> None:
    path = with_parts(word(tmp_path / "a.docx"), {part: (BOMB % entities).encode()})
    with pytest.raises(FormatError, match="declares XML entities"):
        read(path)


def test_a_sheet_that_lies_about_its_size_is_read_by_what_is_in_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["ชื่อ", "ค่า"], ["รายการ", 1]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    liar = with_parts(path, {"xl/worksheets/sheet1.xml": sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')})
    assert [block.text for block in read(liar).blocks] == ["รายการ", "ชื่อ: รายการ", "ค่า: 1"]


def test_macros_in_old_word_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "_VBA_PROJECT".encode("utf-16-le") + bytes(600))
    with pytest.raises(FormatError, match="holds macros"):
        read(path)


def test_a_thousand_pages_are_read_in_bounded_time(tmp_path: Path) -> None:
    page, path = pdf(tmp_path / "page.pdf", [lines("ข้อ ๑ ข้อความของหน้านี้")]), tmp_path / "thousand.pdf"
    with PdfDocument(page) as one:
        many = PdfDocument.new()
        for _ in range(1000):
            many.import_pages(one)
        many.save(path)
        many.close()
    begun = time.monotonic()
    reading = read(path)
    assert len(reading.pages) == 1000
    assert reading.blocks[-1].page == 1000
    assert time.monotonic() - begun < 60


def test_more_pages_than_a_document_has_are_refused(tmp_path: Path) -> None:
    document = PdfDocument.new()
    for _ in range(3001):
        document.new_page(10, 10)
    document.save(tmp_path / "a.pdf")
    document.close()
    with pytest.raises(FormatError, match="3001 pages; at most 3000"):
        read(tmp_path / "a.pdf")


def test_a_giant_page_is_drawn_small_enough(tmp_path: Path) -> None:
    from app.formats import _ocr

    document = PdfDocument.new()
    drawn = _ocr.image(document.new_page(14_400, 14_400))
    document.close()
    assert drawn.width * drawn.height <= _ocr.MAX_PIXELS * 1.01


def test_a_web_page_nested_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<div>" * 100_000 + "ลึก", "utf-8")
    with pytest.raises(FormatError, match=r"a\.html: "):
        read(path)


def test_deep_lists_in_markdown_do_not_overflow(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("\n".join(" " * 2 * i + "- ข้อ" for i in range(400)) + "\n" + ">" * 5000 + " ลึก", "utf-8")
    assert read(path).blocks


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("import time; time.sleep(60)", "took too long and was stopped"),
        ("import os; os.kill(os.getpid(), 11)", "it crashed the reader"),
        ("print('not an answer, but a broken pipe'[:0], end='')", "it crashed the reader"),
    ],
)
def test_a_file_that_hangs_or_crashes_the_reader_costs_only_itself(program: str, says: str) -> None:
    other = OtherProcess((sys.executable, "-c", program), quiet_seconds=1)
    for _ in range(2):  # the next file finds a new process
        with pytest.raises(FormatError, match=rf"a\.pdf: .*{says}"):
            other.ask({"path": "a.pdf", "ocr": "auto"}, "a.pdf")


def test_after_a_crash_the_next_file_is_read(tmp_path: Path) -> None:
    good = word(tmp_path / "good.docx", "ข้อความ")
    other = OtherProcess()
    assert other.ask({"path": str(good), "ocr": "off"}, good.name)["blocks"]
    other.stop()
    assert other.ask({"path": str(good), "ocr": "off"}, good.name)["blocks"]
    other.stop()


def check_outcome(path: Path) -> None:
    """Read a file in this process: it gives text or a FormatError that names it; anything else is a hole."""
    reader, _ = readers()[path.suffix]
    said = ""
    try:
        assert isinstance(reader(path, AUTO), Reading)
    except FormatError as error:
        said = str(error)
    assert not said or path.name in said


FUZZ = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None, derandomize=True
)


@pytest.mark.parametrize("suffix", [".txt", ".csv", ".md", ".html", ".docx", ".xlsx", ".pptx", ".rtf", ".odt"])
@FUZZ
@given(data=st.binary(min_size=1, max_size=400))
def test_random_bytes_are_read_or_refused(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    if suffix in (".rtf", ".odt"):  # without starting LibreOffice for each
        data = b"x" + data
        path.write_bytes(data)
    check_outcome(path)


@pytest.mark.parametrize("suffix", OFFICE[:3])
@FUZZ
@given(seed=st.integers(0, 10**6))
def test_office_files_with_changed_parts_are_read_or_refused(tmp_path: Path, suffix: str, seed: int) -> None:
    """The zip stays whole, so that the changes reach the readers of XML."""
    chance = random.Random(seed)  # noqa: S311  Hypothesis gives the seed
    path = office(tmp_path / f"a{suffix}")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    name = chance.choice(sorted(parts))
    check_outcome(with_parts(path, {name: mutated(parts[name], chance)}))


@pytest.mark.parametrize("suffix", [".pdf", ".docx"])
@FUZZ
@given(seed=st.integers(0, 10**6))
def test_files_with_changed_bytes_are_read_or_refused(tmp_path: Path, suffix: str, seed: int) -> None:
    """PDFs through the other process: a crash in pdfium must not be one here."""
    chance = random.Random(seed)  # noqa: S311  Hypothesis gives the seed
    path = tmp_path / f"a{suffix}"
    path.write_bytes(mutated(sound(suffix), chance))
    said = ""
    try:
        read(path, ocr="off")
    except FormatError as error:
        said = str(error)
    assert not said or path.name in said
    assert "crashed" not in said


def sound(suffix: str) -> bytes:
    """Give the bytes of a sound file, made once."""
    if suffix not in _SOUND:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"a{suffix}")
            _SOUND[suffix] = (pdf(path, [lines("ข้อ ๑ ข้อความ", "ข้อ ๒ ข้อความ")]) if suffix == ".pdf" else word(path)).read_bytes()
    return _SOUND[suffix]


_SOUND: dict[str, bytes] = {}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change, cut out, repeat or swap some bytes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randint(1, 30)]
            case 2:
                changed[at:at] = changed[at : at + chance.randint(1, 60)]
            case _:
                changed[at:at] = chance.choice([b"<", b">", b'"', b"&", b"-1", b"99999999999", b"\0", b"[[[[", b"%s"])
        if not changed:
            return b"x"
    return bytes(changed)


def test_a_scan_cut_off_in_the_middle_is_refused_or_read(tmp_path: Path) -> None:
    whole = scanned_pdf(tmp_path / "scan.pdf", picture("ข้อความ")).read_bytes()
    path = tmp_path / "half.pdf"
    path.write_bytes(io.BytesIO(whole).read(len(whole) // 2))
    with pytest.raises(FormatError, match=r"half\.pdf: "):
        read(path, ocr="off")
