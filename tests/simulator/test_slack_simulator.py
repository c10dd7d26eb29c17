"""Slack on this machine keeps Slack's rules: signed requests, triggers that work once, response addresses, limits, threads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from slack_sdk.signature import Clock, SignatureVerifier

from app import simulator
from app.channels import slack as slack_channel
from app.domain import Event
from app.settings import Settings

SECRET = "a secret of tests"
ASKER, COLLEAGUE = "UASKER00000", "UFRIEND0000"
DIRECT, PUBLIC = "DASKER00000", "CASKER00000"
BEARER = {"authorization": "Bearer xoxb-of-tests"}
TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "ตอบ"}}


@dataclass
class Workspace:
    """The simulator with an app behind it that only listens, and a clock that the test moves."""

    heard: list[httpx.Request] = field(default_factory=list)
    now: float = 1_795_000_000.0

    def __post_init__(self) -> None:
        self.http = httpx.Client(transport=httpx.MockTransport(self._listen))
        settings = Settings(_env_file=None, slack_signing_secret=SecretStr(SECRET))
        self.client = TestClient(simulator.build(settings, self.http, lambda: self.now))

    def _listen(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(200)

    def act(self, kind: str, **more: Any) -> int | None:
        """Do something as a person and give the request's status."""
        said = self.client.post("/slack/act", json={"tab": ASKER, "person": ASKER, "kind": kind, **more})
        assert said.status_code == 200, said.text
        status: int | None = said.json()["status"]
        return status

    def event(self) -> dict[str, Any]:
        """Give the last event that the app heard."""
        event: dict[str, Any] = json.loads(self.heard[-1].content)["event"]
        return event

    def payload(self) -> dict[str, Any]:
        """Give the last pressed button."""
        payload: dict[str, Any] = json.loads(parse_qs(self.heard[-1].content.decode())["payload"][0])
        return payload

    def call(self, method: str, body: dict[str, Any], headers: dict[str, str] = BEARER) -> dict[str, Any]:
        """Call the Web API as an app does."""
        answer: dict[str, Any] = self.client.post(f"/slack/api/{method}", json=body, headers=headers).json()
        return answer

    def seen(self, kind: str) -> list[dict[str, Any]]:
        """Give what the asker's page is told of one kind."""
        events = self.client.get("/slack/events", params={"person": ASKER}).json()["events"]
        return [entry for entry in events if entry["kind"] == kind]

    def read(self) -> list[Event]:
        """Read the last request as the clinic's own channel does."""
        channel = slack_channel.build(Settings(_env_file=None, slack_signing_secret=SecretStr(SECRET)))
        return channel.parse(self.heard[-1].content)


@pytest.fixture
def slack() -> Iterator[Workspace]:
    """Give a fresh workspace."""
    workspace = Workspace()
    yield workspace
    workspace.client.close()
    workspace.http.close()


def test_every_request_carries_the_signature_that_the_sdk_accepts(slack: Workspace) -> None:
    slack.act("text", text="คะแนน 82 อยู่ระดับใด")
    slack.act("command", text="ถาม")
    slack.act("press", ts="1.2", value="1|menu||pmqa")
    verifier = SignatureVerifier(SECRET, StoppedClock(slack.now))
    assert all(verifier.is_valid_request(request.content.decode(), dict(request.headers)) for request in slack.heard)
    assert [request.url.path for request in slack.heard] == ["/webhooks/slack"] * 3


@pytest.mark.parametrize(
    ("act", "conversation", "kind", "text"),
    [
        ({"kind": "text", "text": "ถาม <3 & อื่น"}, f"im:{DIRECT}", "text", "ถาม <3 & อื่น"),
        ({"kind": "text", "text": "@คลินิก ก.พ.ร. ถาม", "place": "C"}, f"thread:{PUBLIC}:1795000000.000000", "text", "ถาม"),
        ({"kind": "command", "text": "ถาม", "place": "C"}, f"private:{PUBLIC}:{ASKER}", "text", "ถาม"),
        ({"kind": "open", "where": "messages"}, f"im:{DIRECT}", "follow", ""),
        ({"kind": "open", "where": "home"}, f"home:{ASKER}:{DIRECT}", "postback", "1|menu||home"),
        ({"kind": "invite", "place": "C"}, f"channel:{PUBLIC}", "join", ""),
    ],
)
def test_the_clinic_understands_what_people_do(slack: Workspace, act: dict[str, Any], conversation: str, kind: str, text: str) -> None:
    if act["kind"] == "invite" or act["kind"] == "open":
        slack.act(**act)
    else:
        assert slack.act(**act) == 200
    (event,) = slack.read()
    assert (event.conversation.partition(".")[0], event.kind, event.text) == (conversation.partition(".")[0], kind, text)


def test_a_message_that_mentions_nobody_reaches_the_app_and_not_the_clinic(slack: Workspace) -> None:
    slack.act("text", text="คุยกันเอง", place="C")
    assert slack.event()["type"] == "message"
    assert slack.read() == []


