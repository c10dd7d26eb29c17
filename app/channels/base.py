"""What every channel does: verify and parse a webhook, show that we work, shape a reply, send a delivery.

A channel file offers `build(settings) -> Channel`. Nothing outside the drawer knows a channel's JSON; nothing inside it knows the
store or the corpus. Vendor errors are translated here into `ChannelError`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from starlette.types import ASGIApp

from app.domain import Delivery, Event, Receipt, Reply

Step = Literal["take", "say", "answer", "close"]
Said = Callable[[str, int], Sequence[Sequence[Mapping[str, Any]]]]  # what was sent to a conversation, without the first so many


class Channel(Protocol):
    """A place people talk to us."""

    name: str
    token_seconds: float  # how long after a webhook its reply token may be trusted; 0 when the channel has none
    tokens_die: bool  # a token works once and not for long: of several the newest is used. Else it only says where to, and the first does

    def verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Check the channel's signature over the raw bytes. Header names are lower case.

        Raises:
            BadSignature: missing or wrong.
        """

    def parse(self, body: bytes) -> list[Event]:
        """Read a verified body into the events that concern us, tolerating what is new or odd one event at a time.

        Raises:
            BadRequest: the body is not the channel's JSON at all.
        """

    def show_working(self, event: Event) -> None:
        """Show the asker that an answer is on its way, where the channel can; failure is only logged."""

    def shape(self, replies: Sequence[Reply]) -> tuple[Mapping[str, Any], ...]:
        """Turn replies into the channel's messages, within all its limits, at most what one call may carry."""

    def send(self, delivery: Delivery) -> Receipt:
        """Send one delivery, idempotently where the channel can.

        Raises:
            SendError: not taken; `permanent` says whether another try is of use.
        """


@runtime_checkable
class Acknowledging(Protocol):
    """A channel that must hear more than 200."""

    def acknowledge(self, body: bytes) -> str:
        """Give what a verified and parsed body is answered with."""


@runtime_checkable
class Serving(Protocol):
    """A channel with pages of its own, below `/channels/<name>`."""

    def pages(self, said: Said) -> ASGIApp:
        """Give the pages; `said` gives what was sent to a conversation."""


@runtime_checkable
class Listening(Protocol):
    """A channel that may be told by a connection of its own, beside the webhook."""

    def listen(self, take: Callable[[bytes], str]) -> Callable[[], None]:
        """Start to hand on what arrives, and give what stops it; nothing happens where no such connection is wanted.

        `take` keeps a request and gives what it is answered with; BadRequest says that it can never be read.
        """


@runtime_checkable
class Metered(Protocol):
    """A channel whose messages are counted, beside `Channel`: what is not an answer to a reply token costs."""

    def messages_left(self) -> int | None:
        """Give how many messages may still be sent this month; None when there is no limit.

        Raises:
            SendError: the channel does not say.
        """


@runtime_checkable
class Counting(Protocol):
    """A metered channel that also tells how many messages it has counted."""

    def messages_used(self) -> int:
        """Give how many messages were counted since the month began.

        Raises:
            SendError: the channel does not say.
        """


@dataclass(frozen=True)
class Notice:
    """What the staff is told of one matter. It holds neither questions nor askers, for a telephone on a table shows it to everybody."""

    key: str  # names this saying: an earlier try of it may have arrived
    is_retry: bool
    address: str  # the channel's own of the first message about the matter; "" when there is none yet
    heading: str
    facts: tuple[str, ...] = ()
    news: str = ""  # what has changed since the first message
    is_loud: bool = False  # the news is for everybody, and not only for those at work on the matter
    escalation: int | None = None  # which one can be opened from here
    can_take: bool = False
    url: str = ""  # its page in the console


@dataclass(frozen=True)
class Case:
    """An escalation as one of the staff sees it, and what they may do with it now."""

    number: int
    facts: tuple[str, ...]
    said: tuple[tuple[str, str], ...]  # whose words and when, then the words, oldest first
    steps: tuple[Step, ...] = ()
    done: str = ""  # what was just done


class Desk(Protocol):
    """What the staff may do from a channel. Who acts is named by channel and person; each refusal is a `Mistaken` in Thai for them."""

    def link(self, channel: str, person: str, code: str) -> str:
        """Link somebody to their account by the one-time code that the account's page showed; gives what to tell them."""

    def unlink(self, channel: str, person: str) -> str:
        """Undo that; gives what to tell them."""

    def look(self, channel: str, person: str, number: int) -> Case:
        """Show an escalation."""

    def act(self, channel: str, person: str, number: int, step: Step, text: str = "") -> Case:
        """Do something with an escalation, and show it."""


@runtime_checkable
class Staffed(Protocol):
    """A channel in which the staff is told what waits, and can work on it."""

    staff_channel: str  # where; "" when nowhere

    def tell(self, notice: Notice) -> str:
        """Say a notice, or what is new of it, once as far as the channel allows; gives the first message's address.

        Raises:
            SendError: not taken, or not known to be taken.
        """

    def work(self, body: bytes, desk: Desk) -> str | None:
        """Do what a verified body asks of the desk, and give what it is answered with; None when it is not the staff's.

        Raises:
            BadRequest: the body is not the channel's at all.
        """
