"""Questions in Slack, all the way: signed request, inbox, worker, answer, Slack's API."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import select

from app.answering import wording
from app.channels import slack as slack_channel
from app.main import build
from app.settings import Settings
from app.store.database import Database
from app.store.tables import AnswerRow, EventRow, TurnRow
from app.wiring import assemble
from tests.fakes import Oracle
from tests.scenarios.slack_api import (
    BOT,
    SECRET,
    TOKEN,
    FakeSlack,
    command,
    direct,
    envelope,
    fake_slack,
    mention,
    message,
    pressed,
    signed,
    ts,
)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Serve Slack's API."""
    with fake_slack() as served:
        yield served


@pytest.fixture
def web(database: Database, slack: FakeSlack) -> Iterator[TestClient]:
    """Run the clinic with the real Slack channel and its worker."""
    settings = Settings(
        _env_file=None,
        channels=("slack",),
        slack_signing_secret=SecretStr(SECRET),
        slack_bot_token=SecretStr(TOKEN),
        slack_api_url=slack.url,
    )
    with TestClient(build(assemble(settings, database, {"slack": slack_channel.build(settings)}, Oracle()))) as client:
        yield client


def _wait(slack: FakeSlack, messages: int) -> None:
    until = time.monotonic() + 20
    while len(slack.said) < messages and time.monotonic() < until:
        time.sleep(0.02)
    assert len(slack.said) == messages


def _quiet() -> None:
    time.sleep(0.6)  # whatever would still be sent now is


def _ask(web: TestClient, slack: FakeSlack, body: bytes) -> None:
    before = len(slack.said)
    assert slack.post(web, body).status_code == 200
    _wait(slack, before + 1)


def test_a_direct_message_is_answered_in_its_thread_with_the_status_before(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, direct(1, "U1", "คะแนน 82 อยู่ระดับใด"))

    (answer,) = slack.said
    assert (answer.channel, answer.thread) == ("DU1", ts(1))
    assert "คะแนน 82 อยู่ระดับใด" in answer.words
    assert (answer.body["unfurl_links"], answer.body["unfurl_media"]) == (False, False)
    assert slack.methods()[:2] == ["assistant.threads.setStatus", "chat.postMessage"]


def test_a_retried_event_is_answered_once(web: TestClient, slack: FakeSlack) -> None:
    body = direct(1, "U1", "ถาม")
    headers = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}

    assert [slack.post(web, body).status_code for _ in range(2)] == [200, 200]
    assert slack.post(web, body, **headers).status_code == 200
    _wait(slack, 1)
    _quiet()

    assert len(slack.said) == 1


def test_a_mention_and_the_message_of_the_same_words_are_answered_once_in_the_thread(web: TestClient, slack: FakeSlack) -> None:
    as_message = message(1, "C1", "U1", f"<@{BOT}> ตั้งกองใหม่อย่างไร") | {"channel_type": "channel"}
    slack.post(web, envelope("Ev-other", as_message))
    _ask(web, slack, mention(1, "U1", "ตั้งกองใหม่อย่างไร"))
    slack.post(web, envelope("Ev-another", as_message))
    _quiet()

    (answer,) = slack.said
    assert (answer.channel, answer.thread) == ("C1", ts(1))
    assert "ตอบ ตั้งกองใหม่อย่างไร" in answer.words


def test_a_thread_is_a_conversation_of_its_own(web: TestClient, slack: FakeSlack, database: Database) -> None:
    _ask(web, slack, mention(1, "U1", "คำถามแรก"))
    _ask(web, slack, mention(2, "U2", "คำถามต่อ", thread_ts=ts(1)))
    _ask(web, slack, mention(3, "U1", "เรื่องอื่น"))

    assert [said.thread for said in slack.said] == [ts(1), ts(1), ts(3)]
    with database.read() as session:
        searched = list(session.scalars(select(AnswerRow.query).order_by(AnswerRow.turn_id)))
    assert searched == ["คำถามแรก", "คำถามแรก คำถามต่อ", "เรื่องอื่น"]


