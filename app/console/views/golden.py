"""Golden questions made from verdicts: a list, and a file in the format of the evaluation."""

from __future__ import annotations

import json
from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import NotThere
from app.store import reviews
from app.store.database import Database

pages = Pages("คำถามทดสอบ", "/golden", "questions.judge", "งานคลินิก")


@pages.get("/golden", "questions.judge")
def listed(visit: Visit) -> Response:
    """List the golden questions."""
    with visit.office.database.read() as session:
        kept = list(reviews.golden(session))
    return visit.show("golden.html", golden=kept)


@pages.post("/golden/export", "questions.export")
def exported(visit: Visit) -> Response:
    """Hand out all golden questions, one JSON object a line."""
    with visit.act("questions.export", "golden questions") as act:
        act.after = {"kind": "jsonl"}
    headers = {"content-disposition": 'attachment; filename="golden-console.jsonl"'}
    return StreamingResponse(_lines(visit.office.database), media_type="application/jsonl; charset=utf-8", headers=headers)


@pages.post("/golden/{id:int}/drop", "questions.judge")
def drop(visit: Visit) -> Response:
    """Take a question out of the golden ones."""
    turn_id = visit.number("id")
    with visit.act("questions.judge", f"golden question of {turn_id}") as act:
        asked = reviews.get(act.session, turn_id)
        if asked is None or asked.golden is None:
            raise NotThere("no golden question of this turn")
        act.before, act.after = {"golden": True}, {"golden": False}
        reviews.drop_golden(act.session, [turn_id])
    visit.say("นำออกจากคำถามทดสอบแล้ว")
    return visit.go("/golden")


def _lines(database: Database) -> Iterator[bytes]:
    with database.read() as session:
        kept = [row.sample for row in reviews.golden(session)]
    yield from (json.dumps(sample, ensure_ascii=False).encode() + b"\n" for sample in kept)
