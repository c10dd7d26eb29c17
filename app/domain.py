"""The clinic's nouns, as frozen dataclasses.

Nothing here touches the outside: no I/O, no settings, no vendor. Datetimes are UTC and aware; dates are plain calendar dates in Thailand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Outcome = Literal["answered", "clarify", "not_found", "refused", "handed_over", "greeted", "failed"]
EventKind = Literal["text", "postback", "follow", "unfollow", "join", "leave", "unsend", "edited", "attachment"]
Topic = Literal["division", "evaluation", "pmqa", "awards", "digital", "good_governance", "clinic"]


@dataclass(frozen=True)
class Event:
    """One thing a channel told us. `conversation` is where an answer goes: the channel's own address of a person, group or thread."""

    channel: str
    event_id: str
    conversation: str
    kind: EventKind
    at: datetime
    sender: str | None = None
    text: str = ""  # what was written; of a postback its data; of an attachment its type ("sticker", "image" …)
    message_id: str | None = None
    reply_token: str | None = None


@dataclass(frozen=True)
class Question:
    """What is asked of the pipeline: the words, the conversation's earlier questions (oldest first) and the date it is about.

    `quote_only`: no language model may word the answer, whatever there is.
    """

    text: str
    history: tuple[str, ...] = ()
    as_of: date | None = None
    quote_only: bool = False


@dataclass(frozen=True)
class Document:
    """One rule, guideline or notice, with what its sidecar says; `superseded_on` is when another replaced it."""

    id: str
    title: str
    kind: str = "guideline"
    issuer: str = ""
    number: str = ""
    topic: str = ""
    source: str = ""
    url: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    fiscal_years: tuple[int, ...] = ()
    replaces: tuple[str, ...] = ()
    yearly: bool = False
    superseded_on: date | None = None
    superseded_by: str = ""
    rests_on: tuple[tuple[str, str], ...] = ()  # of a clinic answer: the sections it rests on, (document, label)
    digest: str = ""

    def in_force(self, on: date) -> bool:
        """Say whether the document holds on a date; a document without dates holds always."""
        if self.in_force_from and on < self.in_force_from:
            return False
        if self.in_force_until and on > self.in_force_until:
            return False
        return not (self.superseded_on and on >= self.superseded_on)


@dataclass(frozen=True)
class Calibration:
    """How features of the best passage become the probability that it answers (a logistic regression), and from where on to answer.

    `weights` are by feature, with `bias`; `threshold` and `sure` are probabilities (0–1), `sure` for subjects of other offices.
    """

    weights: Mapping[str, float]
    threshold: float
    sure: float


@dataclass(frozen=True)
class Section:
    """The smallest citable part of a document. `label` is its id within the document, `path` the headings above it."""

    document: str
    label: str
    text: str
    path: str = ""
    page: int | None = None
    position: int = 0
    digest: str = ""


@dataclass(frozen=True)
class Passage:
    """A section that was retrieved, with its scores (all: more is better)."""

    section: Section
    document: Document
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Citation:
    """A passage the answer relies on, copied as it read then. `quote` stands literally in `text`, the whole section."""

    document: str
    section: str
    title: str
    quote: str
    text: str
    path: str = ""
    page: int | None = None
    kind: str = "guideline"
    source: str = ""
    url: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    release: int = 0


@dataclass(frozen=True)
class Answer:
    """Text + citations + outcome. `lead` is the direct answer, `notes` what must be known with it; `text` is all of it, plain."""

    outcome: Outcome
    text: str
    lead: str = ""
    notes: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()  # follow-up questions the asker may press
    as_of: date | None = None
    release: int = 0
    query: str = ""
    topic: str = ""
    confidence: float = 0.0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Button:
    """Something the asker can press: sends `data` back to us, or opens `url`, or (with neither) says `text` in the chat."""

    label: str
    data: str = ""
    text: str = ""
    url: str = ""


@dataclass(frozen=True)
class Reply:
    """What we say, before a channel gives it its shape: plain text, or an answer card, or one cited section in full."""

    text: str
    answer: Answer | None = None
    answer_id: str = ""
    full_section: Citation | None = None
    buttons: tuple[Button, ...] = ()
    question: str = ""  # what it answers, for a channel that must repeat it
    shared: bool = False  # for everybody where it was asked, though the conversation is one person's


@dataclass(frozen=True)
class Delivery:
    """One message owed to one channel. `id` (a UUID) is the retry key; `messages` are the channel's own JSON, what one call may carry."""

    id: str
    channel: str
    conversation: str
    messages: tuple[Mapping[str, Any], ...]
    reply_token: str | None = None
    token_at: datetime | None = None  # when the token last reached us
    attempts: int = 0  # tries before this one whose outcome is unknown or failed
    replaces: tuple[str, ...] = ()  # the channel's ids of the messages that answered an earlier wording of the same question


@dataclass(frozen=True)
class Receipt:
    """What the channel said of a delivery: the way it went (`reply`, `push` …), the channel's request id and its ids of the messages."""

    via: str
    request_id: str = ""
    message_ids: tuple[str, ...] = ()
