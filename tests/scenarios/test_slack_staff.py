"""The staff in Slack: told once of what waits and what is wrong, they take, answer and close from there, and the asker hears it in LINE."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from app.channels import line as line_channel
from app.channels import slack as slack_channel
from app.channels._slack_limits import check_message, check_view
from app.channels.base import Channel
from app.console import passwords
from app.main import build
from app.messaging import notices
from app.messaging import wording as told
from app.settings import Settings
from app.store import audit, staff
from app.store.database import Database
from app.store.tables import EventRow
from app.wiring import assemble, now
from tests.console.conftest import PASSWORD, Visitor
from tests.fakes import Oracle
from tests.scenarios import line_api
from tests.scenarios.line_api import FakeLine, fake_line, message, person
from tests.scenarios.slack_api import SECRET, TOKEN, FakeSlack, Said, command, fake_slack, pressed

STAFF_ROOM = "C0STAFFROOM"
QUESTION = "นายสมชายถามว่า <!channel> ตั้งกอง *ใหม่* อย่างไร"
CODE = re.compile(r"/clinic link ([A-Z0-9-]+)")
OFFICERS = {"หนึ่ง": "officer", "สอง": "officer", "สาม": "reviewer", "สี่": "admin"}


@dataclass
class Room:
    """A clinic that is asked in LINE and staffed in Slack, with the hands of its people."""

    web: TestClient
    slack: FakeSlack
    line: FakeLine
    oracle: Oracle
    database: Database
    asked: int = 0
    browsers: dict[str, Visitor] = field(default_factory=dict)

    def ask(self, text: str, who: int = 1) -> None:
        """Ask in LINE what no rule answers."""
        self.oracle.outcomes[text] = "not_found"
        self.write(text, who)

    def write(self, text: str, who: int = 1) -> bytes:
        """Write something in LINE."""
        self.asked += 1
        return self.line_tells(message(self.asked, person(who), text))

    def line_tells(self, event: dict[str, Any]) -> bytes:
        """Bring a signed webhook of LINE."""
        self.line.issued[event["replyToken"]] = (event["source"]["userId"], time.monotonic())
        body = json.dumps({"destination": "U0", "events": [event]}).encode()
        self.line_repeats(body)
        return body

    def line_repeats(self, body: bytes) -> None:
        """Bring a webhook, perhaps once more."""
        signature = base64.b64encode(hmac.new(line_api.SECRET.encode(), body, hashlib.sha256).digest()).decode()
        assert self.web.post("/webhooks/line", content=body, headers={"x-line-signature": signature}).status_code == 200

    def heads(self) -> list[Said]:
        """List the first messages of all matters in the staff's channel."""
        return [one for one in self.slack.said if (one.channel, one.thread, one.seen_by) == (STAFF_ROOM, "", "")]

    def thread(self, head: Said, number: int) -> list[str]:
        """Wait for so many words in a thread of the staff's channel, and give all that were said there."""

        def there() -> list[str]:
            return [one.body["text"] for one in self.slack.said if (one.channel, one.thread, one.seen_by) == (STAFF_ROOM, head.ts, "")]

        wait(lambda: len(there()) >= number)
        return there()

    def head(self, words: str) -> Said:
        """Wait for the newest matter's first message to say something."""
        wait(lambda: bool(self.heads()) and words in self.heads()[-1].words)
        return self.heads()[-1]

    def press(self, who: str, label: str) -> str:
        """Press a button of the newest matter; gives what somebody alone is told of it, "" when a modal opened."""
        head = self.heads()[-1]
        before = len(self.slack.said)
        answer = self.slack.post(self.web, pressed(head, who, head.button(label)["value"], self.slack.trigger()))
        assert (answer.status_code, answer.text) == (200, "")
        return next((one.words for one in self.slack.said[before:] if one.seen_by == who), "")

    def press_in_view(self, who: str, step: str) -> str:
        """Press a button in the open modal; gives all that it says then."""
        view = self.slack.views[-1]
        value = next(
            one["value"]
            for block in view["blocks"]
            if block["type"] == "actions"
            for one in block["elements"]
            if f"|{step}|" in one["value"]
        )
        payload = {"type": "block_actions", "user": {"id": who}, "actions": [{"value": value}], "trigger_id": self.slack.trigger()}
        payload |= {"view": view | {"id": "V1"}}
        assert self.slack.post(self.web, urlencode({"payload": json.dumps(payload)}).encode()).text == ""
        return shown(self.slack.views[-1])

    def submit(self, who: str, text: str | None, step: str = "answer") -> dict[str, Any]:
        """Submit the open modal's form; gives what Slack is answered with."""
        values = {"words": {"words": {"value": text}}, "step": {"step": {"selected_option": {"value": step}}}}
        view = self.slack.views[-1] | {"id": "V1", "state": {"values": values}}
        body = urlencode({"payload": json.dumps({"type": "view_submission", "user": {"id": who}, "view": view})}).encode()
        answer = self.slack.post(self.web, body)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "application/json")
        said: dict[str, Any] = answer.json()
        assert check_view(said.get("view", {"type": "modal", "title": {"type": "plain_text", "text": "x"}})) == []
        return said

    def browser(self, name: str) -> Visitor:
        """Give somebody's browser, signed in to the console."""
        if name not in self.browsers:
            self.browsers[name] = Visitor(TestClient(self.web.app, base_url="https://clinic.example"))
            assert self.browsers[name].sign_in(name) == 303
        return self.browsers[name]

    def link(self, name: str, who: str) -> str:
        """Link an account to somebody of Slack, by the code of its page; gives what they are told."""
        browser = self.browser(name)
        assert browser.post("/account/link") == 200
        code = CODE.search(browser.shown)
        assert code
        return self.slack.post(self.web, command(self.slack, who, f"link {code[1]}")).text

    def pushed(self) -> list[str]:
        """List what was pushed to LINE."""
        return [shown(messages) for way, _, messages in self.line.said if way == "push"]

    def acts(self) -> list[tuple[str, str, Any]]:
        """List what was done with escalations: who, to what, how it was after."""
        with self.database.read() as session:
            entries = audit.entries(session, audit.Wanted(verb="escalations.answer"), 50)
        return [(entry.name, entry.subject, entry.after) for entry in reversed(entries)]


