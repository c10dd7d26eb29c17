"""What a language model does here: draft claims for a question from passages; every claim is proved before anybody reads it.

An llm file offers `build(settings) -> LanguageModel`. Vendor errors are translated in the drawer into the `ModelError`s of `app/errors.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Offered:
    """A passage as the model sees it: an id to cite it by, where it stands, and its text with tokens in the place of addresses."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True)
class Request:
    """What a draft is made from. `instructions` and `material` are the whole prompt, the other fields what it was written from."""

    question: str
    passages: Sequence[Offered]
    instructions: str
    material: str


@dataclass(frozen=True)
class Claim:
    """One sentence of a draft, the ids of the passages that it rests on, and the words of a passage that say so."""

    text: str
    passages: tuple[str, ...]
    quote: str


@dataclass(frozen=True)
class FollowUp:
    """A question that leans on earlier ones. `instructions` and `material` are the whole prompt."""

    question: str
    instructions: str
    material: str


class LanguageModel(Protocol):
    """Drafts claims, and restates questions. Nothing that it says is trusted."""

    name: str  # goes into the trace of each answer

    def draft(self, request: Request) -> list[Claim]:
        """Draft claims that answer the question from the passages; none when the passages do not answer it.

        Raises:
            ModelError: there is no draft; its kind says why.
        """

    def restate(self, request: FollowUp) -> str:
        """Say a question so that it can be understood without the earlier ones.

        Raises:
            ModelError: nothing was said; its kind says why.
        """
