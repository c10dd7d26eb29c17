"""The data officer's report, for admins: to be read, printed, and taken along as CSV; and the traffic log as CSV."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from starlette.responses import Response, StreamingResponse

from app.answering.wording import BANGKOK, thai_today
from app.console import asked_for, data_report, export
from app.console.pages import Pages
from app.console.visit import Visit
from app.errors import Mistaken

SPAN = timedelta(days=90)  # the period when none is asked for
CSV = "text/csv; charset=utf-8"
pages = Pages("ข้อมูลส่วนบุคคล", "/data-report", "data.report", "ระบบ")


@pages.get("/data-report", "data.report")
def shown(visit: Visit) -> Response:
    """Show the report about a period."""
    first, last = _period(visit, visit.asked("from"), visit.asked("to"))
    days = {"from": first.date().isoformat(), "to": last.date().isoformat()}
    with visit.act("data.report", "data report") as act:  # it says what colleagues did: that it was read is kept too
        act.after = days
    return visit.show(
        "data_report.html",
        report=data_report.tables(visit, first, last + timedelta(days=1)),
        days=days,
        first=first,
        last=last,
        issued=data_report.issued(visit.office.clock(), visit.staff.name),
    )


@pages.post("/data-report/csv", "data.report")
def as_csv(visit: Visit) -> Response:
    """Hand the report out as CSV."""
    first, last = _period(visit, visit.filled("from"), visit.filled("to"))
    report = data_report.tables(visit, first, last + timedelta(days=1))
    with visit.act("data.report", "data report as csv") as act:
        act.after = {"from": first.date().isoformat(), "to": last.date().isoformat()}
    rows = ([export.harmless(cell) for cell in row] for row in data_report.as_rows(report))
    head = (f"รายงานข้อมูลส่วนบุคคล {first.date()} ถึง {last.date()}", data_report.issued(visit.office.clock(), visit.staff.name))
    return _file(visit, "data-report", export.as_csv(rows, head))


@pages.post("/data-report/traffic", "traffic.export")
def traffic(visit: Visit) -> Response:
    """Hand the traffic log of a period out as CSV."""
    first, last = _period(visit, visit.filled("from"), visit.filled("to"))
    with visit.act("traffic.export", "traffic log") as act:
        act.after = {"from": first.date().isoformat(), "to": last.date().isoformat()}
    table = export.traffic(visit.office.database, first, last + timedelta(days=1))
    return _file(visit, "traffic", export.as_csv(table, export.TRAFFIC_HEADINGS))


def _period(visit: Visit, written_first: str, written_last: str) -> tuple[datetime, datetime]:
    """Read the first and the last day; the newest 90 days when none are given."""
    today = datetime.combine(thai_today(visit.office.clock()), time(), BANGKOK)
    last = asked_for.day(written_last) or today
    first = asked_for.day(written_first) or last - SPAN
    if last < first:
        raise Mistaken("วันสิ้นสุดอยู่ก่อนวันเริ่มต้น")
    return first, last


def _file(visit: Visit, name: str, pieces: object) -> Response:
    named = {"content-disposition": f'attachment; filename="{name}-{visit.office.clock():%Y%m%d-%H%M}.csv"'}
    return StreamingResponse(pieces, media_type=CSV, headers=named)  # type: ignore[arg-type]
