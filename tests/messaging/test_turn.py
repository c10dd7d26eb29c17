"""What people do in a chat, and what is said to them."""

from __future__ import annotations

import pytest

from app.actions import encode
from app.answering import wording
from app.answering.personal import CLASSIFIED
from app.domain import Answer, Citation
from app.messaging.replies import PART
from app.store.tables import AnswerRow, DeliveryRow, EventRow, TurnRow
from tests.fakes import CITED, Desk


def _ask(desk: Desk, text: str = "ถาม", who: str = "สมชาย") -> None:
    desk.hear(text, who)
    desk.work()


def test_an_answer_can_be_judged_passed_on_and_followed_up(desk: Desk) -> None:
    _ask(desk)

    assert [label for label, _ in desk.post.last["buttons"]] == [wording.RIGHT, wording.WRONG, wording.PERSON, "ถามต่อ"]
    assert desk.post.working == ["e1"]


def test_an_answer_that_was_not_found_offers_a_person_and_is_marked(desk: Desk) -> None:
    desk.oracle.outcomes["ถาม"] = "not_found"
    _ask(desk)

    assert wording.PERSON in dict(desk.post.last["buttons"])
    assert desk.rows(TurnRow)[0].attention == "not_found"


def test_judging_is_recorded_once_and_can_be_changed(desk: Desk) -> None:
    _ask(desk)
    right, wrong = desk.post.button(wording.RIGHT), desk.post.button(wording.WRONG)
    desk.press(wrong)
    desk.work()
    assert desk.post.said[-1] == wording.NOTED_WRONG
    assert desk.rows(AnswerRow)[0].feedback == "wrong"
    assert desk.rows(TurnRow)[0].attention == "disliked"
    offered = desk.post.button(wording.PERSON)

    desk.press(right)
    desk.press(right)
    desk.work()
    assert desk.post.said[-1] == wording.NOTED_RIGHT
    assert desk.rows(AnswerRow)[0].feedback == "right"
    assert desk.rows(TurnRow)[0].attention == ""

    desk.press(offered)
    desk.work()
    assert desk.rows(TurnRow)[0].attention == "person"


def test_what_was_not_right_is_noted_beside_the_answer_and_nowhere_else(desk: Desk) -> None:
    _ask(desk)
    desk.press(desk.post.button(wording.WRONG))
    desk.work()
    desk.press(desk.post.button(wording.REASONS[0]))
    desk.work()

    assert desk.post.said[-1] == wording.NOTED_WHY
    assert desk.rows(TurnRow)[0].trace["disliked_because"] == wording.REASONS[0]
    assert desk.rows(AnswerRow)[0].feedback == "wrong"
    assert wording.REASONS[0] not in "".join(event.text for event in desk.rows(EventRow))


def test_an_edited_question_names_the_answer_that_it_replaces(desk: Desk) -> None:
    desk.hear("ถามผิด", message_id="m7")
    desk.work()
    desk.hear("ถามถูก", kind="edited", message_id="m7")
    desk.hear("อื่น")
    desk.work()

    assert desk.post.replaced == [(), ("message-1",), ()]


def test_ones_own_questions_are_offered_again_and_nobody_elses(desk: Desk) -> None:
    _ask(desk, "ของฉัน")
    _ask(desk, "ของเพื่อน", "สมหญิง")
    desk.press(encode("menu", argument="home"))
    desk.work()

    offered = [label for message in desk.post.sent[-1][2] for label, _ in message["buttons"]]
    assert "ของฉัน" in offered
    assert "ของเพื่อน" not in offered


def test_a_shared_answer_is_said_again_with_its_question_and_only_by_who_has_it(desk: Desk) -> None:
    _ask(desk, "ถาม")
    (answer,) = desk.rows(AnswerRow)
    desk.press(encode("share", answer.id), "สมหญิง")
    desk.work()
    assert desk.post.said[-1] == wording.OLD_BUTTON
    desk.press(encode("share", answer.id))
    desk.work()
    assert desk.post.said[-1] == "ตอบ ถาม"


def test_asking_for_a_person_is_recorded_and_promises_what_the_office_hours_allow(desk: Desk) -> None:
    _ask(desk)
    desk.press(desk.post.button(wording.PERSON))
    desk.work()

    assert desk.post.said[-1] == f"{wording.NOTED_PERSON}\n\n{wording.PERSON_NOW}"
    assert desk.rows(AnswerRow)[0].person_asked_at
    assert desk.rows(TurnRow)[0].attention == "person"


def test_the_menus_person_button_means_the_question_just_asked(desk: Desk) -> None:
    desk.press(encode("person"))
    desk.work()
    assert desk.post.said[-1] == wording.ASK_FIRST

    _ask(desk)
    desk.press(encode("person"))
    desk.work()
    assert desk.rows(TurnRow)[-1].attention == "person"


