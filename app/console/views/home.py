"""The start page: how much is asked, about what, how well it is answered, and how fast."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from starlette.responses import Response

from app.answering.wording import BANGKOK, thai_today
from app.console import charts
from app.console.asked_for import VERDICTS
from app.console.pages import Pages
from app.console.visit import Visit
from app.store import releases, switch, trends

SPANS = {"7": "7 วัน", "30": "30 วัน", "90": "90 วัน"}
pages = Pages("ภาพรวม", "/", "account.own")


@pages.get("/", "account.own")
def home(visit: Visit) -> Response:
    """Show where things stand."""
    span = visit.asked("days") if visit.asked("days") in SPANS else "30"
    today = thai_today(visit.office.clock())
    first = today - timedelta(days=int(span) - 1)
    since = datetime.combine(first, time(), BANGKOK)
    with visit.office.database.read() as session:
        days = trends.by_day(session, since)
        outcomes = trends.by_outcome(session, since)
        topics = trends.by_topic(session, since)
        feedback = trends.by_feedback(session, since)
        verdicts = trends.by_verdict(session, since)
        waits = trends.waits(session, since)
        active, _ = releases.pointer(session)
        stands = switch.read(session)
    asked, judged = sum(outcomes.values()), sum(feedback.values())
    return visit.show(
        "home.html",
        spans=SPANS,
        span=span,
        chart=charts.by_day(days, first, today),
        outcomes=sorted(outcomes.items(), key=lambda one: -one[1]),
        topics=topics,
        verdicts=verdicts,
        verdict_names=VERDICTS,
        asked=asked,
        answered=_share(outcomes.get("answered", 0), asked),
        refused=_share(outcomes.get("refused", 0) + outcomes.get("not_found", 0), asked),
        satisfied=_share(feedback.get("right", 0), judged),
        judged=judged,
        median=charts.percentile(waits, 0.5),
        slow=charts.percentile(waits, 0.95),
        active=active,
        stands=stands,
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "—"
