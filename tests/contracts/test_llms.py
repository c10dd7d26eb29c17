"""What every file of the drawer of language models promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.drawer import kinds, open_drawer
from app.errors import ModelError, ModelUnreadable, SettingsError
from app.llms.base import Claim, LanguageModel, Offered, Request
from app.settings import Settings
from tests.llms.server import GOOD, Server, running

REQUEST = Request("ต้องส่งเมื่อไร", [Offered("p1", "ประกาศ › ข้อ 5", "ส่วนราชการต้องส่งภายใน 30 วัน")], "ร่างคำตอบ", "p1 ส่วนราชการต้องส่งภายใน 30 วัน")
Says = Callable[[str], LanguageModel]


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a model's server."""
    with running() as one:
        yield one


@pytest.fixture(params=kinds("llms"))
def says(request: pytest.FixtureRequest, tmp_path: Path, server: Server) -> Says:
    """Give a maker of a model of each kind that writes a given text."""

    def make(written: str) -> LanguageModel:
        server.says = written
        script = tmp_path / "script.toml"
        script.write_text(f"[[scene]]\nsays = '''{written}'''\n", encoding="utf-8")
        named = {"openai": "m", "scripted": str(script)}[request.param]
        settings = Settings(_env_file=None, channels=(), llm=request.param, llm_base_url=server.url, llm_model=named)
        built: LanguageModel = open_drawer("llms", request.param).build(settings)
        return built

    return make


def test_it_drafts_claims_with_passages_and_quotation(says: Says) -> None:
    assert says(GOOD).draft(REQUEST) == [Claim("ต้องส่งภายใน 30 วัน", ("p1",), "ต้องส่งภายใน 30 วัน")]


def test_it_has_a_name_for_the_trace(says: Says) -> None:
    assert says(GOOD).name


def test_it_may_find_that_the_passages_do_not_answer(says: Says) -> None:
    assert says('{"claims": []}').draft(REQUEST) == []


def test_what_is_no_draft_is_an_error_of_ours(says: Says) -> None:
    with pytest.raises(ModelUnreadable) as raised:
        says("ไม่ทราบเหมือนกัน").draft(REQUEST)
    assert isinstance(raised.value, ModelError)
    assert "ไม่ทราบ" not in str(raised.value), "what a model wrote may quote what somebody asked"


@pytest.mark.parametrize("kind", kinds("llms"))
def test_it_cannot_be_built_without_what_it_needs(kind: str) -> None:
    with pytest.raises(SettingsError, match="LLM_MODEL"):
        open_drawer("llms", kind).build(Settings(_env_file=None, channels=(), llm=kind))
