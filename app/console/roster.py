"""The rules of staff accounts: names, roles, and that the last admin stays; each change notes itself in the act."""

from __future__ import annotations

import re
from datetime import datetime

from app.console import passwords
from app.console.acts import Act
from app.console.permissions import ROLES
from app.errors import Mistaken, NotThere
from app.store import staff
from app.store.staff_tables import AccountRow

NAME = re.compile(r"[\wก-๙][\wก-๙.@-]{1,58}")


def taken_name(typed: str) -> str:
    """Give a name as it is kept: without capital letters, of letters, digits and . @ - _ only.

    Raises:
        Mistaken: it cannot be a name.
    """
    name = typed.strip().casefold()
    if not NAME.fullmatch(name):
        raise Mistaken("ชื่อผู้ใช้ต้องยาว 2–59 ตัวอักษร ใช้ได้เฉพาะตัวอักษร ตัวเลข และเครื่องหมาย . @ - _")
    return name


def add(act: Act, name: str, role: str, password: str, now: datetime, *, is_temporary: bool) -> None:
    """Open an account.

    Raises:
        Mistaken: the role is none, or the name is taken.
    """
    kept = passwords.hashed(password)
    if staff.add(act.session, name=name, role=_role(role), password=kept, is_temporary=is_temporary, now=now) is None:
        raise Mistaken("มีบัญชีชื่อนี้แล้ว")
    act.after = {"role": role}


def change_role(act: Act, account_id: int, role: str) -> None:
    """Give another role.

    Raises:
        NotThere: there is no such account.
        Mistaken: the role is none, or nobody would be admin.
    """
    row = _account(act, account_id)
    if row.role == "admin" and role != "admin" and row.closed_at is None:
        _needs_another_admin(act)
    act.before, act.after = {"role": row.role}, {"role": _role(role)}
    row.role = role


def set_password(act: Act, account_id: int, password: str, *, is_temporary: bool) -> str:
    """Give another password, end the person's sessions and their link to a channel, and give their name.

    Raises:
        NotThere: there is no such account.
    """
    row = _account(act, account_id)
    staff.set_password(act.session, row.id, passwords.hashed(password), is_temporary=is_temporary)
    staff.close_sessions(act.session, row.id)
    staff.unlink(act.session, row.id)
    act.after = {"password": "made up anew" if is_temporary else "changed"}
    return row.name


def know_as(act: Act, account_id: int, typed: str) -> None:
    """Enter the e-mail address or user name by which the agency's issuer knows a person; whoever was bound before is not any more.

    Raises:
        NotThere: there is no such account.
        Mistaken: another account is known by it.
    """
    row, name = _account(act, account_id), typed.strip().casefold()[:200]
    if name and staff.is_known_as(act.session, name, account_id):
        raise Mistaken("อีเมลหรือชื่อผู้ใช้นี้เป็นของอีกบัญชีหนึ่งแล้ว")
    staff.close_sessions(act.session, row.id)
    act.before, act.after = {"known as": row.known_as or "", "bound": row.subject is not None}, {"known as": name, "bound": False}
    row.known_as, row.subject = name or None, None


def close(act: Act, account_id: int, now: datetime) -> None:
    """Close an account and end the person's sessions and their link to a channel.

    Raises:
        NotThere: there is no such account.
        Mistaken: nobody would be admin.
    """
    row = _account(act, account_id)
    if row.role == "admin" and row.closed_at is None:
        _needs_another_admin(act)
    staff.close_sessions(act.session, row.id)
    staff.unlink(act.session, row.id)
    act.before, act.after = {"open": row.closed_at is None}, {"open": False}
    row.closed_at = row.closed_at or now


def reopen(act: Act, account_id: int) -> None:
    """Open a closed account again.

    Raises:
        NotThere: there is no such account.
    """
    row = _account(act, account_id)
    act.before, act.after = {"open": row.closed_at is None}, {"open": True}
    row.closed_at = None


def unlink(act: Act, account_id: int) -> None:
    """Forget who an account is in a channel.

    Raises:
        NotThere: there is no such account.
    """
    row = _account(act, account_id)
    act.before, act.after = {"linked": staff.unlink(act.session, row.id)}, {"linked": False}


def _account(act: Act, account_id: int) -> AccountRow:
    row = staff.get(act.session, account_id)
    if row is None:
        raise NotThere("there is no such account")
    act.subject = f"account {row.name}"
    return row


def _role(role: str) -> str:
    if role not in ROLES:
        raise Mistaken("ไม่มีบทบาทนี้")
    return role


def _needs_another_admin(act: Act) -> None:
    if staff.count_open(act.session, "admin") < 2:
        raise Mistaken("ต้องมีผู้ดูแลระบบอย่างน้อยหนึ่งคน")
