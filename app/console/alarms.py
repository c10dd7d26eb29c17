"""What the staff is warned of: people who have waited too long, and a quota that will not last the month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.console.office import Office
from app.messaging import quota
from app.messaging.quota import Usage
from app.store import escalations


@dataclass(frozen=True)
class Alarms:
    """How many have waited longer than WAITING_HOURS of office time, and the channels whose messages will not last."""

    late: int
    short: Sequence[Usage]


def ringing(session: Session, office: Office) -> Alarms:
    """Say what there is to warn of now."""
    now, hours, patience = office.clock(), office.hours(), office.patience()
    late = sum(hours.worked(since, now) > patience for since in escalations.waiting_since(session))
    return Alarms(late, [one for one in quota.usage(session, now) if one.is_short])
