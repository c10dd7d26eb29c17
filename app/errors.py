"""Every error of the clinic, one sentence each; `permanent` is the only bit that callers branch on.

ClinicError
├── WrongUse                 a command was called wrongly (exit 2)
├── SettingsError            a setting stops the start
├── DrawerError              no file of that kind in a drawer
├── ChannelError             something between a channel and us
│   ├── BadSignature         a request that the channel did not sign (401)
│   ├── BadRequest           a request that cannot be read (400)
│   ├── TooMany              somebody asks faster than is allowed (429)
│   └── SendError            a delivery that the channel did not take; permanent or worth a retry
├── HandoverRefused          a step of an officer that is not possible, with the reason in one word
├── LeaseLost                another worker has the conversation now, or the question was withdrawn
├── CorpusError              something about documents and releases
│   ├── FormatError          a file that cannot be read, with the reason and what to do
│   ├── SidecarError         a sidecar that cannot be used, with the key and what would be right
│   ├── FolderRefused        the knowledge folder cannot be changed now, with the reason in one word
│   ├── GateRefused          the checks refuse a release, with the reasons
│   └── ReleaseError         a release that is not there or does not fit this installation
├── ConsoleError             something between the staff and the console
│   ├── NotAllowed           a role may not do this (403)
│   ├── NotThere             what an address speaks of is not there, or not this person's (404)
│   └── Mistaken             a form that cannot be taken, with the reason for its writer
├── EmbeddingError           the embedding could not be made
└── ModelError               there is no draft of a language model
    ├── ModelUnreachable     its server cannot be reached or failed
    ├── ModelRefused         its server refuses us: the key, the model's name, the request
    ├── ModelLate            no draft in the time that an asker can wait
    ├── ModelUnreadable      it wrote something that is no draft
    ├── ModelPaused          it failed several times in a row and is left alone for a while
    └── ModelOverBudget      the day's number of drafts is used up
"""

from __future__ import annotations


class ClinicError(Exception):
    """Any error that the clinic itself raises; its text is written for the person who can act on it."""

    permanent = True


class WrongUse(ClinicError):
    """A command was called wrongly."""


class SettingsError(ClinicError):
    """A setting is wrong; the text names it and says what would be right."""


class DrawerError(ClinicError):
    """A drawer has no file of the kind asked for; the text lists those it has."""


class ChannelError(ClinicError):
    """Something between a channel and us went wrong."""


class BadSignature(ChannelError):
    """The request does not carry the channel's signature."""


class BadRequest(ChannelError):
    """The request is signed but cannot be read."""


class TooMany(ChannelError):
    """Somebody asks faster than is allowed."""

    permanent = False


class SendError(ChannelError):
    """The channel did not take a delivery."""

    def __init__(self, message: str, *, permanent: bool, retry_after: float | None = None, reason: str = "error") -> None:
        """Keep why: `reason` is one word for metrics (quota, rate, timeout, gone, refused …), `retry_after` seconds asked for."""
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.reason = reason


class HandoverRefused(ClinicError):
    """A step of an officer is not possible.

    `reason` is one word, which pages say in a sentence: gone, taken, ended, not_yours, blocked, quota, no_channel, no_draft, stale, empty,
    too_long.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(f"not possible: {reason}")
        self.reason = reason


class LeaseLost(ClinicError):
    """The work is no longer ours: the lease ran out or the question was withdrawn."""

    permanent = False


class CorpusError(ClinicError):
    """Something about documents and releases is wrong."""


class FormatError(CorpusError):
    """A file cannot be read."""


class SidecarError(CorpusError):
    """A sidecar cannot be used."""


class FolderRefused(CorpusError):
    """The knowledge folder cannot be changed. `reason` is one word: busy (a build reads it), taken (a name), unwritable."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(f"the knowledge folder was not changed: {reason}")
        self.reason = reason


class GateRefused(CorpusError):
    """The checks refuse a release."""


class ReleaseError(CorpusError):
    """A release is not there or does not fit."""


class ConsoleError(ClinicError):
    """Something between the staff and the console went wrong."""


class NotAllowed(ConsoleError):
    """The role of this person does not allow this."""


class NotThere(ConsoleError):
    """What is asked for is not there, or is somebody else's."""


class Mistaken(ConsoleError):
    """A form cannot be taken; the text, in Thai, says why."""


class EmbeddingError(ClinicError):
    """The embedding could not be made."""

    permanent = False


class ModelError(ClinicError):
    """The language model did not give a usable draft; the rule's own words answer instead. `reason` is one word for traces and metrics."""

    permanent = False
    reason = "failed"


class ModelUnreachable(ModelError):
    """The model's server cannot be reached or failed."""

    reason = "unreachable"


class ModelRefused(ModelError):
    """The model's server refuses us; the settings need a look."""

    permanent = True
    reason = "refused"


class ModelLate(ModelError):
    """No draft came in the time that an asker can wait."""

    reason = "late"


class ModelUnreadable(ModelError):
    """The model wrote something that is no draft."""

    reason = "unreadable"


class ModelPaused(ModelError):
    """The model failed several times in a row and is left alone for a while."""

    reason = "paused"


class ModelOverBudget(ModelError):
    """The day's number of drafts is used up."""

    reason = "over_budget"