def test_an_edit_and_a_deletion_name_the_message(slack: Workspace) -> None:
    slack.act("text", text="ผิด")
    ts = slack.event()["ts"]
    slack.act("edit", ts=ts, text="ถูก")
    (edited,) = slack.read()
    slack.act("delete", ts=ts)
    (gone,) = slack.read()
    assert [(one.kind, one.text, one.message_id) for one in (edited, gone)] == [("edited", "ถูก", ts), ("unsend", "", ts)]
    assert slack.act("delete", ts=ts) is None


def test_the_last_request_is_sent_again_as_slack_retries(slack: Workspace) -> None:
    assert slack.act("redeliver") is None
    slack.act("text", text="ถาม")
    slack.act("redeliver")
    first, again = slack.heard
    assert first.content == again.content
    assert again.headers["x-slack-retry-num"] == "1"


def test_an_answer_stands_in_its_thread_and_is_found_there_by_its_metadata(slack: Workspace) -> None:
    slack.act("text", text="ถาม")
    ts = slack.event()["ts"]
    metadata = {"event_type": "clinic_delivery", "event_payload": {"id": "7"}}
    said = slack.call("chat.postMessage", {"channel": DIRECT, "thread_ts": ts, "text": "ตอบ", "blocks": [TEXT], "metadata": metadata})
    assert said["ok"]
    found = slack.call("conversations.replies", {"channel": DIRECT, "ts": ts})["messages"]
    assert [(one["ts"], one["metadata"]) for one in found] == [(said["ts"], metadata)]
    assert slack.seen("said")[-1]["thread"] == ts


def test_the_api_says_no_as_slack_does(slack: Workspace) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "ก" * 3001}}
    assert slack.call("chat.postMessage", {"channel": DIRECT, "text": "ก"}, {})["error"] == "not_authed"
    assert slack.call("chat.postMessage", {"channel": "nowhere", "text": "ก"})["error"] == "channel_not_found"
    assert slack.call("chat.postMessage", {"channel": DIRECT, "text": "ก", "blocks": [long]})["error"] == "invalid_blocks"
    assert slack.call("chat.postMessage", {"channel": DIRECT, "text": "ก", "thread_ts": "1.2"})["error"] == "thread_not_found"
    assert slack.call("chat.update", {"channel": DIRECT, "text": "ก", "ts": "1.2"})["error"] == "message_not_found"
    assert slack.call("chat.unknown", {})["error"] == "unknown_method"
    assert slack.seen("said") == []


def test_a_trigger_opens_one_modal_within_three_seconds(slack: Workspace) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "ข้อความเต็ม"}, "blocks": [TEXT]}
    slack.act("press", ts="1.2", value="1|full|a|0")
    trigger = slack.payload()["trigger_id"]
    opened = slack.call("views.open", {"trigger_id": trigger, "view": view})
    assert opened["ok"]
    assert slack.call("views.open", {"trigger_id": trigger, "view": view})["error"] == "exchanged_trigger_id"
    assert slack.call("views.update", {"view_id": opened["view"]["id"], "view": view})["ok"]
    slack.act("press", ts="1.2", value="1|full|a|0")
    slack.now += 4
    assert slack.call("views.open", {"trigger_id": slack.payload()["trigger_id"], "view": view})["error"] == "expired_trigger_id"
    assert len(slack.seen("view")) == 2


def test_a_response_address_works_five_times_within_half_an_hour(slack: Workspace) -> None:
    slack.act("command", text="ถาม", place="C")
    form = parse_qs(slack.heard[-1].content.decode())
    path = form["response_url"][0].split("/simulator")[1]
    body = {"response_type": "ephemeral", "text": "ตอบ", "blocks": [TEXT]}
    assert [slack.client.post(path, json=body).status_code for _ in range(6)] == [200] * 5 + [404]
    assert [entry["private"] for entry in slack.seen("said")] == [True] * 5
    slack.act("command", text="ถาม", place="C")
    slack.now += 1801
    late = parse_qs(slack.heard[-1].content.decode())["response_url"][0].split("/simulator")[1]
    assert slack.client.post(late, json=body).status_code == 404


def test_a_page_sees_only_its_own_places(slack: Workspace) -> None:
    slack.act("text", text="ถาม")
    assert slack.client.get("/slack/events", params={"person": COLLEAGUE}).json()["events"] == []


def test_the_page_takes_nothing_from_elsewhere(slack: Workspace) -> None:
    page = slack.client.get("/slack")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http://" not in page.text
    assert "https://" not in page.text


class StoppedClock(Clock):
    """A clock for the SDK's verifier."""

    def __init__(self, moment: float) -> None:
        """Stand at a moment."""
        self.moment = moment

    def now(self) -> float:
        """Tell the time."""
        return self.moment
