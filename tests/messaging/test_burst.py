"""What somebody sends in several short messages is one question, answered once; and each message is answered, whatever happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain import Event
from app.errors import EmbeddingError, SendError
from app.messaging.inbox import LEASE
from app.store.database import Database
from app.store.tables import EventRow, TurnRow
from tests.fakes import Desk, open_desk

PARTS = ("ค่าน้ำหนัก", "ของปีงบประมาณ 2568", "เท่าไร")
WHOLE = "\n".join(PARTS)


@pytest.fixture
def desk(database: Database) -> Desk:
    """Open a clinic that waits a second and a half whether more is coming."""
    return open_desk(database, burst_seconds=1.5)


def _send(desk: Desk, *texts: str, gap: float = 1.0, **more: Any) -> list[Event]:
    """Let somebody send messages, one after a pause behind the other."""
    sent = []
    for number, text in enumerate(texts):
        desk.clock.pass_(seconds=gap if number else 0)
        sent.append(desk.hear(text, **more))
    return sent


def _later(desk: Desk, seconds: float = 1.6) -> None:
    desk.clock.pass_(seconds=seconds)
    desk.work()


def test_messages_sent_in_a_burst_are_one_question_with_one_answer(desk: Desk) -> None:
    _send(desk, *PARTS)
    desk.work()
    assert desk.post.sent == []

    _later(desk)

    assert desk.post.said == [f"ตอบ {WHOLE}"]
    (turn,) = desk.rows(TurnRow)
    assert (turn.question, turn.outcome) == (WHOLE, "answered")
    assert {event.status for event in desk.rows(EventRow)} == {"done"}
    assert {event.read_with for event in desk.rows(EventRow)} == {turn.event_id}


def test_the_answer_goes_with_the_newest_token_where_tokens_die(desk: Desk) -> None:
    newest = _send(desk, *PARTS)[-1]

    _later(desk)

    assert desk.post.sent[0][0] == "reply"
    assert desk.post.used == {newest.reply_token}


def test_the_answer_goes_where_the_first_message_was_where_a_token_is_a_place(desk: Desk) -> None:
    desk.post.tokens_die = False
    first = _send(desk, *PARTS)[0]

    _later(desk)

    assert desk.post.used == {first.reply_token}


def test_a_question_alone_is_answered_after_a_second_and_a_half(desk: Desk) -> None:
    desk.hear("ค่าน้ำหนักเท่าไร")
    desk.clock.pass_(seconds=1.4)
    desk.work()
    assert desk.post.sent == []

    _later(desk, 0.2)

    assert desk.post.said == ["ตอบ ค่าน้ำหนักเท่าไร"]


def test_a_message_after_a_longer_pause_is_another_question(desk: Desk) -> None:
    _send(desk, "ค่าน้ำหนักเท่าไร", "มีกี่หมวด", gap=1.6)

    _later(desk)

    assert desk.post.said == ["ตอบ ค่าน้ำหนักเท่าไร", "ตอบ มีกี่หมวด"]


@pytest.mark.parametrize("said", ["สวัสดีครับ", "ขอบคุณค่ะ", "ช่วยเหลือ", "ข้อมูลของฉัน", "ลับมาก"])
def test_courtesy_commands_and_markings_stand_alone_and_end_the_wait(desk: Desk, said: str) -> None:
    _send(desk, said, "ค่าน้ำหนักเท่าไร", gap=0.3)
    desk.work()
    assert len(desk.post.said) == 1, "what stands alone is answered at once"
    _later(desk)
    _send(desk, "มีกี่หมวด", said, gap=0.3)
    desk.work()

    asked = [turn.question for turn in desk.rows(TurnRow)]
    assert [question for question in asked if "ไร" in question or "กี่" in question] == ["ค่าน้ำหนักเท่าไร", "มีกี่หมวด"]
    assert len(desk.post.said) == 4


@pytest.mark.parametrize("kind", ["postback", "follow", "attachment", "edited"])
def test_what_is_no_message_is_not_delayed_by_one(desk: Desk, kind: Any) -> None:
    desk.hear("ค่าน้ำหนักเท่าไร")
    desk.clock.pass_(seconds=0.3)
    desk.hear("มีกี่หมวด" if kind == "edited" else "", kind=kind)

    desk.work()

    assert desk.post.said[0] == "ตอบ ค่าน้ำหนักเท่าไร"
    assert len(desk.post.said) >= 2


def test_two_people_in_a_group_ask_two_questions(desk: Desk) -> None:
    desk.hear("ค่าน้ำหนัก", who="กลุ่ม", sender="สมชาย")
    desk.hear("มีกี่หมวด", who="กลุ่ม", sender="สมหญิง")

    _later(desk)

    assert desk.post.said == ["ตอบ ค่าน้ำหนัก", "ตอบ มีกี่หมวด"]


def test_it_is_the_time_of_sending_that_counts_and_redelivered_messages_keep_their_place(desk: Desk) -> None:
    first, second, third = (desk.event(text, at=desk.clock.moment + timedelta(seconds=number)) for number, text in enumerate(PARTS))
    desk.clock.pass_(minutes=2)
    desk.clinic.inbox.keep([third])
    desk.clinic.inbox.keep([third, first])
    desk.clinic.inbox.keep([second])

    _later(desk)

    assert desk.post.said == [f"ตอบ {WHOLE}"]


def test_a_redelivery_after_the_answer_changes_nothing(desk: Desk) -> None:
    sent = _send(desk, *PARTS)
    _later(desk)
    desk.clinic.inbox.keep(sent)
    _later(desk)

    assert len(desk.post.said) == 1


def test_a_part_that_is_taken_back_is_not_asked(desk: Desk) -> None:
    sent = _send(desk, *PARTS)
    desk.hear(kind="unsend", message_id=sent[1].message_id, reply_token=None)

    _later(desk)

    assert desk.post.said == ["ตอบ ค่าน้ำหนัก\nเท่าไร"]


def test_a_part_that_is_taken_back_while_the_answer_is_under_way_lets_the_rest_be_answered(desk: Desk) -> None:
    sent = _send(desk, *PARTS)

    def take_back(_question: object) -> None:
        desk.oracle.before = lambda question: None
        desk.hear(kind="unsend", message_id=sent[0].message_id, reply_token=None)

    desk.oracle.before = take_back
    desk.clock.pass_(seconds=1.6)
    desk.work()

    assert desk.post.said == ["ตอบ ของปีงบประมาณ 2568\nเท่าไร"]
    assert [event.status for event in desk.rows(EventRow)] == ["withdrawn", "done", "done", "done"]


def test_a_part_that_is_taken_back_afterwards_takes_question_and_answer_with_it(desk: Desk) -> None:
    sent = _send(desk, *PARTS)
    _later(desk)
    desk.hear(kind="unsend", message_id=sent[2].message_id, reply_token=None)
    _later(desk)

    (turn,) = desk.rows(TurnRow)
    assert turn.question == ""
    assert [event.text for event in desk.rows(EventRow)] == [PARTS[0], PARTS[1], "", ""]
    assert len(desk.post.said) == 1


@pytest.mark.parametrize("part", [0, 2])
def test_a_part_that_is_taken_back_before_the_answer_could_be_sent_lets_the_rest_be_answered(desk: Desk, part: int) -> None:
    desk.post.refuse = [SendError("away", permanent=False)]
    sent = _send(desk, *PARTS)
    _later(desk)
    desk.hear(kind="unsend", message_id=sent[part].message_id, reply_token=None)
    _later(desk, 30)

    rest = "\n".join(text for number, text in enumerate(PARTS) if number != part)
    assert desk.post.said == [f"ตอบ {rest}"]
    assert sorted(turn.question for turn in desk.rows(TurnRow)) == ["", rest]


def test_a_worker_that_dies_and_an_answer_that_fails_lose_no_part(desk: Desk) -> None:
    faults = [EmbeddingError("away")]

    def fail_once(_question: object) -> None:
        if faults:
            raise faults.pop()

    desk.oracle.before = fail_once
    _send(desk, *PARTS)
    desk.clock.pass_(seconds=1.6)
    assert desk.clinic.inbox.claim(), "and the worker dies here"
    _later(desk, LEASE.total_seconds() + 1)
    assert desk.post.sent == []
    _later(desk, 10)

    assert desk.post.said == [f"ตอบ {WHOLE}"]
    assert [question.text for question in desk.oracle.asked] == [WHOLE, WHOLE]


def test_somebody_who_never_pauses_is_answered_before_it_gets_too_long(desk: Desk) -> None:
    lines = [f"กรณีที่ {number} " + "ก" * 600 for number in range(5)]
    _send(desk, *lines)

    _later(desk)

    assert desk.post.said == ["ตอบ " + "\n".join(lines[:3]), "ตอบ " + "\n".join(lines[3:])]


def test_no_more_questions_are_read_together_than_are_answered_at_once(desk: Desk) -> None:
    asked = [f"รางวัลประเภทที่ {number} คืออะไร" for number in range(6)]
    _send(desk, *asked)

    _later(desk)

    assert desk.post.said == ["ตอบ " + "\n".join(asked[:4]), "ตอบ " + "\n".join(asked[4:])]


def test_patience_is_asked_once_for_all_parts_and_the_fresh_token_carries_the_answer(desk: Desk) -> None:
    asked: list[int] = []

    def take_long(_question: object) -> None:
        desk.clock.pass_(seconds=45)
        asked.append(desk.clinic.outbox.ask_patience())
        desk.clinic.outbox.send_due()
        desk.press(desk.post.button("รอคำตอบ"))

    desk.oracle.before = take_long
    _send(desk, *PARTS)
    _later(desk)

    assert asked == [1]
    assert desk.post.said[-1] == f"ตอบ {WHOLE}"
    assert [way for way, _, _ in desk.post.sent] == ["reply", "reply"]
