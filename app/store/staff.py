"""The SQL of staff accounts, their sessions, their attempts to sign in, and who they are in a channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.store.database import changed, insert_new
from app.store.staff_tables import AccountRow, AttemptRow, SessionRow, SignInRow, StaffLinkRow


def add(session: Session, *, name: str, role: str, password: str, is_temporary: bool, now: datetime) -> int | None:
    """Open an account and give its id; None when the name is taken."""
    made: int | None = insert_new(
        session, AccountRow, name=name, role=role, password=password, is_temporary=is_temporary, created_at=now, closed_at=None
    )
    return made


def get(session: Session, account_id: int) -> AccountRow | None:
    """Give an account, closed or not."""
    return session.get(AccountRow, account_id)


def by_name(session: Session, name: str) -> AccountRow | None:
    """Give the account of this name, closed or not."""
    return session.scalar(select(AccountRow).where(AccountRow.name == name))


def of_person(session: Session, subject: str, names: Sequence[str]) -> AccountRow | None:
    """Give the account that is bound to an issuer's id of a person, else the unbound one for which an admin entered one of the names."""
    bound = session.scalar(select(AccountRow).where(AccountRow.subject == subject).with_for_update())
    free = select(AccountRow).where(AccountRow.subject.is_(None), AccountRow.known_as.in_(names)).order_by(AccountRow.id)
    return bound or session.scalars(free.limit(1).with_for_update()).first()


def bind(session: Session, account_id: int, subject: str) -> None:
    """Bind an account to an issuer's id of a person."""
    changed(session, update(AccountRow).where(AccountRow.id == account_id).values(subject=subject))


def is_known_as(session: Session, name: str, account_id: int) -> bool:
    """Say whether another account is known to the issuer by this name."""
    return session.scalar(select(AccountRow.id).where(AccountRow.known_as == name, AccountRow.id != account_id)) is not None


def every(session: Session) -> list[AccountRow]:
    """List all accounts: open ones first, then by name."""
    return list(session.scalars(select(AccountRow).order_by(AccountRow.closed_at.is_not(None), AccountRow.name)))


def count_open(session: Session, role: str) -> int:
    """Count the open accounts of a role; their rows are held, so that two people cannot close the last two at once."""
    held = select(AccountRow.id).where(AccountRow.role == role, AccountRow.closed_at.is_(None)).with_for_update()
    return len(session.scalars(held).all())


def set_password(session: Session, account_id: int, password: str, *, is_temporary: bool) -> None:
    """Give an account another password."""
    changed(session, update(AccountRow).where(AccountRow.id == account_id).values(password=password, is_temporary=is_temporary))


def note_sign_in(session: Session, account_id: int | None, address: str, *, way: str, result: str, now: datetime) -> None:
    """Keep for the traffic log that somebody tried to sign in."""
    session.add(SignInRow(at=now, account_id=account_id, address=address[:64], way=way, result=result))


def open_session(session: Session, digest: str, account_id: int, now: datetime) -> None:
    """Keep that a browser is signed in."""
    session.add(SessionRow(digest=digest, account_id=account_id, opened_at=now, seen_at=now))


def signed_in(session: Session, digest: str, *, opened_since: datetime, seen_since: datetime) -> tuple[AccountRow, SessionRow] | None:
    """Give who a live session belongs to; None when there is no such session, it is too old, or the account is closed."""
    found = session.execute(
        select(AccountRow, SessionRow)
        .join(SessionRow, SessionRow.account_id == AccountRow.id)
        .where(SessionRow.digest == digest, SessionRow.opened_at > opened_since, SessionRow.seen_at > seen_since)
        .where(AccountRow.closed_at.is_(None))
    ).one_or_none()
    return (found[0], found[1]) if found else None


def seen(session: Session, digest: str, now: datetime) -> None:
    """Note that a session is in use."""
    changed(session, update(SessionRow).where(SessionRow.digest == digest).values(seen_at=now))


