"""What the clinic says about somebody's own data: the notice, what is kept of them, and the question before all of it is erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.actions import encode
from app.answering import wording
from app.domain import Button, Reply
from app.settings import Settings
from app.store import persons
from app.store.database import Database
from app.store.events import Claim
from app.thai import fold

Command = Literal["show", "erase", "quiet"]
COMMANDS: dict[str, Command] = {
    "ข้อมูลของฉัน": "show",
    "ดูข้อมูลของฉัน": "show",
    "ขอดูข้อมูลของฉัน": "show",
    "my data": "show",
    "ลบข้อมูลของฉัน": "erase",
    "ขอลบข้อมูลของฉัน": "erase",
    "delete my data": "erase",
    "หยุดแจ้ง": "quiet",
}
COURTESY = ("ครับ", "ค่ะ", "คะ", "หน่อย", "ด้วย", " ")
CROWDS = ("group:", "room:", "channel:", "thread:")  # how the addresses of places begin where others read along
PAGE = 20  # questions listed in one message


def command(text: str) -> Command | None:
    """Say which command a message is; None when it is a question like any other."""
    said = fold(text).strip("!.\"'“” /")
    while end := next((word for word in COURTESY if said.endswith(word)), ""):
        said = said.removesuffix(end)
    return COMMANDS.get(said)


@dataclass(frozen=True)
class OwnData:
    """The clinic's word about data: how long it is kept, and in which version the notice stands."""

    database: Database
    settings: Callable[[], Settings]

    @property
    def notice_version(self) -> str:
        """Give the version of the notice as it stands now."""
        return self.settings().notice_version

    @property
    def retention_days(self) -> int:
        """Give how long things are kept now."""
        return self.settings().retention_days

    def notice(self) -> Reply:
        """Give the notice about personal data."""
        return Reply(f"{wording.DATA_NOTICE}\n\n{wording.DATA_RIGHTS.format(days=self.retention_days)}")

    def is_news(self, claim: Claim) -> bool:
        """Say whether this conversation has not seen the notice as it stands now."""
        return bool(self.notice_version) and claim.notice_version != self.notice_version

    def shown(self, claim: Claim, page: int = 1) -> Reply:
        """Tell what is kept of somebody; their questions only where nobody else reads along."""
        with self.database.read() as session:
            kept = persons.kept_of(session, claim.event.channel, claim.event.sender, claim.conversation_id, PAGE, (page - 1) * PAGE)
        crowded = kept.others or claim.event.conversation.startswith(CROWDS)
        since = wording.thai_date(wording.thai_today(kept.since)) if kept.since else ""
        counts = wording.DATA_KEPT.format(questions=kept.questions, since=since) if kept.questions else wording.DATA_NONE
        parts = [counts]
        if kept.escalations:
            parts.append(wording.DATA_ESCALATIONS.format(number=kept.escalations))
        if crowded:
            parts.append(wording.DATA_NOT_HERE)
        else:
            parts += [f"{wording.thai_date(wording.thai_today(at))} · {question}" for at, question in kept.page]
        parts.append(wording.DATA_KEPT_FOR.format(days=self.retention_days))
        erase = Button(wording.ERASE_DATA, text=wording.ERASE_DATA)
        more = Button(wording.READ_ON, data=encode("mine", argument=str(page + 1)))
        has_more = not crowded and kept.questions > page * PAGE
        return Reply("\n\n".join(parts), buttons=((more,) if has_more else ()) + ((erase,) if kept.questions else ()))

    def asked_to_erase(self) -> Reply:
        """Ask back before anything is erased."""
        return Reply(wording.ERASE_ASK, buttons=(Button(wording.ERASE_YES, data=encode("erase")),))