def test_an_edited_question_is_answered_anew_in_the_place_of_the_first_answer(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, direct(1, "U1", "คำถามผิด"))
    before = message(1, "DU1", "U1", "คำถามผิด")
    after = before | {"text": "คำถามถูก", "edited": {"user": "U1", "ts": ts(2)}}
    change = {"type": "message", "subtype": "message_changed", "channel": "DU1", "channel_type": "im", "event_ts": ts(2)}
    slack.post(web, envelope("Ev2", change | {"message": after, "previous_message": before}))

    until = time.monotonic() + 20
    while "chat.update" not in slack.methods() and time.monotonic() < until:
        time.sleep(0.02)
    (answer,) = slack.said
    assert "ตอบ คำถามถูก" in answer.words
    assert "คำถามผิด" not in answer.words


def test_an_edit_to_mention_us_that_slack_tells_twice_is_answered_once(web: TestClient, slack: FakeSlack) -> None:
    before = message(1, "C1", "U1", "ตั้งกองใหม่อย่างไร")
    after = before | {"text": f"<@{BOT}> ตั้งกองใหม่อย่างไร", "edited": {"user": "U1", "ts": ts(2)}}
    change = {"type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "channel", "event_ts": ts(2)}
    slack.post(web, envelope("Ev2", after | {"type": "app_mention"}))
    slack.post(web, envelope("Ev3", change | {"message": after, "previous_message": before}))
    _wait(slack, 1)
    _quiet()

    assert [said.thread for said in slack.said] == [ts(1)]


def test_a_deleted_question_is_erased(web: TestClient, slack: FakeSlack, database: Database) -> None:
    _ask(web, slack, mention(1, "U1", "เรื่องที่ถามผิดที่"))
    gone = {"type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "channel", "deleted_ts": ts(1)}
    previous = message(1, "C1", "U1", f"<@{BOT}> เรื่องที่ถามผิดที่")
    slack.post(web, envelope("Ev2", gone | {"event_ts": ts(2), "previous_message": previous}))

    with database.read() as session:
        assert list(session.scalars(select(TurnRow.question))) == [""]
        assert "เรื่องที่ถามผิดที่" not in json.dumps(list(session.scalars(select(AnswerRow.text))), ensure_ascii=False)


def test_the_question_above_a_thread_is_emptied_not_deleted_and_is_erased_too(
    web: TestClient, slack: FakeSlack, database: Database
) -> None:
    _ask(web, slack, direct(1, "U1", "เรื่องส่วนตัว"))
    before = message(1, "DU1", "U1", "เรื่องส่วนตัว")
    emptied = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": ts(1)}
    change = {"type": "message", "subtype": "message_changed", "channel": "DU1", "channel_type": "im", "event_ts": ts(2)}
    slack.post(web, envelope("Ev2", change | {"message": emptied, "previous_message": before}))
    _quiet()

    assert len(slack.said) == 1
    with database.read() as session:
        assert list(session.scalars(select(TurnRow.question))) == [""]


@pytest.mark.parametrize(
    "event",
    [
        message(1, "DU1", "U1", "ถาม") | {"channel_type": "im", "bot_id": "B9"},
        message(1, "DU1", "U1", "ถาม") | {"channel_type": "im", "subtype": "bot_message"},
        message(1, "DU1", BOT, "ตอบแล้ว") | {"channel_type": "im"},
        message(1, "C1", "U1", "คุยกันเอง") | {"channel_type": "channel"},
        message(1, "C1", "U9", f"<@{BOT}> ถาม") | {"type": "app_mention", "bot_id": "B9"},
        message(1, "DU1", "U1", "") | {"channel_type": "im", "subtype": "channel_topic"},
        {"type": "reaction_added", "user": "U1", "item": {"channel": "C1"}},
        {"type": "an event of tomorrow", "channel": ["?"]},
        {},
    ],
)
def test_what_does_not_concern_us_is_taken_and_answered_by_nobody(
    web: TestClient, slack: FakeSlack, database: Database, event: dict[str, Any]
) -> None:
    assert slack.post(web, envelope("Ev1", event)).status_code == 200
    with database.read() as session:
        assert list(session.scalars(select(EventRow))) == []
    assert slack.said == []


def test_a_new_address_is_answered_with_its_challenge(web: TestClient, slack: FakeSlack) -> None:
    said = slack.post(web, json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "old"}).encode())
    assert (said.status_code, said.text) == (200, "3eZbrw1aB")


