"""What the staff is told in Slack begins once, changes in its thread and ends once, whatever dies or fails in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from app.channels import line as line_channel
from app.channels import slack as slack_channel
from app.channels._slack_calls import connect
from app.channels._slack_limits import check_message
from app.channels.base import Channel, Notice
from app.channels.slack import Slack
from app.errors import SendError
from app.messaging import wording
from app.settings import Settings
from app.store import releases
from app.store.database import Database
from app.store.desk_tables import EscalationRow
from app.store.staff_tables import StaffNoticeRow
from app.wiring import assemble
from tests.fakes import SECRET, Clock, Desk, Oracle, Post, open_desk
from tests.scenarios.line_api import FakeLine, fake_line
from tests.scenarios.slack_api import TOKEN, FakeSlack, Said, fake_slack

STAFF_ROOM = "C0STAFFROOM"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Serve Slack's API."""
    with fake_slack() as served:
        yield served


@pytest.fixture
def line() -> Iterator[FakeLine]:
    """Serve LINE's API."""
    with fake_line() as served:
        yield served


@pytest.fixture
def desk(database: Database, slack: FakeSlack) -> Desk:
    """Open a clinic that people write to by post, and whose staff is in Slack."""
    return open_with(database, slack)


def open_with(database: Database, served: FakeSlack, clock: Clock | None = None, **channels: Channel) -> Desk:
    """Open a clinic with the real Slack channel, unless another one stands in its place."""
    clock = clock or Clock()
    post, oracle = Post(clock), Oracle()
    settings = Settings(
        _env_file=None,
        channels=(),
        notice_version="",
        console_secret_key=SECRET,
        slack_bot_token=SecretStr(TOKEN),
        slack_api_url=served.url,
        slack_staff_channel=STAFF_ROOM,
    )
    every: dict[str, Channel] = {"post": post, "slack": slack_channel.build(settings), **channels}
    return Desk(assemble(settings, database, every, oracle, clock), post, oracle, clock)


class Mortal(Slack):
    """The real channel in a process that dies when Slack has taken a notice and nobody has noted it."""

    def tell(self, notice: Notice) -> str:
        super().tell(notice)
        raise SystemExit


def heads(slack: FakeSlack) -> list[Said]:
    """List the first messages of all matters."""
    return [one for one in slack.said if not one.thread]


def said(slack: FakeSlack) -> list[str]:
    """List what was said in threads."""
    return [one.body["text"] for one in slack.said if one.thread]


def escalate(desk: Desk, text: str = "ถาม", who: str = "สมชาย") -> int:
    """Let somebody ask what no rule answers."""
    desk.oracle.outcomes[text] = "not_found"
    desk.hear(text, who)
    desk.work()
    return desk.rows(EscalationRow)[-1].id


def look(desk: Desk, **span: float) -> None:
    """Let time pass, and look."""
    desk.clock.pass_(**span)
    desk.clinic.watch.look()


def test_a_notice_is_said_once_though_its_teller_died_over_it(desk: Desk, slack: FakeSlack, database: Database) -> None:
    number = escalate(desk)
    clock = desk.clock
    mortal = open_with(database, slack, clock, slack=Mortal("", connect(slack.url, TOKEN), connect(slack.url, TOKEN), "", STAFF_ROOM))
    with pytest.raises(SystemExit):
        look(mortal)
    assert len(heads(slack)) == 1

    look(desk)  # the dead one's lease still holds
    look(desk, seconds=31)
    assert len(heads(slack)) == 1
    assert check_message(heads(slack)[0].body) == []

    desk.act("take", number, "หนึ่ง")
    with pytest.raises(SystemExit):
        look(mortal)
    look(desk, seconds=31)
    look(desk, seconds=31)
    assert [len(heads(slack)), said(slack)] == [1, ["หนึ่ง รับเรื่องแล้ว"]]
    assert "หนึ่ง" in heads(slack)[0].words


def test_a_slack_that_is_away_hears_of_everything_later_and_of_nothing_that_ended_meanwhile(desk: Desk, slack: FakeSlack) -> None:
    lasting, ended = escalate(desk, "ถามหนึ่ง"), escalate(desk, "ถามสอง", "สมหญิง")
    slack.answers = [(500, {}, {})] * 2
    look(desk)
    look(desk, seconds=3)
    assert slack.said == []
    desk.act("close", ended, "หนึ่ง")

    look(desk, minutes=1)
    look(desk, minutes=11)
    assert [f"เรื่องส่งต่อที่ {lasting}" in one.words for one in heads(slack)] == [True]
    assert {row.shown.split("|")[0] for row in desk.rows(StaffNoticeRow)} <= {"open", "closed"}


