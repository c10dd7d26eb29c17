"""The command that makes LINE's rich menu: `python -m app.richmenu` draws it, uploads it and shows it to everybody."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from app import logs, settings
from app.answering import wording
from app.channels._line_calls import connect
from app.channels._line_menu import TILES, publish
from app.channels._line_menu_picture import picture
from app.errors import ClinicError, SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code: 0 done, 1 failed, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m app.richmenu", description="Draw the rich menu and show it to everybody in LINE.")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.add_argument("--draw-only", type=Path, metavar="FILE.png", help="write the picture and call nobody")
    options = parser.parse_args(arguments)
    logs.configure("WARNING")
    try:
        done = _draw(options.draw_only) if options.draw_only else _publish()
    except (ClinicError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, SettingsError) else 1
    said = json.dumps(done) if options.json else "\n".join(f"{name}: {value}" for name, value in done.items())
    sys.stdout.write(f"{said}\n")
    return 0


def _draw(file: Path) -> dict[str, str | int]:
    image = picture(TILES, wording.MENU_STRIP)
    file.write_bytes(image)
    return {"file": str(file), "bytes": len(image)}


def _publish() -> dict[str, str | int]:
    ours = settings.load()
    token = ours.line_channel_access_token.get_secret_value()
    if not token and not ours.line_api_host:
        raise SettingsError("LINE_CHANNEL_ACCESS_TOKEN: must hold the channel's access token")
    image = picture(TILES, wording.MENU_STRIP)
    shown, removed = publish(*connect(ours.line_api_host, token), image)
    return {"rich_menu": shown, "bytes": len(image), "removed": removed}


if __name__ == "__main__":
    sys.exit(main())
