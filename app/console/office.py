"""What the console works with: the objects that pages reach through their visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.console.desk import StaffDesk
from app.console.doorkeeper import Doorkeeper
from app.console.evidence import Compare
from app.console.single_sign_on import SingleSignOn
from app.console.word_index import WordIndex
from app.corpus.publishing import Publisher
from app.current import Current
from app.messaging.corrections import Corrections
from app.messaging.office_hours import OfficeHours
from app.store.database import Database
from app.store.knowledge import KnowledgeFolder


@dataclass(frozen=True)
class Office:
    """The objects behind all pages; constructed by wiring."""

    database: Database
    clock: Callable[[], datetime]
    doorkeeper: Doorkeeper
    issuer: SingleSignOn | None  # of the agency's own accounts
    secret: str  # signs what is handed to browsers
    is_https: bool  # people come by https, whatever the last proxy speaks
    desk: StaffDesk
    current: Current
    hours: Callable[[], OfficeHours]
    patience: Callable[[], timedelta]  # office time after which somebody has waited too long
    corrections: Corrections
    publisher: Publisher
    shelf: KnowledgeFolder
    words: WordIndex
    processors: Sequence[tuple[str, str]]  # who else gets data of people, and which
    compare: Compare
    start_build: Callable[[int], None]
