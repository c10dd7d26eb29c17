"""What a button sends back to us: `1|verb|answer id|argument`. The leading 1 is the version, so that old buttons can be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

VERSION = "1"
LONGEST_WORDS = 200
Verb = Literal[
    "full",  # show cited section number `argument` of the answer in full; `argument` is "citation" or "citation:part"
    "more",  # read on in a long answer; `argument` is the part
    "right",  # the answer was right
    "wrong",  # the answer was not right
    "why",  # what was not right about it, in the words of `argument`
    "person",  # pass the question to a person
    "wait",  # "I am still here": only brings a fresh reply token for the event named in `argument`
    "menu",  # a topic of the rich menu, or "help", "data" or "home"
    "share",  # show an answer that one person saw to everybody who reads along
    "mine",  # what is kept of the asker; `argument` is the page
    "erase",  # yes, erase all that I wrote
    "corrections",  # "off" or "on": whether to hear when a rule under an earlier answer changes
]


@dataclass(frozen=True)
class Action:
    """A pressed button."""

    verb: Verb
    answer_id: str = ""
    argument: str = ""


def encode(verb: Verb, answer_id: str = "", argument: str = "") -> str:
    """Write the data of a button; at most 300 characters by construction (LINE's limit for a postback)."""
    data = f"{VERSION}|{verb}|{answer_id}|{argument}"
    if len(data) > 300 or data.count("|") != 3:
        raise ValueError(f"not a button: {data[:40]!r}")
    return data


def worded(verb: Verb, answer_id: str, words: str) -> str:
    """Write the data of a button or form that says something in words, as much of it as fits."""
    return encode(verb, answer_id, " ".join(words.replace("|", "/").split())[:LONGEST_WORDS])


def decode(data: str) -> Action | None:
    """Read the data of a button; None when it is of another version or not ours."""
    parts = data.split("|")
    if len(parts) != 4 or parts[0] != VERSION or parts[1] not in get_args(Verb):
        return None
    return Action(parts[1], parts[2], parts[3])  # type: ignore[arg-type]