def test_a_forged_old_or_senseless_request_is_refused(web: TestClient, slack: FakeSlack) -> None:
    body = direct(1, "U1", "ถาม")
    now = time.time()
    for headers in (
        {},
        signed(body, secret="another"),
        signed(body, now - 301),
        signed(body, now + 600),  # far enough ahead of us that it still is when a busy machine comes to it
        signed(body) | {"x-slack-request-timestamp": "yesterday"},
        signed(body) | {"x-slack-request-timestamp": "١٢٣"},
        signed(body) | {"x-slack-request-timestamp": ""},
        signed(body + b" "),
    ):
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        assert web.post("/webhooks/slack", content=body, headers=encoded).status_code == 401
    assert slack.said == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"payload=%7B", b"payload=[]", b"a=b", b"\xff\xfe", b'{"type": 7}'])
def test_a_signed_body_that_is_none_of_slacks_is_unreadable(web: TestClient, slack: FakeSlack, body: bytes) -> None:
    assert slack.post(web, body).status_code == 400


def test_full_text_opens_in_a_modal_while_the_trigger_lives_and_in_the_thread_after_that(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, mention(1, "U1", "ถาม"))
    answer = slack.said[0]
    full = answer.button(wording.FULL_SECTION)
    assert slack.post(web, pressed(answer, "U2", full["value"], slack.trigger(), full["block_id"])).text == ""
    until = time.monotonic() + 20
    while not slack.views and time.monotonic() < until:
        time.sleep(0.02)
    assert "ข้อ 5 ใช้อัตรา 60" in json.dumps(slack.views, ensure_ascii=False)
    assert len(slack.said) == 1

    dead = slack.trigger()
    slack.triggers[dead] -= 5
    slack.post(web, pressed(answer, "U2", full["value"], dead, full["block_id"]))
    _wait(slack, 2)
    assert (slack.said[1].thread, slack.said[1].seen_by) == (ts(1), "U2")
    assert "ข้อ 5 ใช้อัตรา 60" in slack.said[1].words


def test_a_verdict_and_the_wish_for_a_person_are_noted_and_only_who_pressed_is_told(
    web: TestClient, slack: FakeSlack, database: Database
) -> None:
    _ask(web, slack, mention(1, "U1", "ถาม"))
    answer = slack.said[0]
    thumbs = next(one for one in answer.buttons() if one["type"] == "feedback_buttons")
    slack.post(web, pressed(answer, "U2", thumbs["negative_button"]["value"], "dead", thumbs["block_id"]))
    _wait(slack, 2)
    noted = slack.said[1]
    assert (noted.thread, noted.seen_by) == (ts(1), "U2")
    person = noted.button(wording.PERSON)
    slack.post(web, pressed(noted, "U2", person["value"], slack.trigger(), person["block_id"]))
    _wait(slack, 3)

    assert wording.NOTED_PERSON[:30] in slack.said[2].words
    with database.read() as session:
        row = session.scalars(select(AnswerRow)).one()
        assert (row.feedback, row.person_asked_at is not None) == ("wrong", True)


def test_a_pressed_follow_up_is_answered_for_all_with_the_question_above(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, mention(1, "U1", "ถาม"))
    follow_up = slack.said[0].button("ถามต่อ")
    slack.post(web, pressed(slack.said[0], "U1", follow_up["value"], slack.trigger(), follow_up["block_id"]))
    _wait(slack, 2)

    assert (slack.said[1].thread, slack.said[1].seen_by) == (ts(1), "")
    assert slack.said[1].body["blocks"][0]["elements"][0]["text"] == "คำถาม: ถามต่อ"
    assert "ตอบ ถามต่อ" in slack.said[1].words


