"""Who is at the door: sign in, stay signed in, sign out, and how many wrong passwords are too many."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.console import passwords
from app.console.acts import Staff
from app.store import audit, staff
from app.store.audit import Entry
from app.store.database import Database
from app.store.staff_tables import AccountRow

SESSION_LASTS = timedelta(hours=12)
IDLE_LASTS = timedelta(hours=4)
SEEN_EVERY = timedelta(minutes=1)  # a session is not written to at every page
LOCKED_FOR = timedelta(minutes=15)
# a name from one address is stopped early, a name from everywhere late: guessing elsewhere must not lock an admin out at once
TRIES = {"both": 5, "address": 30, "name": 50}


@dataclass(frozen=True)
class SignedIn:
    """A person and the value that their browser holds."""

    staff: Staff
    token: str


@dataclass(frozen=True)
class Person:
    """Who the agency's issuer says somebody is: the id that never changes there, and the names that an admin may have entered."""

    subject: str
    names: tuple[str, ...]


class Doorkeeper:
    """Signs staff in and out. Everything is in the database, so that several processes agree."""

    def __init__(self, database: Database, clock: Callable[[], datetime], secret: str) -> None:
        """Keep where sessions are; `secret` makes digests worthless to who reads only the database."""
        self._database = database
        self._clock = clock
        self._secret = secret.encode()

    def sign_in(self, name: str, password: str, address: str, old_token: str) -> SignedIn | None:
        """Sign somebody in with a new session; the browser's old one ends. None when name, password or patience do not suffice."""
        now = self._clock()
        name = name.strip().casefold()
        keys = {
            "both": self._digest("both", name, address),
            "address": self._digest("address", address),
            "name": self._digest("name", name),
        }
        with self._database.begin() as session:  # noted first: guesses at the same time count each other
            noted = staff.attempt(session, keys.values(), now, now - LOCKED_FOR)
        with self._database.read() as session:
            tired = any(staff.count_attempts(session, key, now - LOCKED_FOR) > TRIES[kind] for kind, key in keys.items())
            account = staff.by_name(session, name)
        if tired:
            self.refuse(None, address, "password")
            return None
        known = None if account is None or account.closed_at else account
        if not passwords.fits(known.password if known else None, password) or known is None:
            self.refuse(account, address, "password")
            return None
        with self._database.begin() as session:
            staff.forget_attempts(session, [keys["both"], keys["name"]], noted)
            if passwords.is_outdated(known.password):
                staff.set_password(session, known.id, passwords.hashed(password), is_temporary=known.is_temporary)
            _note(session, known, "signed in", now)
            staff.note_sign_in(session, known.id, address, way="password", result="signed in", now=now)
            return SignedIn(_staff(known), self._opened(session, known.id, old_token, now))

    def attempt(self, address: str) -> list[int] | None:
        """Note that somebody from an address comes back from the issuer; None when too many of them were nobody."""
        now, key = self._clock(), self._digest("address", address)
        with self._database.begin() as session:
            noted = staff.attempt(session, [key], now, now - LOCKED_FOR)
            return noted if staff.count_attempts(session, key, now - LOCKED_FOR) <= TRIES["address"] else None

    def admit(self, person: Person, noted: Iterable[int], address: str, old_token: str) -> SignedIn | None:
        """Sign in somebody whom the issuer has proved, with a new session; the browser's old one ends. None when no open account is theirs.

        An account is bound to the issuer's id of a person when they first come by the name that an admin entered; then only the id counts.
        """
        now, useless = self._clock(), passwords.hashed(secrets.token_urlsafe(32))
        with self._database.begin() as session:
            account = staff.of_person(session, person.subject, person.names)
            if account is None or account.closed_at:
                _refuse(session, account, address, "agency", now)
                return None
            staff.forget_attempts(session, [], noted)
            if account.is_temporary:  # a password that was made up for them has no use any more
                staff.set_password(session, account.id, useless, is_temporary=False)
            _note(session, account, "signed in with the agency" if account.subject else "bound to the agency's account", now)
            staff.bind(session, account.id, person.subject)
            staff.note_sign_in(session, account.id, address, way="agency", result="signed in", now=now)
            return SignedIn(replace(_staff(account), is_temporary=False), self._opened(session, account.id, old_token, now))

    def who(self, token: str) -> Staff | None:
        """Say who a browser belongs to; None when it is not signed in."""
        if not token:
            return None
        now, digest = self._clock(), self._digest("session", token)
        with self._database.read() as session:
            found = staff.signed_in(session, digest, opened_since=now - SESSION_LASTS, seen_since=now - IDLE_LASTS)
        if found is None:
            return None
        account, kept = found
        if now - kept.seen_at > SEEN_EVERY:
            with self._database.begin() as session:
                staff.seen(session, digest, now)
        return _staff(account)

    def sign_out(self, session: Session, token: str) -> None:
        """End one session."""
        staff.close_session(session, self._digest("session", token))

    def form_token(self, token: str) -> str:
        """Give what every form of this browser must carry: made from its cookie, which no other site can read."""
        return self._digest("form", token)

    def is_form_token(self, token: str, given: str) -> bool:
        """Say whether a form came from a page of this browser."""
        return bool(token) and hmac.compare_digest(self.form_token(token).encode(), given.encode())

    def open_anew(self, session: Session, account_id: int) -> str:
        """End all sessions of somebody and open a new one for the browser at hand; gives its token."""
        token = secrets.token_urlsafe(32)
        staff.close_sessions(session, account_id)
        staff.open_session(session, self._digest("session", token), account_id, self._clock())
        return token

    def _opened(self, session: Session, account_id: int, old_token: str, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        staff.forget_old_sessions(session, now - SESSION_LASTS, now - IDLE_LASTS)
        staff.close_session(session, self._digest("session", old_token))
        staff.open_session(session, self._digest("session", token), account_id, now)
        return token

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._secret, "\x1f".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def refuse(self, account: AccountRow | None, address: str, way: str) -> None:
        """Keep that somebody was refused."""
        with self._database.begin() as session:
            _refuse(session, account, address, way, self._clock())


def _refuse(session: Session, account: AccountRow | None, address: str, way: str, now: datetime) -> None:
    staff.note_sign_in(session, account.id if account else None, address, way=way, result="refused", now=now)
    if account:  # what is typed as a name may be a password: only the names of accounts are written down
        _note(session, account, "refused", now)


def _note(session: Session, account: AccountRow, what: str, now: datetime) -> None:
    audit.write(session, Entry(now, account.id, account.name, account.role, "account.own", "sign-in", {}, {"result": what}))


def _staff(account: AccountRow) -> Staff:
    return Staff(account.id, account.name, account.role, account.is_temporary)
