"""What nobody means to send: the right status for it, and a Thai sentence where a person is waiting."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from app import wiring
from app.channels import line as line_channel
from app.corpus.report import Wishes
from app.main import build
from app.settings import Settings
from tests.scenarios.line_api import SECRET, FakeLine, fake_line, message, person

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def line() -> Iterator[FakeLine]:
    """Serve LINE's API."""
    with fake_line() as served:
        yield served


@pytest.fixture(scope="module")
def web(line: FakeLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Run the clinic with the real LINE channel and the real answering flow over one rule."""
    folder: Path = tmp_path_factory.mktemp("clinic")
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "rule.md").write_text(
        "# ประกาศ\n\n## กำหนดส่งรายงาน\n\nส่งรายงานภายใน 30 วันนับแต่วันสิ้นปีงบประมาณ\n", encoding="utf-8"
    )
    chosen = Settings(
        _env_file=None,
        data_dir=folder / "data",
        knowledge_dir=folder / "knowledge",
        embedding="trigram",
        channels=("line",),
        line_channel_secret=SecretStr(SECRET),
        line_channel_access_token=SecretStr("t"),
        line_api_host=line.url,
    )
    stores = wiring.open_stores(chosen)
    wiring.ingest(stores).build(Wishes(), lambda _step, _done, _total: None)
    answering = wiring.answerer(chosen, stores.database)
    with TestClient(build(wiring.assemble(chosen, stores.database, {"line": line_channel.build(chosen)}, answering))) as client:
        yield client


def post(web: TestClient, body: bytes) -> int:
    """Send a signed body."""
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    return web.post("/webhooks/line", content=body, headers={"x-line-signature": signature}).status_code


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, ""),
        (2, "   "),
        (3, "😀😀😀"),
        (4, "ส่งรายงาน " * 2000),
        (5, "ส่ง\x00ราย\x07งาน\x1bภายในกี่วัน"),
        (6, "ส่งรายงาน\ud83dภายในกี่วัน"),
        (7, "\u200b\u200e"),
    ],
    ids=["empty", "spaces", "emoji only", "20,000 characters", "control characters", "a lone surrogate", "invisible"],
)
def test_whoever_writes_something_odd_gets_a_thai_sentence(web: TestClient, line: FakeLine, number: int, text: str) -> None:
    event = message(number, person(number), text)
    line.issued[event["replyToken"]] = (person(number), time.monotonic())

    assert post(web, json.dumps({"destination": "U0", "events": [event]}).encode()) == 200

    until = time.monotonic() + 20
    while not (said := [messages for _, who, messages in line.said if who == person(number)]) and time.monotonic() < until:
        time.sleep(0.02)
    assert len(said) == 1
    assert re.search("[ก-ฮ]", json.dumps(said[0], ensure_ascii=False))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_signed_body_of_any_kind_is_taken_or_refused_and_breaks_nothing(web: TestClient, body: bytes) -> None:
    assert post(web, body) in (200, 400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(
        st.dictionaries(st.sampled_from(["type", "mode", "timestamp", "source", "message", "webhookEventId"]), JSON), max_size=4
    )
)
def test_events_of_any_shape_are_taken(web: TestClient, events: list[dict[str, Any]]) -> None:
    assert post(web, json.dumps({"destination": "U0", "events": events}).encode()) == 200


def test_the_clinic_is_still_well_after_all_of_it(web: TestClient) -> None:
    assert web.get("/healthz").status_code == 200
    assert web.get("/readyz").status_code == 200
