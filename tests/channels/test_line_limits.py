"""Whatever the clinic says, LINE takes it: messages made from generated answers, checked against LINE's documented limits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linebot.v3.messaging import PushMessageRequest

from app.actions import decode
from app.answering import wording
from app.channels._line_limits import check_messages
from app.channels._text import clean, graphemes, shorten, split, units
from app.domain import Answer, Button, Citation, Reply
from tests.channels.fake_line import channel

SCORE = Citation(
    document="evaluation-2568",
    section="ระดับคะแนน",
    title="กรอบการประเมินส่วนราชการ ปีงบประมาณ 2568",
    quote="คะแนน 60.00–89.99 อยู่ในระดับดี",
    text="คะแนน 60.00–89.99 อยู่ในระดับดี\n- 90.00 ขึ้นไป: ดีมาก",
    page=4,
    kind="summary",
    source="หนังสือสำนักงาน ก.พ.ร. ที่ นร 1200/ว 12",
    url="https://www.opdc.go.th/กรอบ 2568.pdf",
    in_force_from=date(2024, 10, 1),
)
GOOD = Answer("answered", "คะแนน 82 อยู่ในระดับดี", "คะแนน 82 อยู่ในระดับดี", citations=(SCORE,), topic="evaluation")

pieces = st.sampled_from(
    ["ก", "กำ", "น้ำ", " ", "\n", "- ", "• ", "a", "😀", "👨‍👩‍👧‍👦", "é", "\u0e48", "\ud83d", "\x00", "{", " · ", ": ", '"', "|"]
)
short = st.lists(pieces, max_size=12).map("".join)
texts = st.one_of(
    short,
    st.builds(lambda words, times: words * times, short, st.sampled_from([1, 30, 400])),
    st.just("ก" * 9000),
    st.just("\u0e48" * 6000),
)
days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
urls = st.sampled_from(
    [
        "",
        "https://www.opdc.go.th/ไฟล์ 1.pdf",
        "https://ก.ไทย/",
        "ftp://x/",
        "javascript:alert(1)",
        "https://" + "a" * 2000,
        "https:///x",
        "http://\ud800",
    ]
)
citations = st.builds(
    Citation,
    texts,
    texts,
    texts,
    texts,
    texts,
    texts,
    st.none() | st.integers(0, 9999),
    st.sampled_from(["summary", "act"]),
    texts,
    urls,
    days,
    days,
)
buttons = st.lists(
    st.one_of(
        st.builds(Button, texts, st.sampled_from(["1|right|abc|", "x" * 301])),
        st.builds(Button, texts, st.just(""), texts),
        st.builds(Button, texts, url=urls),
    ),
    max_size=16,
).map(tuple)
answers = st.builds(
    Answer,
    st.sampled_from(["answered", "clarify", "not_found", "refused"]),
    texts,
    texts,
    st.lists(texts, max_size=8).map(tuple),
    st.lists(citations, max_size=14).map(tuple),
    topic=st.sampled_from(["", "pmqa", "unknown"]),
)
replies = st.lists(
    st.builds(Reply, texts, st.none() | answers, st.sampled_from(["", "aB3-_x"]), st.none() | citations, buttons), max_size=7
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(replies)
def test_line_would_refuse_nothing_of_what_is_shaped(said: list[Reply]) -> None:
    messages = channel().shape(said)
    assert check_messages(messages) == []
    assert PushMessageRequest.from_dict({"to": "U1", "messages": list(messages)}).to_dict()["messages"] == list(messages)


def test_an_answer_is_one_card_with_the_answer_first_and_its_source() -> None:
    (card,) = channel().shape([Reply(GOOD.text, GOOD, "abc")])
    seen = words(card)
    assert seen.index("คะแนน 82 อยู่ในระดับดี") < seen.index("คะแนน 60.00–89.99 อยู่ในระดับดี") < seen.index(SCORE.title)
    assert "หน้า 4 · ใช้บังคับตั้งแต่ 1 ต.ค. 2567" in seen
    assert card["altText"] == "คะแนน 82 อยู่ในระดับดี"


def test_a_summary_says_so_and_an_official_text_says_that_it_is_word_for_word() -> None:
    (summary,) = channel().shape([Reply("", GOOD, "abc")])
    (official,) = channel().shape([Reply("", replace(GOOD, citations=(replace(SCORE, kind="act"),)), "abc")])
    assert {wording.SUMMARY_OF.format(source=SCORE.source), wording.SUMMARY_NOTE} <= set(words(summary))
    assert wording.VERBATIM in words(official)
    assert wording.SUMMARY_NOTE not in words(official)


def test_a_citation_has_a_button_for_the_full_section_and_one_for_the_official_page() -> None:
    (card,) = channel().shape([Reply("", replace(GOOD, citations=(SCORE, SCORE)), "abc")])
    pressed = actions(card)
    full = [decode(action["data"]) for action in pressed if action["type"] == "postback"]
    assert [(one.verb, one.answer_id, one.argument) for one in full if one] == [("full", "abc", "0"), ("full", "abc", "1")]
    assert {action["uri"] for action in pressed if action["type"] == "uri"} == {
        "https://www.opdc.go.th/%E0%B8%81%E0%B8%A3%E0%B8%AD%E0%B8%9A%202568.pdf"
    }


def test_what_must_be_known_with_the_answer_is_on_the_card() -> None:
    (card,) = channel().shape([Reply("", replace(GOOD, notes=("คลินิกยังไม่มีเกณฑ์ของปีงบประมาณ 2570",)), "abc")])
    assert "คลินิกยังไม่มีเกณฑ์ของปีงบประมาณ 2570" in words(card)


def test_the_same_words_are_not_said_twice() -> None:
    (card,) = channel().shape([Reply("", replace(GOOD, lead=SCORE.quote), "abc")])
    assert words(card).count(SCORE.quote) == 1


def test_many_citations_are_turned_over_like_pages() -> None:
    (card,) = channel().shape([Reply("", replace(GOOD, citations=(SCORE,) * 4), "abc")])
    assert card["contents"]["type"] == "carousel"
    assert wording.CITED_NUMBER.format(number=4, total=4) in words(card)


def test_an_answer_too_long_for_a_card_can_be_read_on() -> None:
    (card,) = channel().shape([Reply("", replace(GOOD, lead="ประโยคยาว " * 400), "abc")])
    assert "1|more|abc|1" in [action.get("data") for action in actions(card)]


def test_a_section_in_full_is_shown_whole_with_its_buttons_at_the_foot() -> None:
    more = Button(wording.READ_ON, data="1|full|abc|0:2")
    (card,) = channel().shape([Reply("", None, "abc", replace(SCORE, text="วรรคหนึ่ง " * 190), (more,))])
    assert ("วรรคหนึ่ง " * 190).strip() in words(card)
    assert "1|full|abc|0:2" in [action.get("data") for action in actions(card)]
    assert "quickReply" not in card


def test_a_section_too_large_for_a_card_is_shown_whole_as_text() -> None:
    shown = channel().shape([Reply("", None, "abc", replace(SCORE, text="วรรคหนึ่ง " * 1200))])
    assert {message["type"] for message in shown} == {"text"}
    assert sum(message["text"].count("วรรคหนึ่ง") for message in shown) == 1200


def test_buttons_of_all_replies_stand_under_the_last_message() -> None:
    question = "คะแนนประเมิน 82 คะแนนอยู่ในระดับใดของปีงบประมาณ 2568"
    first = Reply("สวัสดี", buttons=(Button(question, text=question), Button(wording.PERSON, data="1|person||")))
    shown = channel().shape([first, Reply("การใช้ข้อมูล")])
    assert "quickReply" not in shown[0]
    said, person = (item["action"] for item in shown[1]["quickReply"]["items"])
    assert said == {"type": "message", "label": said["label"], "text": question}
    assert len(graphemes(said["label"])) == 20
    assert person == {"type": "postback", "label": wording.PERSON, "data": "1|person||", "displayText": wording.PERSON}


def test_silence_is_never_the_answer() -> None:
    assert channel().shape([Reply(" \n")])[0]["text"] == wording.FAILED


def test_more_text_than_one_call_carries_ends_with_a_way_to_read_on() -> None:
    shown = channel().shape([Reply("ยาว " * 9000, answer_id="abc")])
    assert len(shown) == 5
    assert shown[-1]["text"].endswith("…")
    assert shown[-1]["quickReply"]["items"][0]["action"]["data"] == "1|more|abc|1"


@settings(deadline=None)
@given(texts, st.integers(2, 60))
def test_splitting_loses_only_white_space_and_keeps_the_limit(text: str, most: int) -> None:
    parts = split(text, most)
    assert "".join("".join(parts).split()) == "".join(clean(text).split())
    assert all(units(part) <= most for part in parts)
    assert units(shorten(text, most)) <= most


def test_nothing_is_cut_inside_what_is_read_as_one_character() -> None:
    assert split("น้ำน้ำน้ำ", 7) == ["น้ำน้ำ", "น้ำ"]
    assert split("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 15) == ["👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"]


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"type": "text", "text": ""}, "empty"),
        ({"type": "text", "text": "😀" * 2501}, "5002 UTF-16 units"),
        ({"type": "text", "text": "\ud83d"}, "surrogate"),
        ({"type": "poem"}, "unknown type"),
        (
            {
                "type": "flex",
                "altText": "ก" * 1501,
                "contents": {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": []}},
            },
            "altText",
        ),
        ({"type": "flex", "altText": "ก", "contents": {"type": "bubble"}}, "empty bubble"),
        ({"type": "flex", "altText": "ก", "contents": {"type": "carousel", "contents": []}}, "0 bubbles"),
        ({"type": "text", "text": "ก", "quickReply": {"items": []}}, "0 quick replies"),
    ],
)
def test_what_line_refuses_is_named(message: dict[str, Any], fault: str) -> None:
    (found,) = check_messages([message])
    assert fault in found


@pytest.mark.parametrize(
    ("action", "fault"),
    [
        ({"type": "message", "label": "น้ำ" * 21, "text": "ก"}, "21 graphemes"),
        ({"type": "message", "label": "ก", "text": "ก" * 301}, "301 graphemes"),
        ({"type": "postback", "label": "ก", "data": "x" * 301}, "301 UTF-16 units"),
        ({"type": "uri", "label": "ก", "uri": "https://www.opdc.go.th/ก"}, "uri"),
        ({"type": "uri", "label": "ก", "uri": "ftp://x/"}, "uri"),
        ({"type": "dance", "label": "ก"}, "unknown action"),
        (None, "without an action"),
    ],
)
def test_a_button_line_refuses_is_named(action: Any, fault: str) -> None:
    (found,) = check_messages([{"type": "text", "text": "ก", "quickReply": {"items": [{"type": "action", "action": action}]}}])
    assert fault in found


def test_a_call_carries_one_to_five_messages() -> None:
    message = {"type": "text", "text": "ก"}
    assert check_messages([message] * 5) == []
    assert check_messages([message] * 6)
    assert check_messages([])


def words(message: Any) -> list[str]:
    """List the texts of a Flex message in reading order."""
    if isinstance(message, dict):
        own = [message["text"]] if message.get("type") == "text" else []
        return own + [word for value in message.values() for word in words(value)]
    return [word for value in message for word in words(value)] if isinstance(message, list) else []


def actions(message: Any) -> list[dict[str, Any]]:
    """List the actions of a message's buttons."""
    if isinstance(message, dict):
        own = [message["action"]] if "action" in message else []
        return own + [action for value in message.values() for action in actions(value)]
    return [action for value in message for action in actions(value)] if isinstance(message, list) else []


def test_the_messages_can_be_stored_as_json() -> None:
    messages = channel().shape([Reply("", GOOD, "abc")])
    assert json.loads(json.dumps(messages)) == list(messages)
