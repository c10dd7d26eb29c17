"""Releases change while people ask: nobody waits for it, nobody gets an answer that mixes two of them, and the change is seen at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from app.answering.pipeline import Pipeline
from app.corpus import release
from app.domain import Answer, Question
from app.errors import ReleaseError
from tests.corpus.library import Library

QUESTIONS = ("ยื่นคำขอภายในกี่วัน", "มีค่าธรรมเนียมหรือไม่", "หลักเกณฑ์การยื่นคำขอต่อสำนักงาน ก.พ.ร.")
ACTIVATIONS = 50
SECONDS = 10.0
SEEN_WITHIN = 2.0


class Asker(threading.Thread):
    """Somebody who asks without pause, and keeps every answer and every failure."""

    def __init__(self, pipeline: Pipeline, enough: threading.Event) -> None:
        """Prepare to ask one pipeline until it is enough."""
        super().__init__()
        self.pipeline, self.enough = pipeline, enough
        self.answers: list[Answer] = []
        self.failures: list[Exception] = []

    def run(self) -> None:
        while not self.enough.is_set():
            for question in QUESTIONS:
                try:
                    self.answers.append(self.pipeline.answer(Question(question)))
                except Exception as error:  # noqa: BLE001 - whatever an asker would meet
                    self.failures.append(error)


def test_fifty_activations_under_load_give_no_failed_and_no_mixed_answer(library: Library) -> None:
    days = {}
    for number in (30, 45):
        library.rule(days=number)
        days[library.build().release] = f"{number} วัน"
    enough = threading.Event()
    with library.answering() as pipeline:
        pipeline.answer(Question(QUESTIONS[0]))
        askers = [Asker(pipeline, enough) for _ in range(3)]
        for asker in askers:
            asker.start()
        for turn in range(ACTIVATIONS):
            release.activate(library.database, list(days)[turn % 2])
            time.sleep(SECONDS / ACTIVATIONS)
        enough.set()
        for asker in askers:
            asker.join()
    answers = [answer for asker in askers for answer in asker.answers]
    assert [failure for asker in askers for failure in asker.failures] == []
    assert {answer.release for answer in answers} == days.keys()
    for answer in answers:
        assert answer.outcome == "answered"
        assert {citation.release for citation in answer.citations} == {answer.release}
        for citation in answer.citations:
            assert all(other not in citation.text for number, other in days.items() if number != answer.release)


def test_another_process_sees_an_activation_within_two_seconds(library: Library) -> None:
    library.rule(days=30)
    library.build()
    library.rule(days=45)
    second = library.build(activate=False).release
    with library.answering() as pipeline:
        assert "30 วัน" in pipeline.answer(Question(QUESTIONS[0])).text
        release.activate(library.database, second)
        until = time.monotonic() + SEEN_WITHIN
        while "45 วัน" not in pipeline.answer(Question(QUESTIONS[0])).text:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_release_that_cannot_be_loaded_leaves_the_old_one_answering(
    small: Library, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    small.rule(days=30)
    first = small.build().release
    small.rule(days=45)
    second = small.build(activate=False).release
    with small.answering() as pipeline:
        pipeline.answer(Question(QUESTIONS[0]))
        small.index.remove(second)
        release.activate(small.database, second)
        time.sleep(1.1)
        assert pipeline.answer(Question(QUESTIONS[0])).release == first
        # where it is said depends on whether logs were configured in this process already
        assert "the active release cannot be loaded" in capsys.readouterr().out + caplog.text


def test_without_any_release_it_is_said_what_to_do(small: Library) -> None:
    with small.answering() as pipeline:
        assert pipeline.ready() == "no release is active; run: python ingest.py"
        with pytest.raises(ReleaseError):
            pipeline.answer(Question(QUESTIONS[0]))


def test_a_loaded_release_whose_store_went_away_is_not_ready(small: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    small.rule()
    small.build()
    with small.answering() as pipeline:
        assert pipeline.ready() == ""
        monkeypatch.setattr(small.index, "ready", lambda: "the Chroma server does not answer")
        assert pipeline.ready() == "the Chroma server does not answer"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc to count open files in")
def test_releases_that_no_longer_answer_are_closed(small: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.answering import loaded

    monkeypatch.setattr(loaded, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr(loaded, "POLL_SECONDS", 0.0)
    numbers = []
    for days in (30, 45):
        small.rule(days=days)
        numbers.append(small.build().release)
    with small.answering() as pipeline:
        open_files = []
        for turn in range(12):
            release.activate(small.database, numbers[turn % 2])
            for _ in range(3):
                pipeline.answer(Question(QUESTIONS[0]))
            open_files.append(len(list(Path("/proc/self/fd").iterdir())))
        # a release left open would add some files at each of the twelve turns; a few come and go by themselves
        assert max(open_files[-4:]) <= max(open_files[:4]) + 6