def test_a_question_asked_again_stays_in_its_thread_and_is_told_to_everybody(desk: Desk, slack: FakeSlack) -> None:
    number = escalate(desk)
    person = desk.post.button("ถามเจ้าหน้าที่")
    look(desk)
    for step, more in (("take", ()), ("answer", ("ตอบ",)), ("close", ())):
        desk.act(step, number, "หนึ่ง", *more)
        look(desk, seconds=5)
    assert said(slack) == ["หนึ่ง รับเรื่องแล้ว", "หนึ่ง ตอบผู้ถามแล้ว", "เรื่องนี้ปิดแล้ว"]
    assert check_message(slack.said[-1].body) == []

    desk.press(person)
    desk.work()
    look(desk)
    assert said(slack)[3:] == [wording.NEWS["open"]]
    assert slack.said[-1].body["reply_broadcast"] is True
    assert len(heads(slack)) == 1
    assert wording.PROMISED.partition("“")[0] in heads(slack)[0].words


def test_messages_that_were_given_up_are_told_once_until_an_hour_is_over(desk: Desk, slack: FakeSlack) -> None:
    def fail(text: str) -> None:
        desk.post.refuse = [SendError("no", permanent=True, reason="refused")]
        desk.hear(text)
        desk.work()

    look(desk)
    assert slack.said == []
    fail("ถาม")
    look(desk)
    fail("ถามอีก")
    look(desk, minutes=30)
    begun, over = wording.ALARMS["deliveries"]
    assert [begun in one.words for one in slack.said] == [True]
    assert "ถาม" not in slack.said[0].words.replace("ผู้ถาม", "")

    look(desk, minutes=31)
    look(desk, minutes=5)
    assert over in heads(slack)[0].words
    assert said(slack) == [over]
    assert slack.said[1].body["reply_broadcast"] is True

    fail("ถามใหม่")
    look(desk)
    assert [begun in one.words for one in heads(slack)] == [False, True]


def test_an_inbox_that_nobody_empties_is_told_once_until_it_is_calm(desk: Desk, slack: FakeSlack) -> None:
    begun, over = wording.ALARMS["inbox"]
    desk.hear("ถาม")
    look(desk, minutes=4)
    assert slack.said == []
    look(desk, minutes=2)
    look(desk, minutes=1)
    assert [begun in one.words for one in slack.said] == [True]

    desk.work()
    desk.hear("ถามต่อ")
    look(desk, minutes=2)  # younger than what begins it, and still no calm
    assert said(slack) == []
    desk.work()
    look(desk)
    look(desk)
    assert over in heads(slack)[0].words
    assert said(slack) == [over]


def test_a_refused_release_is_told_until_a_good_one(desk: Desk, slack: FakeSlack) -> None:
    def judge(state: str) -> None:
        with desk.clinic.database.begin() as session:
            number = releases.start(session, embedding="trigram", code_version="", who="", why="")
            releases.finish(session, number, state=state, report={})

    begun, over = wording.ALARMS["release"]
    judge("ready")
    look(desk)
    assert slack.said == []
    for state in ("refused", "refused", "ready", "ready"):
        judge(state)
        look(desk)
        look(desk)
    assert said(slack) == [wording.RELEASE.format(number=3), over]
    assert [(begun in one.words, over in one.words) for one in heads(slack)] == [(False, True)]


def test_a_quota_that_runs_out_is_told_before_it_has(database: Database, slack: FakeSlack, line: FakeLine) -> None:
    settings = Settings(_env_file=None, line_channel_access_token=SecretStr("t"), line_api_host=line.url)
    desk = open_with(database, slack, line=line_channel.build(settings))
    begun, over = wording.ALARMS["quota"]
    line.allowed = 51
    look(desk)
    assert slack.said == []
    line.allowed = 50
    look(desk, minutes=1)
    assert slack.said == []  # LINE is not asked all the time
    look(desk, minutes=16)
    look(desk, minutes=16)
    assert [begun in one.words for one in slack.said] == [True]
    assert "LINE" in slack.said[0].words
    assert "50" in slack.said[0].words

    line.allowed = 500
    look(desk, minutes=16)
    assert said(slack) == [over]


def test_without_a_channel_for_the_staff_nothing_is_told_or_kept(database: Database) -> None:
    desk = open_desk(database)
    escalate(desk)
    desk.clinic.watch.start()
    desk.clinic.watch.stop()
    assert desk.rows(StaffNoticeRow) == []
