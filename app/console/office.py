"""What the console works with: the objects that pages reach through their visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.console.desk import StaffDesk
from app.console.doorkeeper import Doorkeeper
from app.console.evidence import Compare
from app.console.word_index import WordIndex
from app.corpus.publishing import Publisher
from app.messaging.corrections import Corrections
from app.messaging.office_hours import OfficeHours
from app.store.database import Database


@dataclass(frozen=True)
class Office:
    """The objects behind all pages; constructed by wiring."""

    database: Database
    clock: Callable[[], datetime]
    doorkeeper: Doorkeeper
    secret: str  # signs what is handed to browsers
    is_https: bool  # people come by https, whatever the last proxy speaks
    desk: StaffDesk
    hours: OfficeHours
    patience: timedelta  # office time after which somebody has waited too long
    corrections: Corrections
    publisher: Publisher
    words: WordIndex
    compare: Compare
    start_build: Callable[[int], None]