def test_the_command_is_answered_to_who_gave_it_and_shows_nothing_at_once(web: TestClient, slack: FakeSlack) -> None:
    said = slack.post(web, command(slack, "U1", "ตั้งกองใหม่อย่างไร"))
    assert (said.status_code, said.text) == (200, "")
    _wait(slack, 1)

    assert (slack.said[0].channel, slack.said[0].seen_by) == ("C1", "U1")
    assert "ตอบ ตั้งกองใหม่อย่างไร" in slack.said[0].words
    assert "คำถาม: ตั้งกองใหม่อย่างไร" in slack.said[0].words


def test_a_command_without_a_response_address_reaches_its_asker_all_the_same(web: TestClient, slack: FakeSlack) -> None:
    slack.post(web, command(slack, "U1", "ถาม", url=""))
    _wait(slack, 1)
    assert slack.said[0].seen_by == "U1"

    slack.answers = [(200, {"ok": False, "error": "not_in_channel"}, {})]
    slack.post(web, command(slack, "U1", "ถามอีก", channel="C-without-us", url=""))
    _wait(slack, 2)
    assert (slack.said[1].channel, slack.said[1].seen_by) == ("U1", "")


def test_an_empty_command_explains_itself(web: TestClient, slack: FakeSlack) -> None:
    slack.post(web, command(slack, "U1", "  "))
    _wait(slack, 1)
    assert "ถามได้เรื่อง" in slack.said[0].words


def test_who_opens_the_messages_is_greeted_once_with_prompts(web: TestClient, slack: FakeSlack) -> None:
    opened = {"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "messages", "event_ts": ts(1)}
    slack.post(web, envelope("Ev1", opened))
    slack.post(web, envelope("Ev2", opened | {"event_ts": ts(2)}))
    _wait(slack, 1)
    _quiet()

    assert len(slack.said) == 1
    assert "การใช้ข้อมูล" in slack.said[0].words
    (prompts,) = [asked for method, asked in slack.calls if method == "assistant.threads.setSuggestedPrompts"]
    assert prompts["prompts"][0]["message"] == "ตัวอย่าง "
    assert "thread_ts" not in prompts


def test_slack_asking_for_patience_is_given_it(web: TestClient, slack: FakeSlack) -> None:
    busy = (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "2"})
    slack.answers = [(200, {"ok": True}, {}), busy]  # the status, then the answer
    began = time.monotonic()
    _ask(web, slack, direct(1, "U1", "ถาม"))
    assert time.monotonic() - began >= 2


def test_files_are_answered_with_what_can_be_read(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, direct(1, "U1", "", subtype="file_share", files=[{"id": "F1", "mimetype": "image/png"}]))
    assert wording.ATTACHMENTS["image"] in slack.said[0].words


def test_the_clinic_introduces_itself_in_a_channel_it_is_invited_to(web: TestClient, slack: FakeSlack) -> None:
    joined = {"type": "member_joined_channel", "user": BOT, "channel": "C7", "channel_type": "C", "event_ts": ts(1)}
    _ask(web, slack, envelope("Ev1", joined))
    assert (slack.said[0].channel, slack.said[0].thread) == ("C7", "")
    slack.post(web, envelope("Ev2", joined | {"user": "U5"}))
    _quiet()
    assert len(slack.said) == 1


def test_an_answer_that_one_saw_is_shown_to_everyone_on_request(web: TestClient, slack: FakeSlack) -> None:
    slack.post(web, command(slack, "U1", "ตั้งกองใหม่อย่างไร"))
    _wait(slack, 1)
    share = slack.said[0].button("แสดงให้ทุกคนเห็น")
    url = f"{slack.url}/respond/C1/U1"
    slack.post(web, pressed(slack.said[0], "U1", share["value"], slack.trigger(), share["block_id"], url))
    _wait(slack, 2)

    shown = slack.said[1]
    assert (shown.channel, shown.seen_by) == ("C1", "")
    assert "คำถาม: ตั้งกองใหม่อย่างไร" in shown.words
    assert "ตอบ ตั้งกองใหม่อย่างไร" in shown.words
    assert "ข้อ 5" in shown.words
    assert {one.get("url") for one in shown.buttons()} == {"https://example.org/rule"}


