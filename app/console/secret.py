"""The console's secret: the setting, or one that is made up once and kept in DATA_DIR for its owner's eyes only."""

from __future__ import annotations

import os
import secrets

from app.settings import Settings

FILE = "console.key"


def of(settings: Settings) -> str:
    """Give the secret; processes that start together agree on one."""
    given = settings.console_secret_key.get_secret_value()
    if given:
        return given
    place = settings.data_dir / FILE
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    mine = settings.data_dir / f"{FILE}.{os.getpid()}"
    mine.touch(0o600)
    mine.write_text(secrets.token_urlsafe(48), "ascii")
    try:
        os.link(mine, place)  # whole or not at all, and never over another's
    except FileExistsError:
        pass
    finally:
        mine.unlink()
    return place.read_text("ascii")
