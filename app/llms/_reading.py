"""Read a draft out of what a model wrote: JSON as asked for, or JSON somewhere in its talk; what is no claim is passed over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from app.errors import ModelUnreadable
from app.llms.base import Claim

MOST_CLAIMS = 8
LONGEST_DRAFT = 40_000  # characters; a model that writes more has lost its way
_OPENS = re.compile(r"[{\[]")
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL | re.IGNORECASE)

LONGEST_SENTENCE = 400  # characters of a question that was restated

SCHEMA: dict[str, Any] = {
    "name": "claims",
    "strict": True,
    "schema": {
        "type": "object",
        "additionalProperties": False,
        "required": ["claims"],
        "properties": {
            "claims": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["text", "passages", "quote"],
                    "properties": {
                        "text": {"type": "string"},
                        "passages": {"type": "array", "items": {"type": "string"}},
                        "quote": {"type": "string"},
                    },
                },
            }
        },
    },
}


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str | int) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


class _Drafted(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    passages: Annotated[
        list[Annotated[str, BeforeValidator(_as_text), Field(max_length=40)]], BeforeValidator(_as_list), Field(max_length=8)
    ]
    quote: Annotated[str, Field(min_length=1, max_length=4000)]


def read(written: str) -> list[Claim]:
    """Read the claims of a draft; an empty list when the model said that there are none.

    Args:
        written: all that the model wrote. Talk around the JSON, code fences, thoughts aloud and a cut end are passed over.

    Raises:
        ModelUnreadable: nothing in it is a draft.
    """
    if len(written) > LONGEST_DRAFT:
        raise ModelUnreadable(f"the model wrote {len(written)} characters, more than the {LONGEST_DRAFT} of any draft")
    is_draft = False
    claims: list[Claim] = []
    for value in _values(_THINKING.sub("", written)):
        listed = value.get("claims") if isinstance(value, dict) else value
        if isinstance(listed, list):
            is_draft = True
        claims += filter(None, map(_claim, listed if isinstance(listed, list) else [value]))
    if not is_draft and not claims:
        raise ModelUnreadable("the model did not write the JSON that was asked for")
    return list(dict.fromkeys(claims))[:MOST_CLAIMS]


def _values(written: str) -> Iterator[Any]:
    """Give every JSON value that stands in a text, outermost first; of one that never ends, those inside it that do."""
    decoder, place = json.JSONDecoder(), 0
    while found := _OPENS.search(written, place):
        try:
            value, place = decoder.raw_decode(written, found.start())
        except RecursionError:
            return  # nothing that was asked for lies that deep
        except ValueError:
            place = found.end()
        else:
            yield value


def _claim(value: object) -> Claim | None:
    try:
        drafted = _Drafted.model_validate(value)
    except ValidationError:
        return None
    return Claim(drafted.text, tuple(drafted.passages), drafted.quote)


def spoken(text: str) -> str:
    """Read the one sentence that was asked for: the first line that is not thinking, without the quotation marks around it.

    Raises:
        ModelUnreadable: there is none, or it goes on and on.
    """
    lines = [line.strip() for line in _THINKING.sub("", text).splitlines()]
    first = next((line.strip("\"'“”‘’ ") for line in lines if line.strip("\"'“”‘’` ")), "")
    if not first or len(first) > LONGEST_SENTENCE:
        raise ModelUnreadable("no sentence was written" if not first else "what was written is no sentence")
    return first
