"""The start page: how much is asked, about what, how well it is answered, how fast, by people too; and what the staff is warned of."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from statistics import median

from starlette.responses import Response

from app.answering.wording import BANGKOK, thai_today
from app.console import alarms, charts
from app.console.asked_for import VERDICTS
from app.console.charts import Chart
from app.console.office import Office
from app.console.pages import Pages
from app.console.visit import Visit
from app.messaging import quota
from app.messaging.quota import Usage
from app.store import releases, switch, trends

SPANS = {"7": "7 วัน", "30": "30 วัน", "90": "90 วัน"}
WEEKS = 12  # of which the waiting times are shown
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
        ringing = alarms.ringing(session, visit.office)
        usages = quota.usage(session, visit.office.clock())
        monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
        replies = trends.first_replies(session, datetime.combine(monday, time(), BANGKOK), visit.office.clock())
    asked, judged = sum(outcomes.values()), sum(feedback.values())
    return visit.show(
        "home.html",
        spans=SPANS,
        span=span,
        chart=charts.by_day(days, first, today),
        outcomes=sorted(outcomes.items(), key=lambda one: -one[1]),
        topics=topics,
        verdicts=[(verdict, verdicts[verdict]) for verdict in VERDICTS if verdict in verdicts],
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
        alarms=ringing,
        replies=_by_week(visit.office, replies, monday),
        replied=len(replies),
        patience=visit.office.patience() / timedelta(hours=1),
        quotas=[(one, _of_month(one, today)) for one in usages],
    )


def _by_week(office: Office, replies: Sequence[tuple[datetime, datetime]], monday: date) -> Chart:
    """Draw the median of the office hours until a person replied, by the week in which the question came."""
    office_hours = office.hours()
    weeks: dict[date, list[float]] = {monday + timedelta(weeks=n): [] for n in range(WEEKS)}
    for opened, replied in replies:
        day = thai_today(opened)
        weeks[day - timedelta(days=day.weekday())].append(office_hours.worked(opened, replied) / timedelta(hours=1))
    told = [
        (week, 0, median(hours), f"{median(hours):.1f} ชั่วโมงทำการ จาก {len(hours)} เรื่อง") if hours else (week, 0, 0.0, "ไม่มีเรื่อง")
        for week, hours in weeks.items()
    ]
    return charts.measured(told, ["ค่ากลาง"], office.patience() / timedelta(hours=1))


def _of_month(usage: Usage, today: date) -> Chart:
    """Draw what is used by the end of each day of the month, and what is expected on the days to come."""
    known, used, drawn = dict(usage.days), 0, []
    length = monthrange(today.year, today.month)[1]
    for number in range(1, length + 1):
        day = today.replace(day=number)
        if day <= today:
            used = known.get(day, used)
            drawn.append((day, 0, float(used), f"ใช้แล้ว {used:,}"))
        else:
            expected = used + (usage.expected - used) * (number - today.day) / (length - today.day)
            drawn.append((day, 1, expected, f"คาดว่า {expected:,.0f}"))
    return charts.measured(drawn, ["ใช้แล้ว", "คาดการณ์"], usage.limit)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "—"
