"""What the console works with: the objects that pages reach through their visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.console.doorkeeper import Doorkeeper
from app.console.evidence import Compare
from app.console.word_index import WordIndex
from app.corpus.publishing import Publisher
from app.current import Current
from app.messaging.corrections import Corrections
from app.messaging.handover import Handover
from app.messaging.office_hours import OfficeHours
from app.store.database import Database
from app.store.knowledge import KnowledgeFolder


@dataclass(frozen=True)
class Office:
    """The objects behind all pages; constructed by wiring."""

    database: Database
    clock: Callable[[], datetime]
    doorkeeper: Doorkeeper
    secret: str  # signs what is handed to browsers
    is_https: bool  # people come by https, whatever the last proxy speaks
    handover: Handover
    current: Current
    hours: Callable[[], OfficeHours]
    patience: Callable[[], timedelta]  # office time after which somebody has waited too long
    corrections: Corrections
    publisher: Publisher
    shelf: KnowledgeFolder
    words: WordIndex
    compare: Compare
    start_build: Callable[[int], None]