def shown(message: Any) -> str:
    """Write all that a message or view says."""
    return json.dumps(message, ensure_ascii=False)


def wait(condition: Callable[[], bool]) -> None:
    """Wait until something has happened."""
    until = time.monotonic() + 20
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    assert condition()


@pytest.fixture(scope="module")
def kept() -> str:
    """Hash everybody's password once."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def room(database: Database, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """Run the clinic with both real channels, its worker and its watch, which looks more often."""
    monkeypatch.setattr(notices, "LOOK", 0.05)
    with database.begin() as session:
        for name, role in OFFICERS.items():
            staff.add(session, name=name, role=role, password=kept, is_temporary=False, now=now())
    oracle = Oracle()
    with fake_slack() as slack, fake_line() as line:
        settings = Settings(
            _env_file=None,
            data_dir=tmp_path / "data",
            notice_version="",
            line_channel_secret=SecretStr(line_api.SECRET),
            line_channel_access_token=SecretStr("t"),
            line_api_host=line.url,
            slack_signing_secret=SecretStr(SECRET),
            slack_bot_token=SecretStr(TOKEN),
            slack_api_url=slack.url,
            slack_staff_channel=STAFF_ROOM,
            public_url="https://clinic.example",
        )
        channels: dict[str, Channel] = {"line": line_channel.build(settings), "slack": slack_channel.build(settings)}
        with TestClient(build(assemble(settings, database, channels, oracle))) as web:
            yield Room(web, slack, line, oracle, database)


def test_a_question_from_line_is_taken_and_answered_in_slack(room: Room) -> None:
    room.ask(QUESTION)
    head = room.head("รอรับเรื่อง")
    assert check_message(head.body) == []
    assert told.REASONS["not_found"] in head.words
    for secret in ("สมชาย", "ตั้งกอง", person(1)):
        assert secret not in shown(head.body)
    assert head.button("เปิดในเว็บเจ้าหน้าที่")["url"] == "https://clinic.example/console/escalations/1"

    assert room.link("หนึ่ง", "U1") == told.LINKED.format(name="หนึ่ง")
    assert room.press("U1", "เปิดอ่าน") == ""
    assert "สมชายถามว่า &lt;!channel&gt; ตั้งกอง" in shown(room.slack.views[-1])
    assert "submit" not in room.slack.views[-1]
    assert told.DONE["take"] in room.press_in_view("U1", "take")
    assert "submit" in room.slack.views[-1]
    head = room.head("เจ้าหน้าที่รับแล้ว")
    assert room.thread(head, 1) == ["หนึ่ง รับเรื่องแล้ว"]

    room.write("กรมที่ดิน")
    assert room.thread(head, 2)[1] == told.ASKER_WROTE
    assert room.submit("U1", "กรมใด", "say")["response_action"] == "update"
    assert room.submit("U1", "  ") == {"response_action": "errors", "errors": {"words": told.REFUSALS["empty"]}}
    said = room.submit("U1", "ยื่นต่อ ก.พ.ร. <ภายใน 30 วัน>")
    assert told.DONE["answer"] in shown(said["view"])
    wait(lambda: len(room.pushed()) == 3)
    assert "เจ้าหน้าที่คลินิกรับเรื่องแล้ว" in room.pushed()[0]
    assert "กรมใด" in room.pushed()[1]
    assert "ยื่นต่อ ก.พ.ร. <ภายใน 30 วัน>" in room.pushed()[2]
    assert {where for _, where, _ in room.line.said} == {person(1)}

    head = room.head("ตอบแล้ว")
    assert room.submit("U1", "อีกครั้ง")["errors"] == {"words": told.REFUSALS["ended"]}
    assert [(name, subject, after["step"]) for name, subject, after in room.acts()] == [
        ("หนึ่ง", "escalation 1", step) for step in ("take", "say", "answer")
    ]
    assert len(room.heads()) == 1
    assert [one.get("text", {}).get("text") for one in head.buttons()] == ["เปิดอ่าน", "เปิดในเว็บเจ้าหน้าที่"]


def test_who_asked_for_a_person_was_promised_something_and_a_redelivery_tells_nothing_twice(room: Room) -> None:
    body = room.write("ขอคนตอบ")
    wait(lambda: bool(room.line.said))
    data = re.search(r'"(1\|person\|[^"]+)"', shown(room.line.said[0][2]))
    assert data
    pressed_ = message(90, person(1), "") | {"type": "postback", "postback": {"data": data[1]}}
    del pressed_["message"]
    room.line_tells(pressed_)
    head = room.head(told.REASONS["person"])
    assert "แจ้งผู้ถามไว้ว่า" in head.body["text"]

    room.line_repeats(body)
    time.sleep(0.5)  # several looks
    assert len(room.heads()) == 1
    assert room.thread(head, 0) == []


def test_only_a_linked_officer_can_do_anything(room: Room) -> None:
    room.ask("ถามเรื่องหนึ่ง")
    room.head("รอรับเรื่อง")
    assert told.NOT_LINKED in room.press("U9", "รับเรื่อง")
    assert told.NOT_LINKED in room.press("U9", "เปิดอ่าน")
    assert room.slack.views == []

    room.link("สาม", "U3")
    assert "บทบาท “ผู้ตรวจคำตอบ”" in room.press("U3", "รับเรื่อง")
    assert room.press("U3", "เปิดอ่าน") == ""  # a reviewer reads, as in the console
    assert "|take|" not in shown(room.slack.views[-1])
    assert room.acts() == []
    assert told.NOT_LINKED in room.submit("U9", "คำตอบ")["errors"]["words"]


def test_the_second_officer_hears_who_has_it_also_when_it_was_taken_in_the_console(room: Room) -> None:
    room.ask("ถามเรื่องหนึ่ง")
    room.head("รอรับเรื่อง")
    room.link("หนึ่ง", "U1")
    room.link("สอง", "U2")
    stale = room.heads()[-1].button("รับเรื่อง")["value"]
    assert room.browser("หนึ่ง").post("/escalations/1/take") == 303
    head = room.head("เจ้าหน้าที่ หนึ่ง")
    assert "รับเรื่อง" not in [one["text"]["text"] for one in head.buttons()]

    room.slack.post(room.web, pressed(head, "U2", stale, room.slack.trigger()))
    assert ["หนึ่ง ดูแลเรื่องนี้อยู่" in one.words for one in room.slack.said if one.seen_by == "U2"] == [True]
    assert room.press("U2", "เปิดอ่าน") == ""
    assert "หนึ่ง ดูแลเรื่องนี้อยู่" in room.submit("U2", "แทรก")["errors"]["words"]

    room.press("U1", "เปิดอ่าน")
    assert told.DONE["close"] in room.press_in_view("U1", "close")
    head = room.head("ปิดแล้ว")
    assert room.thread(head, 2) == ["หนึ่ง รับเรื่องแล้ว", "เรื่องนี้ปิดแล้ว"]
    wait(lambda: any("คลินิกปิดเรื่องนี้แล้ว" in said for said in room.pushed()))


def test_a_link_is_one_accounts_alone_its_code_works_once_and_it_ends_with_the_account(room: Room) -> None:
    room.ask("ถามเรื่องหนึ่ง")
    room.head("รอรับเรื่อง")
    browser = room.browser("หนึ่ง")
    browser.post("/account/link")
    code = CODE.search(browser.shown)
    assert code

    def say(who: str, text: str) -> str:
        return room.slack.post(room.web, command(room.slack, who, text)).text

    assert "/clinic link" in say("U1", "link")
    assert say("U1", "link AAAAA-AAAAA") == told.BAD_CODE
    assert say("U1", f"link {code[1].lower()}") == told.LINKED.format(name="หนึ่ง")
    assert say("U2", f"link {code[1]}") == told.BAD_CODE
    assert room.link("สอง", "U1") == told.LINKED_ALREADY.format(name="หนึ่ง")
    assert say("U1", "unlink") == told.UNLINKED.format(name="หนึ่ง")
    assert say("U1", "unlink") == told.NOT_LINKED
    room.link("หนึ่ง", "U1")
    assert browser.post("/account/unlink") == 303
    assert told.NOT_LINKED in room.press("U1", "รับเรื่อง")

    room.link("หนึ่ง", "U1")
    room.link("สอง", "U2")
    with room.database.read() as session:
        numbers = {account.name: account.id for account in staff.every(session)}
    admin = room.browser("สี่")
    admin.get("/staff")
    assert admin.shown.count("ยกเลิก Slack") == 2
    assert admin.post(f"/staff/{numbers['หนึ่ง']}/close") == 303
    assert admin.post(f"/staff/{numbers['หนึ่ง']}/open") == 303
    assert admin.post(f"/staff/{numbers['สอง']}/unlink") == 303
    for who in ("U1", "U2"):
        assert told.NOT_LINKED in room.press(who, "รับเรื่อง")
    assert room.acts() == []
    assert all(method != "chat.postMessage" or asked["channel"] == STAFF_ROOM for method, asked in room.slack.calls)
    with room.database.read() as session:
        kept_of_slack = session.scalars(select(EventRow.id).where(EventRow.channel == "slack")).all()
        linked = [entry.after["linked"] for entry in audit.entries(session, audit.Wanted(), 50) if "linked" in entry.after]
    assert "slack U1" in linked
    assert kept_of_slack == []  # a code is no question
    say("U9", "link ของประกาศอยู่ที่ใด")
    wait(lambda: [one.text for one in room.oracle.asked][-1:] == ["link ของประกาศอยู่ที่ใด"])