def test_a_direct_message_offers_nothing_to_share(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, direct(1, "U1", "ถาม"))
    slack.post(web, command(slack, "U1", "ถามอีก", channel="DU1"))
    _wait(slack, 2)
    assert "แสดงให้ทุกคนเห็น" not in slack.said[0].words + slack.said[1].words


def test_the_home_tab_shows_what_can_be_asked_and_ones_own_questions_and_asks_them_again(web: TestClient, slack: FakeSlack) -> None:
    _ask(web, slack, mention(1, "U1", "คำถามของฉัน"))
    _ask(web, slack, mention(2, "U2", "คำถามของเพื่อน"))
    opened = {"type": "app_home_opened", "user": "U1", "channel": "DU1", "tab": "home", "event_ts": ts(3)}
    slack.post(web, envelope("Ev3", opened))
    until = time.monotonic() + 20
    while "U1" not in slack.homes and time.monotonic() < until:
        time.sleep(0.02)
    home = slack.homes["U1"]
    words = json.dumps(home, ensure_ascii=False)
    assert "คำถามของฉัน" in words
    assert "การใช้ข้อมูล" in words
    assert "คลินิกเก็บคำถาม 1 ข้อ" in words
    assert wording.ERASE_DATA in words
    assert "คำถามของเพื่อน" not in words

    again = next(
        one for block in home["blocks"] if block["type"] == "actions" for one in block["elements"] if one["value"] == "say:คำถามของฉัน"
    )
    action = {"type": "button", "action_id": "press:0", "value": again["value"], "action_ts": ts(4)}
    view = {"id": "V1", "type": "home", "private_metadata": home["private_metadata"]}
    payload = {"type": "block_actions", "user": {"id": "U1"}, "view": view, "actions": [action], "trigger_id": slack.trigger()}
    slack.post(web, urlencode({"payload": json.dumps(payload)}).encode())
    _wait(slack, 3)
    assert (slack.said[2].channel, slack.said[2].thread) == ("DU1", "")
    assert "คำถาม: คำถามของฉัน" in slack.said[2].words


def test_who_says_that_an_answer_is_wrong_is_asked_why_in_a_form(web: TestClient, slack: FakeSlack, database: Database) -> None:
    _ask(web, slack, mention(1, "U1", "ถาม"))
    thumbs = next(one for one in slack.said[0].buttons() if one["type"] == "feedback_buttons")
    slack.post(web, pressed(slack.said[0], "U2", thumbs["negative_button"]["value"], slack.trigger(), thumbs["block_id"]))
    until = time.monotonic() + 20
    while not slack.views and time.monotonic() < until:
        time.sleep(0.02)
    (form,) = slack.views
    reason = form["blocks"][1]["element"]["options"][1]
    state = {"reason": {"reason": {"selected_option": reason}}, "words": {"words": {"value": "ไม่มีเรื่อง|กำหนดส่ง"}}}
    view = {"id": "V1", "state": {"values": state}} | {name: form[name] for name in ("callback_id", "private_metadata")}
    payload = {"type": "view_submission", "user": {"id": "U2"}, "view": view}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert [slack.post(web, body).text for _ in range(2)] == ["", ""]
    _wait(slack, 2)

    assert (slack.said[1].thread, slack.said[1].seen_by) == (ts(1), "U2")
    assert wording.NOTED_WHY in slack.said[1].words
    with database.read() as session:
        assert session.scalars(select(TurnRow.trace)).one()["disliked_because"] == "ตอบไม่ครบ: ไม่มีเรื่อง/กำหนดส่ง"
        assert session.scalars(select(AnswerRow.feedback)).one() == "wrong"
        assert "กำหนดส่ง" not in "".join(session.scalars(select(EventRow.text)))
