"""The settings as they are now: the environment's, and over them what an admin chose in the console; read anew every second."""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog

from app.errors import SettingsError
from app.settings import Settings
from app.store import chosen_settings
from app.store.database import Database

LOOK_EVERY = 1.0  # seconds

log = structlog.get_logger(__name__)


class Current:
    """Gives the settings that hold at the moment, in every process of the installation."""

    def __init__(self, defaults: Settings, database: Database) -> None:
        """Keep the environment's settings, and where the chosen ones are."""
        self.defaults = defaults
        self._database = database
        self._chosen: Mapping[str, str] = {}
        self._settings = defaults
        self._looked = float("-inf")

    def __call__(self) -> Settings:
        """Give the settings as they are now."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            with self._database.read() as session:
                chosen = {name: row.value for name, row in chosen_settings.every(session).items()}
            if chosen != self._chosen:
                self._settings, self._chosen = _applied(self.defaults, chosen), chosen
            self._looked = time.monotonic()
        return self._settings


def _applied(settings: Settings, chosen: Mapping[str, str]) -> Settings:
    for name, value in chosen.items():
        try:
            settings = settings.choosing(name, value)
        except SettingsError:  # another edition of this code took it
            log.warning("a chosen setting is not understood, the environment's holds", setting=name)
    return settings
