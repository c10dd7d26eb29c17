"""Any OpenAI-compatible server: what is asked of it, and what becomes of everything that it can do wrong."""

from __future__ import annotations

import time

import pytest
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith.utils import get_env_var
from pydantic import SecretStr

from app.errors import ModelError, ModelLate, ModelRefused, ModelUnreachable, ModelUnreadable, SettingsError
from app.llms.base import FollowUp, Request
from app.llms.openai import OpenAiCompatible, build
from app.settings import Settings
from tests.llms.server import Server, running


def model(server: Server, seconds: float = 5) -> OpenAiCompatible:
    """Build a model on a server."""
    return OpenAiCompatible(base_url=server.url, model="m", api_key=SecretStr("key-of-the-agency"), seconds=seconds)


def test_a_draft_is_asked_for_by_schema_and_read(server: Server, request_: Request) -> None:
    [claim] = model(server).draft(request_)

    assert (claim.text, claim.passages, claim.quote) == ("ต้องส่งภายใน 30 วัน", ("p1",), "ต้องส่งภายใน 30 วัน")
    [asked] = server.asked
    assert asked["model"] == "m"
    assert asked["temperature"] == 0
    assert asked["max_tokens"] > 0
    assert asked["response_format"]["type"] == "json_schema"
    assert [message["content"] for message in asked["messages"]] == [request_.instructions, request_.material]


def test_a_server_without_schemas_is_asked_in_plain_words_and_not_bothered_again(server: Server, request_: Request) -> None:
    server.knows_schema = False
    asked = model(server)

    assert asked.draft(request_)
    assert asked.draft(request_)
    assert ["response_format" in one for one in server.asked] == [True, False, False]


def test_a_server_that_fails_once_is_asked_again(server: Server, request_: Request) -> None:
    server.status = [503]
    assert model(server).draft(request_)


@pytest.mark.parametrize(("status", "kind"), [(401, ModelRefused), (403, ModelRefused), (429, ModelUnreachable), (503, ModelUnreachable)])
def test_a_server_that_goes_on_failing_or_refuses_is_an_error_of_ours(
    server: Server, request_: Request, status: int, kind: type[ModelError]
) -> None:
    server.status = [status] * 9
    with pytest.raises(kind, match=str(status)):
        model(server).draft(request_)


def test_no_server_is_unreachable(request_: Request) -> None:
    nowhere = OpenAiCompatible(base_url="http://127.0.0.1:9/v1", model="m", api_key=SecretStr(""), seconds=2)
    with pytest.raises(ModelUnreachable):
        nowhere.draft(request_)


@pytest.mark.parametrize(
    "body", ["", "not json", "{}", '{"choices": []}', '{"choices": [{"message": {"role": "assistant"}}]}', "[1]", "null"]
)
def test_an_answer_that_is_no_completion_is_unreadable_and_nothing_worse(server: Server, request_: Request, body: str) -> None:
    server.body = body
    with pytest.raises(ModelUnreadable):
        model(server).draft(request_)


def test_a_slow_server_is_late_and_waited_for_no_longer_than_the_setting(server: Server, request_: Request) -> None:
    server.waits = 6
    settings = Settings(
        _env_file=None, channels=(), llm="openai", llm_base_url=server.url, llm_model="m", llm_api_key=SecretStr(""), llm_timeout_seconds=1
    )
    begun = time.monotonic()
    with pytest.raises(ModelLate):
        build(settings).draft(request_)
    assert time.monotonic() - begun < 2.5


def test_neither_an_error_nor_the_object_shows_the_key(server: Server, request_: Request) -> None:
    server.status = [401]
    asked = model(server)
    with pytest.raises(ModelRefused) as refused:
        asked.draft(request_)
    assert "key-of-the-agency" not in f"{refused.value!r}{asked.__dict__!r}"


@pytest.mark.parametrize("given", [{"llm_base_url": "http://127.0.0.1:9"}, {"llm_model": "m"}, {}])
def test_a_missing_address_or_name_stops_the_start(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"LLM_BASE_URL.*LLM_MODEL"):
        build(Settings(_env_file=None, channels=(), llm="openai", **given))  # type: ignore[arg-type]


def test_a_question_is_restated_in_one_sentence_without_thinking_or_quotation_marks(server: Server) -> None:
    server.says = "<think>ถามเรื่องสำเนา</think>\n“สำเนาต้องรับรองไหม”\nหวังว่าจะเป็นประโยชน์"

    assert model(server).restate(FollowUp("แล้วสำเนาล่ะ", "สั่ง", "ข้อมูล")) == "สำเนาต้องรับรองไหม"
    assert "response_format" not in server.asked[0]


@pytest.mark.parametrize("says", ["", "``` \n", "ก" * 500])
def test_what_is_no_sentence_is_unreadable(server: Server, says: str) -> None:
    server.says = says
    with pytest.raises(ModelUnreadable):
        model(server).restate(FollowUp("แล้วสำเนาล่ะ", "สั่ง", "ข้อมูล"))


def test_no_question_goes_to_langsmith_whatever_the_environment_says(
    server: Server, request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running() as elsewhere:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "made-up")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", elsewhere.url)
        get_env_var.cache_clear()  # type: ignore[attr-defined]
        model(server).draft(request_)
        wait_for_all_tracers()
        assert elsewhere.visits == 0