def close_session(session: Session, digest: str) -> None:
    """Forget one session."""
    changed(session, delete(SessionRow).where(SessionRow.digest == digest))


def close_sessions(session: Session, account_id: int) -> int:
    """Forget all sessions of an account and say how many there were."""
    return changed(session, delete(SessionRow).where(SessionRow.account_id == account_id))


def count_sessions(session: Session, account_id: int) -> int:
    """Count the sessions of an account."""
    return session.scalar(select(func.count()).where(SessionRow.account_id == account_id)) or 0


def forget_old_sessions(session: Session, opened_before: datetime, seen_before: datetime) -> None:
    """Forget the sessions that no longer count."""
    changed(session, delete(SessionRow).where((SessionRow.opened_at <= opened_before) | (SessionRow.seen_at <= seen_before)))


def attempt(session: Session, keys: Iterable[str], now: datetime, forget_before: datetime) -> list[int]:
    """Note an attempt to sign in under each key, forget the old ones, and give the numbers of the new ones."""
    changed(session, delete(AttemptRow).where(AttemptRow.at < forget_before))
    rows = [AttemptRow(key=key, at=now) for key in keys]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def count_attempts(session: Session, key: str, since: datetime) -> int:
    """Count the attempts under a key since a moment."""
    return session.scalar(select(func.count()).where(AttemptRow.key == key, AttemptRow.at >= since)) or 0


def forget_attempts(session: Session, keys: Iterable[str], noted: Iterable[int]) -> None:
    """Forget all attempts under these keys, and those of these numbers: somebody proved who they are."""
    changed(session, delete(AttemptRow).where(or_(AttemptRow.key.in_(list(keys)), AttemptRow.id.in_(list(noted)))))


def keep_code(session: Session, account_id: int, digest: str, until: datetime) -> None:
    """Keep the digest of a one-time code that will link this account; an earlier code ends."""
    insert_new(session, StaffLinkRow, account_id=account_id, channel=None, person=None, code="", code_until=None)
    changed(session, update(StaffLinkRow).where(StaffLinkRow.account_id == account_id).values(code=digest, code_until=until))


def by_code(session: Session, digest: str, now: datetime) -> AccountRow | None:
    """Give the open account that a live code links; None when there is none."""
    coded = select(AccountRow).join(StaffLinkRow, StaffLinkRow.account_id == AccountRow.id)
    return session.scalar(coded.where(StaffLinkRow.code == digest, StaffLinkRow.code_until > now, AccountRow.closed_at.is_(None)))


def link(session: Session, account_id: int, digest: str, channel: str, person: str) -> bool:
    """Link an account to somebody of a channel by its code, which ends; False when the code has just been used."""
    coded = update(StaffLinkRow).where(StaffLinkRow.account_id == account_id, StaffLinkRow.code == digest)
    return changed(session, coded.values(channel=channel, person=person, code="", code_until=None)) == 1


def linked(session: Session, channel: str, person: str) -> AccountRow | None:
    """Give the open account of somebody of a channel; None when they are nobody to us."""
    theirs = select(AccountRow).join(StaffLinkRow, StaffLinkRow.account_id == AccountRow.id)
    return session.scalar(theirs.where(StaffLinkRow.channel == channel, StaffLinkRow.person == person, AccountRow.closed_at.is_(None)))


def unlink(session: Session, account_id: int) -> bool:
    """Forget who an account is in a channel, and its code; False when it was linked to nobody."""
    was = session.scalar(select(StaffLinkRow.person).where(StaffLinkRow.account_id == account_id))
    changed(session, delete(StaffLinkRow).where(StaffLinkRow.account_id == account_id))
    return was is not None


def linked_accounts(session: Session) -> set[int]:
    """List the accounts that are linked to somebody of a channel."""
    return set(session.scalars(select(StaffLinkRow.account_id).where(StaffLinkRow.person.is_not(None))))
