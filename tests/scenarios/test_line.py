"""A question in LINE, all the way: signed webhook, inbox, worker, answer, LINE's API."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.channels import line as line_channel
from app.main import build
from app.settings import Settings
from app.store.database import Database
from app.wiring import assemble
from tests.fakes import Oracle
from tests.scenarios.line_api import SECRET, FakeLine, fake_line, message, person


@pytest.fixture
def line() -> Iterator[FakeLine]:
    """Serve LINE's API."""
    with fake_line() as served:
        yield served


@pytest.fixture
def web(database: Database, line: FakeLine) -> Iterator[TestClient]:
    """Run the clinic with the real LINE channel and its worker."""
    settings = Settings(
        _env_file=None,
        channels=("line",),
        line_channel_secret=SecretStr(SECRET),
        line_channel_access_token=SecretStr("t"),
        line_api_host=line.url,
    )
    with TestClient(build(assemble(settings, database, {"line": line_channel.build(settings)}, Oracle()))) as client:
        yield client


def _send(web: TestClient, line: FakeLine, *events: dict[str, Any]) -> int:
    for event in events:
        if "replyToken" in event:
            line.issued[event["replyToken"]] = (event["source"]["userId"], time.monotonic())
    body = json.dumps({"destination": "U0", "events": events}).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    return web.post("/webhooks/line", content=body, headers={"x-line-signature": signature}).status_code


def _wait_for(line: FakeLine, messages: int) -> None:
    until = time.monotonic() + 20
    while len(line.said) < messages and time.monotonic() < until:
        time.sleep(0.02)


def test_people_who_write_are_answered_by_their_own_reply_tokens(web: TestClient, line: FakeLine) -> None:
    asked = [message(number, person(number % 2), f"คำถามที่ {number}") for number in range(1, 7)]
    assert _send(web, line, *asked) == 200
    assert _send(web, line, *asked) == 200
    _wait_for(line, 6)

    assert line.told == {person(0): 3, person(1): 3}
    assert {way for way, _, _ in line.said} == {"reply"}
    mine = [json.dumps(messages, ensure_ascii=False) for _, who, messages in line.said if who == person(1)]
    assert ["คำถามที่ 1" in mine[0], "คำถามที่ 3" in mine[1], "คำถามที่ 5" in mine[2]] == [True] * 3


def test_a_pressed_button_of_the_answer_comes_back_to_it(web: TestClient, line: FakeLine) -> None:
    _send(web, line, message(1, person(1), "ถาม"))
    _wait_for(line, 1)
    pressed = line.said[0][2][-1]["quickReply"]["items"][2]["action"]
    event = message(2, person(1), "") | {"type": "postback", "postback": {"data": pressed["data"]}}
    del event["message"]
    _send(web, line, event)
    _wait_for(line, 2)

    assert line.said[1][2][0]["text"].startswith("บันทึกคำถามไว้ให้เจ้าหน้าที่คลินิกแล้ว")


def test_a_forged_webhook_reaches_nobody(web: TestClient, line: FakeLine) -> None:
    body = json.dumps({"destination": "U0", "events": [message(1, person(1), "ถาม")]}).encode()

    assert web.post("/webhooks/line", content=body, headers={"x-line-signature": "AAAA"}).status_code == 401
    assert web.post("/webhooks/line", content=body).status_code == 401
    assert line.said == []
