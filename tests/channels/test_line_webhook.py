"""What LINE tells us: signatures, and every kind of event, also odd ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import Event
from app.errors import BadRequest, BadSignature
from tests.channels.fake_line import channel

VECTOR = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="  # LINE's own example
SOMCHAI = {"type": "user", "userId": "U" + "a" * 32}
OFFICE = {"type": "group", "groupId": "C" + "b" * 32, "userId": "U" + "a" * 32}


def told(*events: Any) -> list[Event]:
    return channel().parse(json.dumps({"destination": "U1", "events": events}).encode())


def event(kind: str = "message", **fields: Any) -> dict[str, Any]:
    common = {
        "type": kind,
        "mode": "active",
        "timestamp": 1764000000123,
        "source": SOMCHAI,
        "webhookEventId": "01EVENT",
        "replyToken": "token",
    }
    return common | fields


def text(words: str, **fields: Any) -> dict[str, Any]:
    return {"type": "text", "id": "m1", "text": words, "quoteToken": "q", **fields}


def mention(index: int, length: int, **fields: Any) -> dict[str, Any]:
    return {"mentionees": [{"index": index, "length": length, "type": "user", "isSelf": True, **fields}]}


def test_lines_own_example_of_a_signature_is_taken() -> None:
    channel().verify(VECTOR, {"x-line-signature": SIGNATURE})


@pytest.mark.parametrize(
    "headers", [{}, {"x-line-signature": ""}, {"x-line-signature": SIGNATURE[:-2] + "t="}, {"x-line-signature": "ลายเซ็น"}]
)
def test_a_missing_or_wrong_signature_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        channel().verify(VECTOR, headers)


def test_one_changed_byte_breaks_the_signature() -> None:
    with pytest.raises(BadSignature):
        channel().verify(VECTOR + b"\n", {"x-line-signature": SIGNATURE})


def test_without_a_channel_secret_nothing_is_genuine() -> None:
    signed_with_nothing = "o8/Rd5eLTyBNDCJyRZQdnfQjwAKl0vzv7p+gVS8TWUM="
    with pytest.raises(BadSignature):
        channel(secret="").verify(VECTOR, {"x-line-signature": signed_with_nothing})


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"events"', b"{}", b'{"events": {}}', b"\xff\xfe\x00", b"[" * 100_000])
def test_a_body_that_is_not_lines_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(BadRequest):
        channel().parse(body)


def test_the_verify_button_sends_no_events() -> None:
    assert channel().parse(VECTOR) == []


def test_a_question_is_read_with_all_that_answering_needs() -> None:
    assert told(event(message=text("ตั้งกองใหม่อย่างไร"))) == [
        Event(
            channel="line",
            event_id="01EVENT",
            conversation="user:U" + "a" * 32,
            kind="text",
            at=datetime(2025, 11, 24, 16, 0, 0, 123000, UTC),
            sender="U" + "a" * 32,
            text="ตั้งกองใหม่อย่างไร",
            message_id="m1",
            reply_token="token",
        )
    ]


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        (event("follow", follow={"isUnblocked": False}), "follow", ""),
        (event("unfollow", replyToken=None), "unfollow", ""),
        (event("join", source=OFFICE), "join", ""),
        (event("leave", source=OFFICE), "leave", ""),
        (event("postback", postback={"data": "1|right|abc|"}), "postback", "1|right|abc|"),
        (event("postback", postback={"data": "1|right|abc|"}, source=OFFICE), "postback", "1|right|abc|"),
        (event("postback"), "postback", ""),
        (event("messageEdited", message=text("แก้แล้ว")), "edited", "แก้แล้ว"),
        (event(message={"type": "sticker", "id": "m1"}), "attachment", "sticker"),
        (event(message={"type": "image", "id": "m1"}), "attachment", "image"),
        (event(message={"type": "hologram", "id": "m1"}), "attachment", "hologram"),
        (event(message=None), "attachment", ""),
        (event(message=text("สวัสดี"), mode="a new mode", surprise={"x": [1]}), "text", "สวัสดี"),
    ],
)
def test_each_kind_of_event_is_understood(raw: dict[str, Any], kind: str, words: str) -> None:
    (heard,) = told(raw)
    assert (heard.kind, heard.text) == (kind, words)


def test_an_unsent_message_is_named() -> None:
    (heard,) = told(event("unsend", unsend={"messageId": "m7"}))
    assert (heard.kind, heard.message_id) == ("unsend", "m7")


@pytest.mark.parametrize(
    "raw",
    [
        event("memberJoined"),
        event("videoPlayComplete"),
        event("a kind of tomorrow"),
        event(None),  # type: ignore[arg-type]
        event(message=text("สวัสดี"), mode="standby"),
        event("unfollow", source=None, replyToken=None),
        "not an object",
        None,
        [],
    ],
)
def test_what_does_not_concern_us_is_left_out_and_costs_the_batch_nothing(raw: Any) -> None:
    assert [heard.event_id for heard in told(raw, event(message=text("ก"), webhookEventId="01GOOD"))] == ["01GOOD"]


def test_one_webhook_carries_several_people() -> None:
    other = {"type": "user", "userId": "U" + "c" * 32}
    heard = told(event(message=text("หนึ่ง"), webhookEventId="1"), event(message=text("สอง"), webhookEventId="2", source=other))
    assert [(one.conversation[-1], one.text) for one in heard] == [("a", "หนึ่ง"), ("c", "สอง")]


def test_an_event_without_an_id_gets_the_same_one_when_it_is_redelivered() -> None:
    raw = event(message=text("ก"), webhookEventId=None, deliveryContext={"isRedelivery": False})
    again = raw | {"deliveryContext": {"isRedelivery": True}}
    other = raw | {"message": text("ข")}
    first, second, third = told(raw, again, other)
    assert first.event_id == second.event_id != third.event_id


def test_somebody_line_does_not_name_is_answered_by_the_reply_token() -> None:
    (heard,) = told(event(message=text("ก"), source={"type": "user"}))
    assert (heard.conversation, heard.sender) == ("reply:01EVENT", None)


@pytest.mark.parametrize("when", [None, "yesterday", True, -1, 1e300, 10**400, [], 253402300799000])
def test_a_senseless_timestamp_becomes_now(when: Any) -> None:
    before = datetime.now(UTC)
    (heard,) = told(event(message=text("ก"), timestamp=when))
    assert before <= heard.at <= datetime.now(UTC)


def test_a_group_is_not_listened_to() -> None:
    assert told(event(message=text("ประชุมบ่ายสอง"), source=OFFICE), event(message={"type": "sticker"}, source=OFFICE)) == []


def test_in_a_group_somebody_elses_mention_and_everybodys_are_not_ours() -> None:
    theirs = mention(0, 8, isSelf=False)
    everybody = {"mentionees": [{"index": 0, "length": 4, "type": "all"}]}
    assert (
        told(
            event(message=text("@สมหญิง ว่าไง", mention=theirs), source=OFFICE), event(message=text("@All", mention=everybody), source=OFFICE)
        )
        == []
    )


def test_our_mention_is_cut_out_where_line_counts_it() -> None:
    """The position is in UTF-16 units: the emoji before the mention counts two."""
    words = "😀👍🏽 @คลินิก ก.พ.ร. ตั้งกองใหม่อย่างไร"
    start = len("😀👍🏽 ".encode("utf-16-le")) // 2
    raw = event(message=text(words, mention=mention(start, len("@คลินิก ก.พ.ร."))), source=OFFICE)
    (heard,) = told(raw)
    assert heard.text == "😀👍🏽   ตั้งกองใหม่อย่างไร"
    assert heard.conversation == "group:C" + "b" * 32


def test_a_room_is_treated_as_a_group() -> None:
    (heard,) = told(event(message=text("@คลินิก ถาม", mention=mention(0, 7)), source={"type": "room", "roomId": "Rrr"}))
    assert (heard.conversation, heard.text) == ("room:Rrr", "ถาม")


def test_an_edit_that_mentions_us_is_heard_in_a_group_and_another_is_not() -> None:
    ours = event("messageEdited", message=text("@คลินิก ใหม่", mention=mention(0, 7)), source=OFFICE)
    assert [heard.text for heard in told(ours, event("messageEdited", message=text("เรื่องอื่น"), source=OFFICE))] == ["ใหม่"]


@pytest.mark.parametrize(("index", "length"), [(None, None), (-1, 3), (500, 9), (0, 10**30), ("0", "1"), (True, True)])
def test_a_mention_at_an_impossible_place_is_still_a_mention(index: Any, length: Any) -> None:
    (heard,) = told(event(message=text("ถาม", mention=mention(index, length)), source=OFFICE))
    assert heard.kind == "text"


def test_lines_own_emoji_are_not_words() -> None:
    (heard,) = told(event(message=text("สวัสดี(love)", emojis=[{"index": 6, "length": 6, "productId": "p", "emojiId": "1"}])))
    assert heard.text == "สวัสดี"


def test_what_no_database_can_store_is_cleaned_away() -> None:
    (heard,) = told(event(message=text("ก\ud83dข\x00ค\r\nง\ud83d\ude00"), replyToken="t\x00"))
    assert heard.text == "กขค\nง😀"
    assert heard.reply_token == "t"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*event(), "message", "text", "id", "userId", "mention"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*event(), "message", "postback", "unsend"]), JSON),
    st.sampled_from(["message", "postback", "unsend", "follow"]),
)
def test_whatever_an_event_holds_what_is_read_of_it_can_be_stored(fields: dict[str, Any], kind: str) -> None:
    for heard in told(event(kind) | fields):
        for value, most in ((heard.event_id, 200), (heard.conversation, 200), (heard.sender or "", 200), (heard.reply_token or "", 400)):
            assert len(value) <= most
            assert "\x00" not in value.encode().decode()
        assert "\x00" not in heard.text.encode().decode()
