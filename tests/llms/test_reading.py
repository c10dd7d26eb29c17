"""Reading a draft out of whatever a model writes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ModelUnreadable
from app.llms._reading import LONGEST_DRAFT, MOST_CLAIMS, read
from app.llms.base import Claim

ONE = '{"text": "ก", "passages": ["p1"], "quote": "ข"}'
CLAIM = Claim("ก", ("p1",), "ข")


@pytest.mark.parametrize(
    "written",
    [
        f'{{"claims": [{ONE}]}}',
        f'```json\n{{"claims": [{ONE}]}}\n```',
        f'Sure! Here is the JSON:\n{{"claims": [{ONE}]}} Hope it helps {{:)',
        f"[{ONE}]",
        ONE,
        f'<think>maybe {{"claims": [1]}} or {{"text": "x", "passages": [], "quote": "y"}}</think>{{"claims": [{ONE}]}}',
        f'{{"claims": [{ONE}, {{"text": "cut off in the mid',
        f'{{"claims": [{ONE}, {{"text": 5}}, null, "x", {ONE}]}}',
        '{"claims": [{"text": "ก", "passages": "p1", "quote": "ข"}]}',
    ],
)
def test_a_claim_is_found_in_all_kinds_of_talk(written: str) -> None:
    assert read(written) == [CLAIM]


def test_numbers_for_passages_are_names_too() -> None:
    assert read('{"claims": [{"text": "ก", "passages": [1], "quote": "ข"}]}') == [Claim("ก", ("1",), "ข")]


def test_a_draft_without_claims_says_that_the_passages_do_not_answer() -> None:
    assert read('{"claims": []}') == []


@pytest.mark.parametrize("written", ["", "ไม่ทราบ", "{", "{}", '{"answer": "ก"}', "<think>" + ONE, "x" * (LONGEST_DRAFT + 1)])
def test_what_is_no_draft_is_unreadable(written: str) -> None:
    with pytest.raises(ModelUnreadable):
        read(written)


def test_no_more_claims_are_taken_than_an_answer_can_hold() -> None:
    many = ",".join(f'{{"text": "{n}", "passages": ["p1"], "quote": "ข"}}' for n in range(99))
    assert len(read(f'{{"claims": [{many}]}}')) == MOST_CLAIMS


@given(st.text(alphabet='{}[]",:\\ntru0.5eกข-claimstexpqo', max_size=300))
def test_whatever_is_written_gives_claims_or_is_unreadable(written: str) -> None:
    try:
        claims = read(written)
    except ModelUnreadable:
        return
    assert all(claim.text and claim.quote for claim in claims)


@pytest.mark.parametrize(
    "written", ["[" * LONGEST_DRAFT, "{" * LONGEST_DRAFT, '{"a":' * (LONGEST_DRAFT // 5), '[{"' * (LONGEST_DRAFT // 3)]
)
def test_a_hostile_draft_costs_no_time(written: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ModelUnreadable):
        read(written)
    assert time.monotonic() - begun < 3
