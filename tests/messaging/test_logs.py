"""Logs tell ids, sizes, times and outcomes; never what people wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app import logs
from tests.fakes import Desk


@pytest.fixture(autouse=True)
def _undone() -> Iterator[None]:
    before = logging.getLogger().handlers, logging.getLogger().level
    yield
    logging.getLogger().handlers, logging.getLogger().level = before
    logging.raiseExceptions = True
    structlog.reset_defaults()


def test_a_line_is_json_with_time_level_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger("app.test").info("kept", inbox=7)

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["inbox"], line["level"], line["logger"]) == ("kept", 7, "info", "app.test")
    assert line["timestamp"].endswith("Z")


def test_what_must_never_stand_in_a_log_is_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger("app.test").info("oops", text="ความลับ", reply_token="ความลับ", sender="ความลับ")

    assert "ความลับ" not in capsys.readouterr().err


def test_an_error_is_told_by_type_and_place_not_by_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()

    def fail() -> None:
        raise ValueError("ความลับ")

    for told in (structlog.get_logger("app.test").exception, logging.getLogger("uvicorn.error").exception):
        try:
            fail()
        except ValueError:
            told("it broke")

    said = capsys.readouterr().err
    assert "ความลับ" not in said
    assert [json.loads(line)["error"] for line in said.splitlines()] == ["ValueError", "ValueError"]
    assert "fail" in said


def test_a_whole_conversation_leaves_no_word_of_it_in_the_log(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    desk.hear("คำถามลับ", who="สมชายลับ", reply_token="โทเคนลับ")
    desk.work()

    said = capsys.readouterr().err
    assert '"event": "done"' in said
    assert "ลับ" not in said
