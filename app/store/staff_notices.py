"""The SQL of what the staff is told: which matters want telling, one try at a time, and what stands in the channel since."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.store.database import changed, insert_new
from app.store.desk_tables import EscalationEntryRow, EscalationRow
from app.store.staff_tables import StaffNoticeRow

LEASE = timedelta(seconds=30)  # longer than the calls of one try may last
MOST = 200  # escalations looked at in one go


def escalations(session: Session, since: datetime) -> list[tuple[EscalationRow, int, StaffNoticeRow | None]]:
    """List the escalations that wait, and those whose end was told since a moment or not yet: each with how often its asker wrote more."""
    watched = or_(StaffNoticeRow.is_over.is_(False), StaffNoticeRow.told_at > since)
    told = select(StaffNoticeRow.escalation_id).where(StaffNoticeRow.escalation_id.is_not(None), watched)
    waiting = select(EscalationRow.id).where(EscalationRow.state.in_(("open", "taken")))
    more = select(func.count()).where(EscalationEntryRow.escalation_id == EscalationRow.id, EscalationEntryRow.kind == "asker")
    rows = session.execute(
        select(EscalationRow, more.correlate(EscalationRow).scalar_subquery(), StaffNoticeRow)
        .outerjoin(StaffNoticeRow, StaffNoticeRow.escalation_id == EscalationRow.id)
        .where(EscalationRow.id.in_(waiting.union(told)))
        .order_by(EscalationRow.opened_at, EscalationRow.id)
        .limit(MOST)
    )
    return [(row, asked, notice) for row, asked, notice in rows]


def of(session: Session, subject: str) -> StaffNoticeRow | None:
    """Give what was told of a matter; None before the first word."""
    return session.scalar(select(StaffNoticeRow).where(StaffNoticeRow.subject == subject))


def claim(session: Session, subject: str, escalation_id: int | None, state: str, now: datetime) -> StaffNoticeRow | None:
    """Take the telling of a matter's state and count the try; None when it is told already, or somebody is at it, or it must wait.

    It is to be committed before the channel is called: a try that nobody lived to tell of must be known.
    """
    values = {"shown": "", "is_over": False, "address": "", "told": 0, "told_at": now, "attempts": 0, "ready_at": now}
    insert_new(session, StaffNoticeRow, subject=subject, escalation_id=escalation_id, **values)
    row = session.scalars(select(StaffNoticeRow).where(StaffNoticeRow.subject == subject)).one()
    if row.shown == state or row.ready_at > now:
        return None
    same = (StaffNoticeRow.told == row.told, StaffNoticeRow.attempts == row.attempts)
    mine = update(StaffNoticeRow).where(StaffNoticeRow.id == row.id, *same)
    return row if changed(session, mine.values(attempts=row.attempts + 1, ready_at=now + LEASE)) == 1 else None


def settle(session: Session, row: StaffNoticeRow, state: str, address: str, now: datetime, *, is_over: bool) -> None:
    """Keep what stands in the channel now."""
    told = {"shown": state, "address": address, "is_over": is_over, "told": row.told + 1, "told_at": now, "attempts": 0, "ready_at": now}
    changed(session, update(StaffNoticeRow).where(StaffNoticeRow.id == row.id, StaffNoticeRow.told == row.told).values(**told))


def put_back(session: Session, row: StaffNoticeRow, ready_at: datetime) -> None:
    """Let a matter wait for another try."""
    changed(session, update(StaffNoticeRow).where(StaffNoticeRow.id == row.id, StaffNoticeRow.told == row.told).values(ready_at=ready_at))