def test_a_cited_section_is_shown_as_it_read_when_it_was_cited(desk: Desk) -> None:
    _ask(desk)
    answer = desk.rows(AnswerRow)[0].id
    desk.press(encode("full", answer, "0"))
    desk.work()

    assert desk.post.last["text"] == CITED.text


def test_a_long_section_is_read_part_by_part_and_nothing_is_lost(desk: Desk) -> None:
    long = "\n".join(f"ข้อ {number} " + "ก" * 90 for number in range(60))
    desk.oracle.answers["ถาม"] = Answer("answered", long, citations=(Citation("rule", "ข้อ 5", "หลักเกณฑ์", "ก", long),))
    _ask(desk)
    for verb, first in (("full", "0"), ("more", "1")):
        desk.press(encode(verb, desk.rows(AnswerRow)[0].id, first))  # type: ignore[arg-type]
        parts = []
        while True:
            desk.work()
            parts.append(desk.post.last["text"])
            if not desk.post.last["buttons"]:
                break
            desk.press(desk.post.button(wording.READ_ON))
        assert len(parts) > 2
        assert all(len(part) <= PART for part in parts)
        assert "\n".join(parts) == long


@pytest.mark.parametrize(
    "data",
    [
        "0|full|x|0",
        "nonsense",
        encode("full", "unknown", "0"),
        encode("more", "unknown", "1"),
        encode("right", "unknown"),
        encode("menu", argument="unknown"),
        encode("wait", argument="9" * 40),
    ],
)
def test_a_button_that_is_old_or_strange_is_answered_kindly(desk: Desk, data: str) -> None:
    desk.press(data)
    desk.work()

    assert desk.post.said[-1] in (wording.OLD_BUTTON, wording.NOT_LOOKING)


@pytest.mark.parametrize("argument", ["7", "-1", "0:9", "0:x", "0:0", ""])
def test_a_section_that_is_not_there_is_answered_kindly(desk: Desk, argument: str) -> None:
    _ask(desk)
    desk.press(encode("full", desk.rows(AnswerRow)[0].id, argument))
    desk.work()

    assert desk.post.said[-1] == wording.OLD_BUTTON


@pytest.mark.parametrize("verb", ["full", "more", "right", "wrong", "person"])
def test_nobody_can_use_a_button_of_somebody_elses_answer(desk: Desk, verb: str) -> None:
    _ask(desk)
    desk.press(encode(verb, desk.rows(AnswerRow)[0].id, "0"), who="สมหญิง")  # type: ignore[arg-type]
    desk.work()

    assert desk.post.said[-1] == wording.OLD_BUTTON
    assert desk.rows(AnswerRow)[0].feedback == ""
    assert desk.rows(TurnRow)[0].attention == ""


@pytest.mark.parametrize("kind", [*wording.ATTACHMENTS, "something new"])
def test_what_cannot_be_read_is_answered_politely(desk: Desk, kind: str) -> None:
    desk.hear(kind, kind="attachment")
    desk.work()

    assert desk.post.said == [wording.ATTACHMENTS.get(kind, wording.ATTACHMENT)]


def test_somebody_new_is_greeted_and_told_what_happens_to_what_they_write(desk: Desk) -> None:
    desk.hear(kind="follow")
    desk.work()

    assert len(desk.post.said) == 2
    assert wording.TOPICS["pmqa"] in desk.post.said[0]
    assert desk.post.said[1].startswith(wording.DATA_NOTICE)
    assert "ไม่เกิน 365 วัน" in desk.post.said[1]


def test_a_group_is_told_how_to_ask(desk: Desk) -> None:
    desk.hear(kind="join", who="group:1")
    desk.work()

    assert desk.post.said == [wording.JOINED]


def test_the_menu_offers_examples_help_and_the_data_notice(desk: Desk) -> None:
    for argument in ("pmqa", "help", "data"):
        desk.press(encode("menu", argument=argument))
    desk.work()

    assert desk.post.sent[0][2][0]["buttons"] == [["ตัวอย่าง pmqa", "ตัวอย่าง pmqa"]]
    assert desk.post.said[2].startswith(wording.DATA_NOTICE)


def test_an_edited_question_is_answered_anew(desk: Desk) -> None:
    first = desk.hear("ถามผิด")
    desk.work()
    desk.hear("ถามถูก", kind="edited", message_id=first.message_id)
    desk.work()

    assert desk.post.said == ["ตอบ ถามผิด", "ตอบ ถามถูก"]


def test_a_message_with_a_secret_marking_is_not_kept(desk: Desk) -> None:
    desk.oracle.answers[CLASSIFIED] = Answer("refused", "ไม่รับ", trace={"screened": "secret"})
    _ask(desk, "ลับมาก เรื่องสำคัญ")

    assert [event.text for event in desk.rows(EventRow)] == [""]
    assert [turn.question for turn in desk.rows(TurnRow)] == [""]
    assert "สำคัญ" not in str([delivery.messages for delivery in desk.rows(DeliveryRow)])
