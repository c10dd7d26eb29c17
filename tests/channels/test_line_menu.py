"""The rich menu: drawn, and taken by LINE as the simulator plays it, limits and all."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
from PIL import Image
from pydantic import SecretStr

from app import richmenu
from app.actions import decode
from app.answering import wording
from app.channels._line_menu import TILES, menu
from app.channels._line_menu_picture import picture
from app.channels._text import graphemes
from app.errors import ChannelError
from app.settings import Settings
from app.simulator import app as simulator


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """Draw the menu; where no Thai font is installed the reason is told, and in CI that is a failure."""
    try:
        return picture(TILES, wording.MENU_STRIP)
    except ChannelError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run the simulator on a free port, and point the settings there."""
    server = uvicorn.Server(
        uvicorn.Config(simulator.build(Settings(line_channel_secret=SecretStr("s"))), port=0, log_level="error", lifespan="off")
    )
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    monkeypatch.setenv("LINE_API_HOST", address)
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", "a-token")
    yield address
    server.should_exit = True
    thread.join()


def test_the_picture_is_one_that_line_takes(drawn: bytes) -> None:
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("PNG", (2500, 1686))
        assert image.width / image.height >= 1.45
    assert len(drawn) <= 1_000_000


def test_five_topics_a_person_and_the_notice_about_data_can_be_pressed_anywhere_on_the_menu(drawn: bytes) -> None:
    described = menu(drawn)
    pressed = [decode(area["action"]["data"]) for area in described["areas"]]
    assert [action and (action.verb, action.argument) for action in pressed] == [
        *(("menu", topic) for topic in ("division", "evaluation", "pmqa", "awards", "digital")),
        ("person", ""),
        ("menu", "data"),
    ]
    assert sum(area["bounds"]["width"] * area["bounds"]["height"] for area in described["areas"]) == 2500 * 1686
    assert all(len(graphemes(area["action"]["label"])) <= 20 for area in described["areas"])
    assert len(wording.MENU_BAR) <= 14


def test_the_command_shows_the_menu_to_everybody_and_a_second_time_changes_nothing(
    drawn: bytes, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with httpx.Client(base_url=line, headers={"authorization": "Bearer a-token"}, trust_env=False) as api:
        foreign = {"size": {"width": 2500, "height": 843}, "selected": False, "name": "somebody else's", "chatBarText": "เมนู"}
        action = {"type": "message", "label": "ก", "text": "ก"}
        areas = [{"bounds": {"x": 0, "y": 0, "width": 2500, "height": 843}, "action": action}]
        for name in ("somebody else's", "opdc-clinic 000000000000"):
            api.post("/v2/bot/richmenu", json=foreign | {"name": name, "areas": areas}).raise_for_status()
        assert richmenu.main(["--json"]) == 0
        first = json.loads(capsys.readouterr().out)
        assert richmenu.main(["--json"]) == 0
        second = json.loads(capsys.readouterr().out)
        assert (first["removed"], second["removed"]) == (1, 0)
        assert second["rich_menu"] == first["rich_menu"] == api.get("/v2/bot/user/all/richmenu").json()["richMenuId"]
        names = [one["name"] for one in api.get("/v2/bot/richmenu/list").json()["richmenus"]]
        assert sorted(name.split()[0] for name in names) == ["opdc-clinic", "somebody"]


def test_without_an_access_token_the_command_says_which_setting_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINE_API_HOST", "")
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", "")
    assert richmenu.main([]) == 2
    assert "LINE_CHANNEL_ACCESS_TOKEN" in capsys.readouterr().err


def test_without_a_thai_font_the_command_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert richmenu.main(["--draw-only", str(tmp_path / "menu.png")]) == 1
    assert "fonts-noto-core" in capsys.readouterr().err
