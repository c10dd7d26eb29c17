"""A model's server and a request for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.llms.base import Offered, Request
from tests.llms.server import Server, running


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server that speaks OpenAI's chat completions."""
    with running() as one:
        yield one


@pytest.fixture
def request_() -> Request:
    """Give a request about one passage."""
    passage = Offered("p1", "ประกาศ › ข้อ 5", "ส่วนราชการต้องส่งภายใน 30 วัน\nบรรทัดที่สอง")
    return Request("ต้องส่งเมื่อไร", [passage], "ร่างคำตอบ", "p1 ส่วนราชการต้องส่งภายใน 30 วัน คำถาม ต้องส่งเมื่อไร")
