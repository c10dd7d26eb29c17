"""Bring a document: the file, what its text says about itself, its sections before anything is built, then a place in the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import Response

from app.answering.wording import TOPICS
from app.console.document_form import KINDS, LONGEST, Described, of_document, of_guesses, problem_of, typed
from app.console.pages import Pages
from app.console.views.documents import REFUSED, choices, entry_of, known, said, sidecar_of
from app.console.visit import Visit
from app.corpus import uploads
from app.errors import FolderRefused, Mistaken, NotThere
from app.store import builds
from app.store.review_tables import BuildRow

UNREAD = {  # what the readers' English sentences say, for who chose the file
    "protected by a password": "ไฟล์นี้มีรหัสผ่าน โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน",
    "no text in it": "ไม่พบข้อความในไฟล์นี้ ถ้าเป็นภาพสแกน เครื่องนี้อาจยังไม่ได้ติดตั้ง OCR ภาษาไทย",
    "holds macros": "ไฟล์นี้มีมาโคร โปรดบันทึกใหม่โดยไม่มีมาโคร",
    "too long": "อ่านไฟล์นี้นานเกินกำหนดจึงหยุดไว้ โปรดเปิดแล้วบันทึกใหม่ หรือแบ่งเป็นหลายไฟล์",
    "split the document": "ไฟล์นี้ใหญ่เกินไป โปรดแบ่งเป็นหลายไฟล์",
    "crashed the reader": "ไฟล์นี้เสียหรือถูกทำมาให้ระบบขัดข้อง จึงไม่รับ",
    "LibreOffice": "ไฟล์ชนิดนี้ต้องมี LibreOffice ในเครื่องแม่ข่าย โปรดบันทึกเป็น .docx หรือ .pdf แล้วลองใหม่",
    "damaged": "ไฟล์นี้เสียหรือไม่ใช่ชนิดตามนามสกุล โปรดเปิดแล้วบันทึกใหม่",
}
MOST_SECTIONS = 500  # shown
pages = Pages()


@pages.get("/uploads/new", "documents.change")
def new(visit: Visit) -> Response:
    """Show the form for a file: of a new document, or in the place of one that is named."""
    name = visit.asked("of")
    return visit.show(
        "upload.html",
        document=entry_of(visit, name).document if name else None,
        kinds=uploads.kinds(),
        most=uploads.MAX_BYTES,
        is_writable=visit.office.shelf.is_writable,
        refused=REFUSED,
    )


@pages.post("/uploads", "documents.change", takes_file=True)
def upload(visit: Visit) -> Response:
    """Take a file, keep it aside, and begin to read it in the background."""
    name, file = visit.file or ("", None)
    kind, of = uploads.suffix(name), visit.filled("of")
    replaced = entry_of(visit, of).document if of else None
    if file is None or not name:
        raise Mistaken("โปรดเลือกไฟล์")
    if kind not in uploads.kinds():
        raise Mistaken(f"คลินิกไม่อ่านไฟล์ชนิดนี้ ไฟล์ที่อ่านได้: {' '.join(uploads.kinds())}")
    if not uploads.is_what_it_says(kind, file):
        raise Mistaken(f"เนื้อในของไฟล์ไม่ใช่ {kind} ตามนามสกุล โปรดเปิดแล้วบันทึกใหม่เป็นชนิดที่ถูกต้อง")
    stem = replaced.id if replaced else uploads.proposed_id(name)
    token = visit.office.shelf.stage(f"{stem}{kind}", file)
    with visit.act("documents.change", "upload") as act:
        wishes = {"token": token, "of": of}
        number = builds.begin_other(act.session, "reading", wishes, visit.staff.name, visit.office.clock())
        act.after = {"document": stem, "kind": kind}
    visit.office.start_build(number or 0)
    return visit.go(f"/uploads/{number}")


@pages.get("/uploads/{id:int}", "documents.change")
def preview(visit: Visit) -> Response:
    """Show what was read of an upload, or how far that is, with the form of what it is."""
    build = _build(visit)
    if build.state != "done":
        return _shown(visit, build, Described())
    of = build.wishes["of"]
    form = of_document(entry_of(visit, of).document) if of else of_guesses(build.result["guessed"], Path(_file(visit, build).name).stem)
    return _shown(visit, build, form)


@pages.post("/uploads/{id:int}", "documents.change")
def save(visit: Visit) -> Response:
    """Put an upload into the folder, with its sidecar."""
    build = _build(visit)
    if build.state != "done":
        raise Mistaken("ไฟล์นี้ยังอ่านไม่เสร็จ หรืออ่านไม่ได้")
    form, file, of = typed(visit), _file(visit, build), build.wishes["of"]
    old = entry_of(visit, of) if of else None
    form.id = of or form.id
    problem = problem_of(form, known(visit), is_new=old is None)
    if problem:
        return _shown(visit, build, form, problem)
    shelf = visit.office.shelf
    described = old.path.with_suffix(".toml") if old else None
    text, document = sidecar_of(form, described.read_text("utf-8") if described and described.exists() else "")
    try:
        with visit.act("documents.change", f"document {form.id}") as act:
            act.before, act.after = said(old.document) if old else {}, said(document)
            if old:
                shelf.replace(old.path, file, text)
            else:
                shelf.add(file, shelf.folder / document.topic / f"{form.id}{file.suffix}", text)
    except FolderRefused as error:
        return _shown(visit, build, form, REFUSED[error.reason])
    visit.say("บันทึกเอกสารลงโฟลเดอร์แล้ว ยังไม่มีผลกับคำตอบ จนกว่าจะสร้างและใช้ชุดเอกสารถัดไป")
    return visit.go("/releases")


def _build(visit: Visit) -> BuildRow:
    with visit.office.database.read() as session:
        build = builds.get(session, visit.number("id"))
    if build is None or build.kind != "reading":
        raise NotThere("no such upload")
    return build


def _file(visit: Visit, build: BuildRow) -> Path:
    file = visit.office.shelf.staged(build.wishes["token"])
    if file is None:
        raise Mistaken("ไฟล์ที่ส่งขึ้นมาหมดอายุแล้ว โปรดส่งใหม่")
    return file


def _shown(visit: Visit, build: BuildRow, form: Described, problem: str = "") -> Response:
    of = build.wishes["of"]
    unread = next((sentence for words, sentence in UNREAD.items() if words in build.problem), "อ่านไฟล์นี้ไม่ได้")
    more: dict[str, Any] = {"kinds": KINDS, "topics": TOPICS, "longest": LONGEST, "choices": choices(visit, of, form.replaces)}
    return visit.show(
        "upload_preview.html",
        422 if problem else 200,
        build=build,
        under_way=builds.is_running(build, visit.office.clock()),
        read=build.result,
        form=form,
        problem=problem,
        unread=unread,
        of=of,
        most=MOST_SECTIONS,
        is_writable=visit.office.shelf.is_writable,
        refused=REFUSED,
        **more,
    )
