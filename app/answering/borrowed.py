"""Whether a sentence is made of a rule's own words, in the rule's order: it then says no more than the rule does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.force import Words
from app.thai import fold
from app.thai_numbers import is_number, numbers

LEAST_SAID = 0.6  # of the words between the first and the last that a claim takes from its quotation
# words that say nothing of their own; all others of a claim are its quotation's or its heading's
_BLAND = frozenset(
    """
    การ ความ ที่ ซึ่ง อัน และ หรือ กับ ของ ใน โดย จาก ตาม เพื่อ ด้วย แก่ แด่ ต่อ ว่า นี้ นั้น ดังนี้ ดังกล่าว
    ดังต่อไปนี้ ต่อไปนี้ ได้แก่ คือ เป็น มี อยู่ รวม ประกอบ ประกอบด้วย จำนวน แบ่ง แบ่งเป็น แบ่งออกเป็น ออก ไว้ กำหนด
    กำหนดไว้ ระบุ ระบุไว้ เกี่ยวกับ เรื่อง ข้อ ส่วน แต่ละ ต่าง ต่างๆ ทั้ง ๆ ก็ จึง แล้ว จะ ให้ ต้อง ได้ ไม่ ห้าม อาจ
    สามารถ ควร ไป มา ยัง ถึง เมื่อ เรียก เรียกว่า ใช้ ทำ หลักเกณฑ์ เกณฑ์ ถ้า หาก กรณี ในกรณี กรณีที่ เว้นแต่ ยกเว้น
    เท่านั้น เฉพาะ รับ ได้รับ
    """.split()  # noqa: SIM905 - as a list it would be two screens long
)


def foreign(said: str, quote: str, heading: str, words: Words) -> str:
    """Name a word with a meaning that stands neither in the quotation nor in the heading that is shown with it; "" when all do.

    Numbers are looked at elsewhere, together with what they count.
    """
    ruled, named = _dense(quote), _dense(heading)
    content = [word for word in _content(said, words) if not is_number(word)]
    strange = next((word for word in content if _dense(word) not in ruled and _dense(word) not in named), "")
    if strange:
        return f"word {strange[:40]}"
    return "" if any(_dense(word) in ruled for word in content) else "says_nothing"


def astray(said: str, quote: str, words: Words) -> str:
    """Say "order" unless the words come in the rule's order and from one place of it.

    Most of that place is said, and none of its numbers is passed over. Without this the rule's own words could be put together to another
    rule: the marks of one row with the grade of the next.
    """
    ruled = _content(quote, words)
    taken = [word for word in _content(said, words) if word in ruled]
    counted = {part for one in numbers(said) for part in (one.written, *re.split("[.,/:]", one.written))}  # words are cut there too
    for start in (place for place, word in enumerate(ruled) if taken and word == taken[0]):
        end = _end_of(taken, ruled, start)
        place = ruled[start:end]
        if place and len(taken) >= LEAST_SAID * len(place) and {one.written for one in numbers(" ".join(place))} <= counted:
            return ""
    return "order" if taken else ""


def _end_of(taken: Sequence[str], ruled: Sequence[str], start: int) -> int:
    """Where the last of the words stands when they are met in order from `start` on; 0 when they are not."""
    end = start
    for word in taken:
        if word not in ruled[end:]:
            return 0
        end = ruled.index(word, end) + 1
    return end


def _content(text: str, words: Words) -> list[str]:
    """Cut a text into the words that mean something; of a term that stays whole not its parts as well."""
    content: list[str] = []
    whole = ""
    for word in words(text):
        if word in whole:
            whole = whole.replace(word, " ", 1)  # a part of the term before it
            continue
        whole = word if len(word) > 1 else ""
        if word not in _BLAND:
            content.append(word)
    return content


def _dense(text: str) -> str:
    return fold(text).replace(" ", "").replace(".", "")
