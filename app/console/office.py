"""What the console works with: the objects that pages reach through their visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.console.doorkeeper import Doorkeeper
from app.console.evidence import Compare
from app.console.word_index import WordIndex
from app.store.database import Database


@dataclass(frozen=True)
class Office:
    """The objects behind all pages; constructed by wiring."""

    database: Database
    clock: Callable[[], datetime]
    doorkeeper: Doorkeeper
    secret: str  # signs what is handed to browsers
    is_https: bool  # people come by https, whatever the last proxy speaks
    words: WordIndex
    compare: Compare
    start_build: Callable[[int], None]
