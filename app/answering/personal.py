"""What of a message may be kept: people's numbers and addresses are covered before anything is stored, classified text is not kept."""

from __future__ import annotations

import regex

from app.answering.screen import is_classified
from app.answering.wording import COVERED
from app.thai import arabic

CLASSIFIED = "[ลับ]"  # stands for a message with a secret marking, and is one itself: the screen still refuses it
_EMAIL = regex.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", regex.IGNORECASE)
# digits in the groups in which people write them; what stands within a longer number is no number of a person
_THIRTEEN = regex.compile(r"(?<![\d.,/-])\d(?:[ .–-]?\d){12}(?![\d/]|[.,-]\d)")
_PHONE = regex.compile(r"(?<![\d.,/-])(?:\+66[ -]?|0)[ -]?[2-9](?:[ .–-]?\d){7,8}(?![\d/]|[.,-]\d)")


def keepable(text: str) -> str:
    """Give a message as it may be stored.

    Citizen ids (by their check digit), telephone numbers and e-mail addresses are covered; the rest stays as it was written.
    """
    if is_classified(text):
        return CLASSIFIED
    digits = arabic(text)  # as long as the text: places in one are places in the other
    places = [match.span() for match in _THIRTEEN.finditer(digits) if is_citizen_id(match[0])]
    places += [match.span() for match in _PHONE.finditer(digits)]
    places += [match.span() for match in _EMAIL.finditer(text)]
    for start, end in sorted(places, reverse=True):
        text = text[:start] + COVERED + text[end:]
    return text


def is_citizen_id(number: str) -> bool:
    """Say whether a number is a Thai citizen id: thirteen digits of which the last follows from the others."""
    digits = [int(one) for one in number if one.isdigit()]
    if len(digits) != 13 or digits[0] == 0:
        return False
    total = sum(digit * (13 - place) for place, digit in enumerate(digits[:12]))
    return (11 - total % 11) % 10 == digits[12]
