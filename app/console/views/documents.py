"""The documents of the knowledge folder, for admins: what there is, what each says of itself and in its sections; describe, take out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from starlette.responses import Response

from app.answering.wording import TOPICS
from app.console.document_form import KINDS, LONGEST, Described, of_document, problem_of, typed, values
from app.console.pages import Pages
from app.console.visit import Visit
from app.corpus import catalogue, sidecars
from app.corpus.catalogue import Entry
from app.domain import Document
from app.errors import FolderRefused, Mistaken, NotThere, SidecarError
from app.store import releases
from app.store.tables import ReleaseRow
from app.thai import fold

REFUSED = {
    "busy": "กำลังสร้างชุดเอกสารจากโฟลเดอร์นี้อยู่ จึงยังเปลี่ยนไฟล์ไม่ได้ โปรดลองใหม่เมื่อสร้างเสร็จ",
    "taken": "มีเอกสารรหัสนี้อยู่แล้ว โปรดตั้งรหัสอื่น หรือเปิดเอกสารเดิมแล้วเปลี่ยนไฟล์",
    "unwritable": "เขียนลงโฟลเดอร์เอกสารไม่ได้ ถ้าคลินิกรันในคอนเทนเนอร์ที่ให้อ่านโฟลเดอร์นี้อย่างเดียว "
    "โปรดวางไฟล์ในโฟลเดอร์ knowledge ที่เครื่องแม่ข่ายโดยตรง แล้วสร้างชุดเอกสาร",
}
pages = Pages("เอกสาร", "/documents", "documents.read", "เอกสาร")


@pages.get("/documents", "documents.read")
def listed(visit: Visit) -> Response:
    """List the documents of the folder, and those of the release that answers which are there no more."""
    walk = catalogue.walk(visit.office.shelf.folder, catalogue.described)
    with visit.office.database.read() as session:
        active, _ = releases.pointer(session)
        rows = [row for row in reversed(releases.every(session)) if row.state == "ready"]
        counts = releases.section_counts(session, active)
    came: dict[str, int] = {}
    for row in rows:
        for document in row.documents:
            came.setdefault(document["id"], row.number)
    here = [entry.document for entry in walk.entries]
    answering = _of_release(rows, active)
    gone = [document for name, document in answering.items() if name not in {one.id for one in here} and not document.rests_on]
    wanted = visit.asked("q").strip()
    shown = sorted((one for one in here if _speaks_of(one, wanted)), key=lambda one: (one.topic, one.title))
    return visit.show(
        "documents.html",
        documents=shown,
        gone=[] if wanted else gone,
        total=len(here),
        wanted=wanted,
        counts=counts,
        came=came,
        oldest=rows[0].number if rows else 0,
        answering=answering,
        failed=walk.failed,
        is_writable=visit.office.shelf.is_writable,
        refused=REFUSED,
    )


@pages.get("/documents/{name}", "documents.read")
def one(visit: Visit) -> Response:
    """Show one document: what its sidecar says, and its sections as they are in the release that answers."""
    entry = entry_of(visit, visit.request.path_params["name"])
    return _shown(visit, entry, of_document(entry.document))


@pages.post("/documents/{name}/describe", "documents.change")
def describe(visit: Visit) -> Response:
    """Write what a document says of itself; the next release has it."""
    entry = entry_of(visit, visit.request.path_params["name"])
    form = typed(visit)
    form.id = entry.document.id
    problem = problem_of(form, known(visit), is_new=False)
    if problem:
        return _shown(visit, entry, form, problem)
    before = entry.path.with_suffix(".toml")
    text, document = sidecar_of(form, before.read_text("utf-8") if before.exists() else "")
    try:
        with visit.act("documents.change", f"document {form.id}") as act:
            act.before, act.after = said(entry.document), said(document)
            visit.office.shelf.write(before, text)
    except FolderRefused as error:
        return _shown(visit, entry, form, REFUSED[error.reason])
    visit.say("บันทึกข้อมูลของเอกสารแล้ว จะมีผลเมื่อสร้างและใช้ชุดเอกสารถัดไป")
    return visit.go("/releases")


@pages.post("/documents/{name}/remove", "documents.change")
def remove(visit: Visit) -> Response:
    """Take a document out of the folder; it answers until a release without it is used."""
    entry = entry_of(visit, visit.request.path_params["name"])
    if visit.filled("name") != entry.document.id:
        raise Mistaken("รหัสที่พิมพ์ไม่ตรงกับเอกสารนี้ จึงยังไม่ได้นำออก")
    try:
        with visit.act("documents.change", f"document {entry.document.id}") as act:
            act.before, act.after = said(entry.document), {"removed": True}
            visit.office.shelf.remove(entry.path)
    except FolderRefused as error:
        raise Mistaken(REFUSED[error.reason]) from None
    visit.say("นำเอกสารออกจากโฟลเดอร์แล้ว ตอนสร้างชุดถัดไป โปรดเลือก “ยอมให้มีเอกสารหายไปจากชุดเดิม”", "note")
    return visit.go("/releases")


def known(visit: Visit) -> frozenset[str]:
    """Give the ids of all documents of the folder."""
    walk = catalogue.walk(visit.office.shelf.folder, catalogue.described)
    return frozenset(entry.document.id for entry in walk.entries) | {Path(name).stem for name in walk.failed}


def entry_of(visit: Visit, name: str) -> Entry:
    """Find a document by its id; what an address says never becomes a path.

    Raises:
        NotThere: there is none.
    """
    walk = catalogue.walk(visit.office.shelf.folder, catalogue.described)
    found = next((entry for entry in walk.entries if entry.document.id == name), None)
    if found is None:
        raise NotThere("no such document")
    return found


def sidecar_of(form: Described, before: str) -> tuple[str, Document]:
    """Give the sidecar that a form makes of the one that stands there, and the document that it describes."""
    try:
        return sidecars.written(form.id, values(form), before)
    except SidecarError as error:
        raise Mistaken(f"ไฟล์ .toml ของเอกสารนี้อ่านไม่ได้ โปรดแก้ในโฟลเดอร์ก่อน ({error})") from None


def said(document: Document) -> dict[str, Any]:
    """Give what a document says of itself, for the audit log."""
    names = ("title", "kind", "issuer", "number", "topic", "source", "url", "in_force_from", "in_force_until", "fiscal_years")
    plain = {name: getattr(document, name) for name in names} | {"replaces": list(document.replaces), "yearly": document.yearly}
    return {name: str(value) if isinstance(value, date) else value for name, value in plain.items() if value}


def choices(visit: Visit, but: str, chosen: tuple[str, ...]) -> list[Document]:
    """List the documents that another one may replace, those that are chosen first."""
    walk = catalogue.walk(visit.office.shelf.folder, catalogue.described)
    return sorted((entry.document for entry in walk.entries if entry.document.id != but), key=lambda one: (one.id not in chosen, one.title))


def _shown(visit: Visit, entry: Entry, form: Described, problem: str = "") -> Response:
    name = entry.document.id
    with visit.office.database.read() as session:
        active, _ = releases.pointer(session)
        answering = _of_release([releases.get(session, active)], active).get(name) if active else None
        sections = releases.sections_of(session, active, name)
        replaced_by = answering.superseded_by if answering else ""
    return visit.show(
        "document.html",
        422 if problem else 200,
        document=entry.document,
        file=str(entry.path.relative_to(visit.office.shelf.folder)),
        has_sidecar=entry.has_sidecar,
        form=form,
        problem=problem,
        sections=sections,
        active=active,
        is_answering=answering is not None,
        replaced_by=replaced_by,
        kinds=KINDS,
        topics=TOPICS,
        longest=LONGEST,
        choices=choices(visit, name, form.replaces),
        is_writable=visit.office.shelf.is_writable,
        refused=REFUSED,
    )


def _of_release(rows: Sequence[ReleaseRow], number: int) -> dict[str, Document]:
    return {document.id: document for row in rows if row.number == number for document in releases.documents(row)}


def _speaks_of(document: Document, wanted: str) -> bool:
    return fold(wanted) in fold(f"{document.title} {document.id} {document.number} {TOPICS.get(document.topic, '')}")
