"""An admin brings a document, sees how it is cut, describes it, gives it another file, or takes it out; nothing is built yet."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from app import wiring
from app.console.document_form import BUDDHIST
from app.console.office import Office
from app.corpus import uploads
from app.settings import Settings
from app.store import audit, releases
from app.store.database import Database
from tests.console import shelf
from tests.console.conftest import Visitor
from tests.fakes import Clock

Signed = Callable[[str], Visitor]
NOTICE = """# ประกาศสำนักงาน ก.พ.ร. เรื่อง กำหนดส่งรายงาน ปีงบประมาณ พ.ศ. 2569

## ส่งรายงานภายในวันใด

ส่วนราชการส่งรายงานภายในวันที่ 31 ตุลาคม 2569
""".encode()
FORM = {"title": "กำหนดส่งรายงาน ปี 2569", "kind": "announcement", "topic": "clinic", "id": "report-2569"}


@pytest.fixture
def chosen(tmp_path: Path, database_url: str) -> Settings:
    """Give the settings of the installation."""
    return shelf.settings(tmp_path, database_url)


@pytest.fixture
def office(office: Office, database: Database, clock: Clock, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give the office a knowledge folder with one document."""
    shelf.rule(chosen, 30, "report-2568", "กำหนดส่งรายงาน ปี 2568")
    return shelf.at_once(wiring.office(chosen, database, clock), chosen, monkeypatch)


def _sidecar(chosen: Settings, name: str) -> dict[str, object]:
    return tomllib.loads((chosen.knowledge_dir / "clinic" / f"{name}.toml").read_text("utf-8"))


def test_a_document_is_brought_looked_at_and_saved(office: Office, signed_in: Signed, chosen: Settings) -> None:
    shelf.build(chosen, office.database)
    admin = signed_in("admin")
    assert admin.upload("/uploads", "../../ประกาศ Report 2569.MD", NOTICE) == 303
    there = admin.location.removeprefix("/console")
    assert admin.get(there) == 200
    for part in ("ประกาศสำนักงาน ก.พ.ร. เรื่อง กำหนดส่งรายงาน", "ส่งรายงานภายในวันใด", "31 ตุลาคม 2569", 'value="report-2569"', 'value="2569"'):
        assert part in admin.shown
    assert 'href="/console/documents" aria-current="page"' in admin.shown
    assert not (chosen.knowledge_dir / "clinic/report-2569.md").exists()  # only looked at
    more = {
        "in_force_from": "2569-10-01",
        "fiscal_years": "2569, 2570",
        "replaces": ["report-2568"],
        "yearly": "1",
        "url": "https://opdc.go.th/a",
    }
    assert admin.post(there, **FORM, **more) == 303  # type: ignore[arg-type]
    assert (chosen.knowledge_dir / "clinic/report-2569.md").read_bytes() == NOTICE
    said = _sidecar(chosen, "report-2569")
    assert str(said["in_force_from"]) == f"{2569 - BUDDHIST}-10-01"  # whoever types a Buddhist year means it
    assert (said["fiscal_years"], said["replaces"], said["yearly"]) == ([2569, 2570], ["report-2568"], True)
    assert admin.get("/documents") == 200
    assert "รอสร้างชุด" in admin.shown
    second = shelf.build(chosen, office.database)
    with office.database.read() as session:
        documents = {one.id: one for one in releases.documents(releases.get(session, second))}
        (entry, *_) = audit.entries(session, audit.Wanted(verb="documents.change"), 1)
    assert documents["report-2568"].superseded_by == "report-2569"
    assert (entry.subject, entry.before, entry.after["replaces"]) == ("document report-2569", {}, ["report-2568"])
    admin.get("/documents/report-2569")
    assert "อยู่ในชุดที่ใช้ตอบอยู่" in admin.shown
    assert "31 ตุลาคม 2569" in admin.shown
    assert signed_in("officer").get("/documents") == 403


