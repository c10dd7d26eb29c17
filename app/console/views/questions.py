"""The log of questions: a list with search and filters, views saved by name, and export."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from app.answering.wording import TOPICS
from app.console import asked_for, export
from app.console.asked_for import AskedFor
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken, NotThere
from app.messaging.wording import CHANNELS
from app.store import question_log, reviews

PAGE = 50
CHOICES = {
    "channel": CHANNELS,
    "outcome": asked_for.OUTCOMES,
    "topic": TOPICS,
    "confidence": asked_for.CONFIDENCE_NAMES,
    "feedback": asked_for.FEEDBACK,
    "verdict": asked_for.REVIEWED,
}
KINDS = {
    "csv": ("text/csv; charset=utf-8", export.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.as_xlsx),
}
pages = Pages("คำถาม", "/questions", "questions.read", "งานคลินิก")


@pages.get("/questions", "questions.read")
def listed(visit: Visit) -> Response:
    """List questions, newest first, a page at a time."""
    asked = _asked_for(visit)
    after = asked_for.place(visit.asked("after"))
    with visit.office.database.read() as session:
        found = question_log.find(session, asked.wanted, after, PAGE + 1)
        saved = reviews.views(session, visit.staff.id or 0)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return visit.show(
        "questions.html",
        asked=asked,
        found=found[:PAGE],
        older=asked.query(after=asked_for.written(last.asked_at, last.id)) if last else "",
        is_first=after is None,
        saved=saved,
        choices=CHOICES,
        verdicts=asked_for.VERDICTS,
    )


@pages.post("/questions/views", "questions.read")
def save_view(visit: Visit) -> Response:
    """Save the list at hand under a name."""
    name = visit.filled("name").strip()[:60]
    asked = asked_for.read(visit.filled, visit.office.words.words)
    if not name:
        raise Mistaken("โปรดตั้งชื่อมุมมอง")
    with visit.act("questions.read", "saved view") as act:
        reviews.save_view(act.session, visit.staff.id or 0, name, asked.query())
        act.after = {"view": name}
    visit.say(f"บันทึกมุมมอง “{name}” แล้ว")
    return visit.go("/questions", **{key: value for key, value in asked.fields.items() if value})


@pages.post("/questions/views/{id:int}/drop", "questions.read")
def drop_view(visit: Visit) -> Response:
    """Forget one of one's own saved views."""
    with visit.act("questions.read", "saved view") as act:
        if not reviews.drop_view(act.session, visit.staff.id or 0, visit.number("id")):
            raise NotThere("no such view of this person")
        act.after = {"dropped": visit.number("id")}
    visit.say("ลบมุมมองแล้ว")
    return visit.go("/questions")


@pages.post("/questions/export", "questions.export")
def exported(visit: Visit) -> Response:
    """Hand out the list at hand as a file; that it was handed out is in the audit log."""
    kind = visit.filled("kind")
    if kind not in KINDS:
        raise Mistaken("ไม่มีไฟล์ชนิดนี้")
    asked = asked_for.read(visit.filled, visit.office.words.words)
    visit.office.words.catch_up()
    with visit.act("questions.export", f"questions as {kind}") as act:
        act.after = {name: value for name, value in asked.fields.items() if value and name != "q"} | {"searched": bool(asked.fields["q"])}
    media_type, write = KINDS[kind]
    pieces: Iterator[bytes] = write(export.rows(visit.office.database, asked.wanted))
    name = f"questions-{visit.office.clock():%Y%m%d-%H%M}.{kind}"
    return StreamingResponse(pieces, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


def _asked_for(visit: Visit) -> AskedFor:
    asked = asked_for.read(visit.asked, visit.office.words.words)
    if asked.wanted.words:
        visit.office.words.catch_up()
    return asked
