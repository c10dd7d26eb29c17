"""Whatever is said, Slack takes it: limits by construction, nothing in it calls anybody or becomes formatting."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions import encode
from app.channels._slack_case import case_view, news_message, notice_message, told_view
from app.channels._slack_limits import MESSAGE_BLOCKS, MESSAGE_TEXT, check_message, check_view
from app.channels._slack_shape import shape
from app.channels._slack_way import LONGEST, Way, address, name_blocks, named, pack, unpack
from app.channels._slack_words import JOINER, escape, read
from app.channels.base import Case, Notice, Step
from app.domain import Answer, Button, Citation, Reply

TEXT = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    ["&" * 5000, "ก" * 9000, "<!channel>", "*_~`" * 900, "😀" * 4000]
)
CITATIONS = st.builds(
    Citation,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    page=st.none() | st.integers(1, 900),
    kind=st.sampled_from(["act", "summary"]),
    source=TEXT,
    url=TEXT | st.just("https://www.opdc.go.th/ระเบียบ"),
    in_force_from=st.none() | st.just(date(2024, 10, 1)),
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from(["answered", "not_found"]),
    TEXT,
    TEXT,
    st.lists(TEXT, max_size=6).map(tuple),
    st.lists(CITATIONS, max_size=9).map(tuple),
)
BUTTONS = st.lists(
    st.builds(
        Button,
        TEXT,
        data=st.sampled_from(["", encode("right", "a"), encode("wrong", "a"), encode("why", "a", "ตอบไม่ครบ")]),
        text=TEXT,
        url=TEXT,
    ),
    max_size=9,
).map(tuple)
REPLIES = st.builds(Reply, TEXT, st.none() | ANSWERS, st.sampled_from(["", "abc"]), st.none() | CITATIONS, BUTTONS, TEXT)


@settings(max_examples=60, deadline=None)
@given(st.lists(REPLIES, max_size=4))
def test_slack_refuses_nothing_that_we_shape(said: list[Reply]) -> None:
    (message,) = shape(said)
    assert check_message(message) == []
    assert check_view(message.get("view", {"type": "home"})) == []
    assert json.dumps(message, ensure_ascii=False).encode()


def test_half_a_character_in_a_question_or_a_suggestion_does_not_stop_its_message() -> None:
    (message,) = shape([Reply("ได้", question="ถาม\ud800", buttons=(Button("ถามต่อ", text="ถาม\ud800ต่อ"), Button("ว่าง", text="\ud800")))])
    assert message["question"] == "ถาม"
    assert message["prompts"] == [{"title": "ถามต่อ", "message": "ถามต่อ"}]


@settings(max_examples=40, deadline=None)
@given(TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=20), st.sampled_from([(), ("take", "close"), ("answer", "say", "close")]))
def test_slack_refuses_nothing_that_the_staff_is_shown(text: str, said: list[tuple[str, str]], steps: tuple[Step, ...]) -> None:
    case = Case(10**18, (text,) * 5, tuple(said), steps, text)
    notice = Notice("n", False, "", text or "ก", (text,) * 4, escalation=1, can_take=True, url="https://a.example/" + text)
    assert check_view(case_view(case)) == []
    assert check_view(told_view(case.number, text)) == []
    assert check_message(notice_message(notice)) == []
    assert check_message(news_message("ก" + text)) == []


def test_the_longest_conversation_fits_a_modal() -> None:
    said = (("ผู้ถาม", "&" * 9000),) * 20
    assert check_view(case_view(Case(1, ("ก",), said, ("answer", "say", "close"), "ก" * 900))) == []


def test_the_largest_answer_keeps_within_the_message() -> None:
    cited = Citation(
        "d", "ข้อ " * 200, "ระเบียบ " * 100, "&" * 4000, "x", page=1, kind="summary", source="ก" * 900, url="https://a.example/" + "b" * 900
    )
    answer = Answer("answered", "&" * 9000, lead="&" * 9000, notes=("&" * 900,) * 9, citations=(cited,) * 12)
    buttons = tuple(Button("ก" * 400, text="ข" * 300) for _ in range(20))
    (message,) = shape([Reply("x", answer, "abc", buttons=buttons)])
    assert check_message(message) == []
    assert 20 < len(message["blocks"]) <= MESSAGE_BLOCKS - 2
    assert len(json.dumps(message["blocks"], ensure_ascii=False)) > MESSAGE_TEXT // 2


def test_words_of_a_rule_call_nobody_and_stay_as_they_read() -> None:
    text = "<!channel> <@U1> ส่ง *ภายใน* 30 วัน _ไม่_ `เกิน` ~นี้~ & <b>"
    (message,) = shape([Reply(text)])
    told = message["blocks"][0]["text"]["text"]
    assert told.replace(JOINER, "") == "&lt;!channel&gt; &lt;@U1&gt; ส่ง *ภายใน* 30 วัน _ไม่_ `เกิน` ~นี้~ &amp; &lt;b&gt;"
    assert re.search(f"(?<!{JOINER})[*_`~]|[*_`~](?!{JOINER})", told) is None
    assert "<" not in message["text"]
    assert read(escape(text)).replace(JOINER, "") == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<@U0CLINIC> ตั้งกองใหม่ &lt; 3 กอง &amp; อื่น", "ตั้งกองใหม่ < 3 กอง & อื่น"),
        ("<https://www.opdc.go.th|opdc.go.th> ว่าอย่างไร", "opdc.go.th ว่าอย่างไร"),
        ("<https://www.opdc.go.th/a?b=1&amp;c=2>", "https://www.opdc.go.th/a?b=1&c=2"),
        ("<#C1|general> <!here> <!subteam^S1|@team> ถาม", "#general     ถาม"),
        ("&amp;lt;", "&lt;"),
        ("a < b และ <ไม่ปิด", "a < b และ <ไม่ปิด"),
    ],
)
def test_what_people_write_is_read_as_they_meant_it(written: str, meant: str) -> None:
    assert read(written) == meant


def test_an_answer_shows_the_rule_behind_a_bar_with_its_place_and_its_buttons() -> None:
    cited = Citation(
        "d", "ข้อ 2", "แนวทาง 2568", "คะแนน 60 ถึง 89.99 อยู่ในระดับดี", "ทั้งข้อ", page=3, url="https://a.go.th/1", in_force_from=date(2024, 10, 1)
    )
    answer = Answer("answered", "ดี", lead="อยู่ในระดับดี", notes=("ควรตรวจกับประกาศล่าสุด",), citations=(cited,), topic="evaluation")
    judged = (
        Button("ตรงคำถาม", encode("right", "abc")),
        Button("ไม่ตรง", encode("wrong", "abc")),
        Button("ถามเจ้าหน้าที่", encode("person", "abc")),
    )
    (message,) = shape([Reply("ดี", answer, "abc", buttons=judged)])
    blocks: list[dict[str, Any]] = message["blocks"]

    assert message["text"] == "อยู่ในระดับดี"
    assert [block["type"] for block in blocks] == [
        *("context", "section", "section"),
        *("context", "section", "context", "actions"),
        *("divider", "context_actions", "actions"),
    ]
    assert blocks[1]["text"]["text"] == "> *อยู่ในระดับดี*"
    assert blocks[4]["text"]["text"] == "> คะแนน 60 ถึง 89.99 อยู่ในระดับดี"
    assert [element["text"] for element in blocks[5]["elements"]] == ["ที่มา: แนวทาง 2568 · ข้อ 2", "หน้า 3", "ใช้บังคับตั้งแต่ 1 ต.ค. 2567"]
    assert [element.get("url", element.get("value")) for element in blocks[6]["elements"]] == [
        encode("full", "abc", "0"),
        "https://a.go.th/1",
    ]
    assert blocks[8]["elements"][0]["negative_button"]["value"] == encode("wrong", "abc")
    assert [element["value"] for element in blocks[9]["elements"]] == [encode("person", "abc")]


@given(st.builds(Way, *[st.text(max_size=300)] * 6))
def test_a_way_fits_a_token_and_comes_back(way: Way) -> None:
    token = pack(way)
    assert token is None or len(token) <= LONGEST
    assert unpack(token) == unpack(pack(unpack(token)))


@pytest.mark.parametrize("token", [None, "", "{", "[]", "null", '{"thread": 7, "news": "x"}'])
def test_a_token_that_is_none_of_ours_leads_nowhere_in_particular(token: str | None) -> None:
    assert unpack(token) == Way()


def test_a_block_names_its_conversation() -> None:
    pressed, plain = name_blocks("thread:C1:1.2", [{"type": "actions"}, {"type": "section"}])
    assert (named(pressed["block_id"]), plain) == ("thread:C1:1.2", {"type": "section"})
    assert address("thread:C1:1.2") == ("thread", "C1", "1.2")
    assert named("abc") == ""
