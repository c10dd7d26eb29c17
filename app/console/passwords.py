"""Passwords: argon2id from argon2-cffi, what is too weak, and how one is made up."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200  # argon2 takes any length, at a price
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread from paper

_hasher = PasswordHasher()
_NOBODYS = _hasher.hash("the password of nobody, so that an unknown name takes as long as a known one")


def hashed(password: str) -> str:
    """Give what is kept of a password."""
    return _hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Say whether a password is the one that was kept; without a kept one it takes as long and is not."""
    try:
        _hasher.verify(kept or _NOBODYS, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Say whether a password was kept with weaker parameters than we use now."""
    return _hasher.check_needs_rehash(kept)


def weakness(password: str, name: str) -> str:
    """Say in Thai why a password cannot be taken; "" when it can."""
    if len(password) < SHORTEST:
        return f"รหัสผ่านต้องยาวอย่างน้อย {SHORTEST} ตัวอักษร"
    if len(password) > LONGEST:
        return f"รหัสผ่านต้องยาวไม่เกิน {LONGEST} ตัวอักษร"
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        return "รหัสผ่านนี้เดาง่าย โปรดใช้ตัวอักษรที่หลากหลายขึ้นและไม่ใช้ชื่อผู้ใช้"
    return ""


def made_up() -> str:
    """Make up a password of four groups, 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