def test_nothing_is_written_over_another_document(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    admin.upload("/uploads", "x.md", NOTICE)
    there = admin.location.removeprefix("/console")
    before = (chosen.knowledge_dir / "clinic/report-2568.md").read_bytes()
    for wrong in ("report-2568", "../../etc/passwd", "รายงาน", "", "a/b"):
        assert admin.post(there, **FORM | {"id": wrong}) == 422, wrong
    (chosen.knowledge_dir / "digital").mkdir()
    (chosen.knowledge_dir / "digital/taken.pdf").write_bytes(b"%PDF-")  # put there by hand
    assert admin.post(there, **FORM | {"id": "taken"}) == 422
    assert "มีเอกสารรหัสนี้อยู่แล้ว" in admin.shown
    with pytest.raises(Exception, match="taken"):  # two admins at the same moment: the folder itself refuses the second
        office.shelf.add(Path(__file__), chosen.knowledge_dir / "clinic/taken.md", "")
    assert (chosen.knowledge_dir / "clinic/report-2568.md").read_bytes() == before
    names = sorted(path.name for path in chosen.knowledge_dir.rglob("*") if path.is_file())
    assert names == [
        "report-2568.md",
        "report-2568.toml",
        "taken.pdf",
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("virus.exe", b"MZ", "คลินิกไม่อ่านไฟล์ชนิดนี้"),
        ("notice", NOTICE, "คลินิกไม่อ่านไฟล์ชนิดนี้"),
        ("notice.pdf", NOTICE, "เนื้อในของไฟล์ไม่ใช่ .pdf"),
        ("notice.docx", b"PK\x03\x04 not a zip", "เนื้อในของไฟล์ไม่ใช่ .docx"),
        ("notice.md", b"\x7fELF\0\0", "เนื้อในของไฟล์ไม่ใช่ .md"),
        ("", b"", "โปรดเลือกไฟล์"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(name: str, content: bytes, told: str, office: Office, signed_in: Signed) -> None:
    admin = signed_in("admin")
    assert admin.upload("/uploads", name, content) == 422
    assert told in admin.shown
    assert office.shelf.staged("") is None


def test_a_file_that_cannot_be_read_says_why(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    assert admin.upload("/uploads", "broken.pdf", b"%PDF-1.7 and nothing else") == 303
    there = admin.location.removeprefix("/console")
    admin.get(there)
    assert "ไฟล์นี้เสียหรือไม่ใช่ชนิดตามนามสกุล" in admin.shown
    assert admin.post(there, **FORM) == 422
    assert shelf.newest(office, "reading").state == "failed"
    assert [path.name for path in (chosen.knowledge_dir / "clinic").iterdir() if path.suffix == ".pdf"] == []


def test_too_large_a_file_and_files_of_strangers_are_not_even_read(
    signed_in: Signed, browser: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.console.door.MAX_BYTES", 1000)
    monkeypatch.setattr("app.console.door.MOST_BESIDE", 1000)
    admin = signed_in("admin")
    assert admin.upload("/uploads", "large.md", b"a" * 5000) == 413
    assert "ไฟล์ใหญ่เกิน" in admin.shown
    assert signed_in("officer").upload("/uploads", "large.md", b"a" * 5000) == 403
    assert browser().upload("/uploads", "large.md", b"a" * 5000) == 303


def test_a_new_file_takes_the_place_of_the_old_one(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    assert admin.get("/uploads/new?of=report-2568") == 200
    assert admin.get("/uploads/new?of=nothing") == 404
    admin.upload("/uploads", "anything.txt", "ข้อ 1 ส่งรายงานภายใน 45 วัน\nข้อ 2 อื่น ๆ\nข้อ 3 อื่น ๆ".encode(), of="report-2568")
    there = admin.location.removeprefix("/console")
    admin.get(there)
    assert 'value="กำหนดส่งรายงาน ปี 2568"' in admin.shown  # what its sidecar says, not what the new text says of itself
    assert admin.post(there, **FORM | {"title": "กำหนดส่งรายงาน ปี 2568"}) == 303
    names = sorted(path.name for path in (chosen.knowledge_dir / "clinic").iterdir())
    assert names == ["report-2568.toml", "report-2568.txt"]
    kept = [path.name for path in (chosen.data_dir / "removed").rglob("*.md")]
    assert kept == ["report-2568.md"]
    assert "# ของผู้ดูแล" in (chosen.knowledge_dir / "clinic/report-2568.toml").read_text("utf-8")
    assert office.shelf.is_writable


def test_a_document_is_described_anew_and_comments_stay(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    place = chosen.knowledge_dir / "clinic/report-2568.toml"
    place.write_text(place.read_text("utf-8") + 'odd = "ของหน่วยงานเอง"\n', "utf-8")
    for wrong, told in (
        ({"title": ""}, "โปรดใส่ชื่อเอกสาร"),
        ({"in_force_until": "2569-02-30"}, "วันสิ้นผลไม่ใช่วันที่ในปฏิทิน"),
        ({"in_force_from": "2026-10-01", "in_force_until": "2025-10-01"}, "วันสิ้นผลอยู่ก่อนวันเริ่มใช้"),
        ({"fiscal_years": "2026"}, "ปีงบประมาณเขียนเป็น พ.ศ."),
        ({"url": "javascript:alert(1)"}, "ต้องขึ้นต้นด้วย https://"),
        ({"replaces": "report-2568"}, "เอกสารแทนตัวเองไม่ได้"),
        ({"replaces": "nothing"}, "เลือกเอกสารที่ถูกแทนจากรายการ"),
        ({"topic": "cooking"}, "โปรดเลือกเรื่อง"),
    ):
        assert admin.post("/documents/report-2568/describe", **FORM | wrong) == 422
        assert told in admin.shown
    assert admin.post("/documents/report-2568/describe", **FORM, in_force_until="2026-09-30") == 303
    text = place.read_text("utf-8")
    assert text.startswith("# ของผู้ดูแล\n")
    assert 'odd = "ของหน่วยงานเอง"' in text
    said = tomllib.loads(text)
    assert (str(said["in_force_until"]), said["title"]) == ("2026-09-30", FORM["title"])
    assert "in_force_from" not in said  # the form was sent without it
    with office.database.read() as session:
        (entry,) = audit.entries(session, audit.Wanted(verb="documents.change"), 5)
    assert (entry.before["title"], entry.after["in_force_until"]) == ("กำหนดส่งรายงาน ปี 2568", "2026-09-30")


def test_a_document_taken_out_needs_leave_at_the_gate(office: Office, signed_in: Signed, chosen: Settings) -> None:
    shelf.rule(chosen, 5, "other", "หลักเกณฑ์อื่น")
    shelf.build(chosen, office.database)
    admin = signed_in("admin")
    assert admin.post("/documents/report-2568/remove", name="something") == 422
    assert admin.post("/documents/report-2568/remove", name="report-2568") == 303
    assert not (chosen.knowledge_dir / "clinic/report-2568.md").exists()
    assert len(list((chosen.data_dir / "removed").rglob("report-2568.*"))) == 2
    assert admin.get("/documents/report-2568") == 404
    admin.get("/documents")
    assert "ยังตอบอยู่ แต่ไม่มีในโฟลเดอร์แล้ว" in admin.shown
    assert admin.post("/releases/build", activate="1") == 303
    assert shelf.newest(office, "build").state == "refused"
    assert admin.post("/releases/build", activate="1", allow_removal="1") == 303
    assert shelf.newest(office, "build").state == "done"


def test_a_folder_that_cannot_be_changed_says_so(office: Office, signed_in: Signed, chosen: Settings) -> None:
    admin = signed_in("admin")
    with FileLock(chosen.data_dir / "ingest.lock"):
        assert admin.post("/documents/report-2568/describe", **FORM) == 422
        assert "กำลังสร้างชุดเอกสารจากโฟลเดอร์นี้อยู่" in admin.shown
        assert f'value="{FORM["title"]}"' in admin.shown  # nothing that was typed is lost
    (chosen.knowledge_dir / "awards").write_text("a file where a folder should be", "utf-8")
    admin.upload("/uploads", "x.md", NOTICE)
    assert admin.post(admin.location.removeprefix("/console"), **FORM | {"topic": "awards"}) == 422
    assert "เขียนลงโฟลเดอร์เอกสารไม่ได้" in admin.shown
    with office.database.read() as session:
        done = [entry.subject for entry in audit.entries(session, audit.Wanted(verb="documents.change"), 5)]
    assert done == ["upload"]  # what was not done is not written down as done


def test_every_kind_that_is_read_is_known_by_its_content_or_is_text() -> None:
    text = {".md", ".markdown", ".txt", ".csv", ".tsv", ".html", ".htm", ".xhtml"}
    assert set(uploads.kinds()) == text | set(uploads._ZIPPED) | set(uploads._BEGINS)
