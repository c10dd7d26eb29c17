"""Questions on a web page, all the way: a visitor's key, signed questions, answers that only this visitor fetches."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.answering import wording
from app.channels import web as web_channel
from app.channels.base import Channel
from app.main import build
from app.settings import Settings
from app.store.database import Database
from app.wiring import assemble
from tests.fakes import Oracle


@dataclass
class Visitor:
    """Somebody with the page open."""

    web: TestClient
    name: str
    key: str
    seen: int = 0

    def tell(self, kind: str, text: str, event_id: str = "event-00000001", **headers: str) -> int:
        """Send a signed question or a pressed button."""
        body = json.dumps({"visitor": self.name, "events": [{"id": event_id, "kind": kind, "text": text}]}).encode()
        signature = hmac.new(self.key.encode(), body, hashlib.sha256).hexdigest()
        signed = {"x-web-visitor": self.name, "x-web-signature": signature} | headers
        return self.web.post("/webhooks/web", content=body, headers=signed).status_code

    def fetch(self, at_least: int = 1) -> list[dict[str, Any]]:
        """Look until there is something new."""
        until = time.monotonic() + 20
        new: list[Any] = []
        while len(new) < at_least and time.monotonic() < until:
            said = self.web.get(f"/channels/web/said?after={self.seen}", headers={"authorization": f"Bearer {self.name}.{self.key}"})
            assert said.status_code == 200
            new = said.json()["messages"]
            time.sleep(0.02)
        self.seen += len(new)
        return [message for delivery in new for message in delivery]


@pytest.fixture
def web(database: Database) -> Iterator[TestClient]:
    """Run the clinic with the web channel and its worker."""
    settings = Settings(_env_file=None, channels=("web",), web_secret=SecretStr("a secret of thirty-two characters"))
    channels: dict[str, Channel] = {"web": web_channel.build(settings)}
    with TestClient(build(assemble(settings, database, channels, Oracle()))) as client:
        yield client


def come(web: TestClient) -> Visitor:
    """Open the page."""
    told = web.post("/channels/web/visitor").json()
    return Visitor(web, told["visitor"], told["key"])


def test_a_visitor_asks_reads_the_rule_in_full_and_asks_for_a_person(web: TestClient) -> None:
    visitor = come(web)
    assert visitor.tell("text", "ตั้งกองใหม่อย่างไร") == 200
    *_, answer = visitor.fetch()  # behind the notice about personal data
    assert (answer["text"], answer["citations"][0]["section"]) == ("ตอบ ตั้งกองใหม่อย่างไร", "ข้อ 5")
    assert answer["citations"][0]["url"] == "https://example.org/rule"
    visitor.tell("postback", answer["citations"][0]["full"], "event-00000002")
    (full,) = visitor.fetch()
    assert (full["text"], full["heading"]) == ("ข้อ 5 ใช้อัตรา 60", "หลักเกณฑ์ · ข้อ 5")
    person = next(one for one in answer["buttons"] if one["label"] == wording.PERSON)
    visitor.tell("postback", person["data"], "event-00000003")
    assert visitor.fetch()[0]["text"].startswith("บันทึกคำถามไว้ให้เจ้าหน้าที่คลินิกแล้ว")


def test_the_same_question_sent_twice_is_answered_once(web: TestClient) -> None:
    visitor = come(web)
    assert [visitor.tell("text", "ถาม"), visitor.tell("text", "ถาม")] == [200, 200]
    visitor.fetch()
    time.sleep(0.5)
    assert (
        visitor.web.get("/channels/web/said", headers={"authorization": f"Bearer {visitor.name}.{visitor.key}"}).json()["messages"][1:]
        == []
    )


def test_nobody_reads_or_writes_in_anothers_name(web: TestClient) -> None:
    somchai, somying = come(web), come(web)
    somchai.tell("text", "ถาม")
    somchai.fetch()
    assert somying.fetch(0) == []
    stranger = Visitor(web, somchai.name, somying.key)
    assert stranger.tell("text", "ถาม") == 401
    assert web.get("/channels/web/said", headers={"authorization": f"Bearer {somchai.name}.{somying.key}"}).status_code == 401
    assert web.get("/channels/web/said").status_code == 401
    body = json.dumps({"visitor": somchai.name, "events": []}).encode()
    signed = {"x-web-visitor": somying.name, "x-web-signature": hmac.new(somying.key.encode(), body, hashlib.sha256).hexdigest()}
    assert web.post("/webhooks/web", content=body, headers=signed).status_code == 401


def test_who_asks_without_end_is_asked_to_wait(web: TestClient) -> None:
    visitor, other = come(web), come(web)
    statuses = [visitor.tell("text", "ถาม", f"event-{number:08}") for number in range(14)]
    assert statuses == [200] * 12 + [429] * 2
    assert other.tell("text", "ถาม") == 200
    newcomers = [web.post("/channels/web/visitor").status_code for _ in range(70)]
    assert newcomers.count(200) == 58
    assert newcomers[-1] == 429


@pytest.mark.parametrize("event", [{}, {"id": "x", "kind": "text", "text": "ก"}, {"id": "event-00000001", "kind": "follow", "text": ""}, 7])
def test_odd_events_cost_only_themselves(event: Any) -> None:
    channel = web_channel.Web("secret")
    good = {"id": "event-00000009", "kind": "text", "text": " ถาม\x00 "}
    (heard,) = channel.parse(json.dumps({"visitor": "v" * 22, "events": [event, good]}).encode())
    assert (heard.text, heard.conversation) == ("ถาม", "visitor:" + "v" * 22)


def test_without_a_secret_nobody_is_a_visitor() -> None:
    settings = Settings(_env_file=None, channels=("web",))
    assert settings.unconnected == ["web"]


def test_the_page_may_be_framed_and_takes_nothing_from_elsewhere(web: TestClient) -> None:
    page = web.get("/channels/web/")
    assert page.status_code == 200
    rules = page.headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "frame-ancestors *" in rules
    assert "https://" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["said/", "visitor/"])
def test_a_slash_too_many_leads_nowhere_whatever_the_host_header_says(path: str, web: TestClient) -> None:
    answer = web.get(f"/channels/web/{path}", headers={"host": "evil.example"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "evil.example" not in str(answer.headers)
