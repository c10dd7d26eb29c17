"""The question as searched: self-contained, in the words of the documents, and for the date it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.answering.everyday import in_rules_words
from app.answering.spelling import Spelling
from app.answering.when import in_full, when, without
from app.answering.wording import TODAY, thai_today
from app.corpus.lexicon import Lexicon
from app.thai import fold

# words that carry no subject: particles, question words, courtesy; they count neither for nor against a passage
EMPTY = frozenset(
    """
    ครับ คับ ครับผม ค่ะ คะ ค่า นะ น่ะ นะคะ นะครับ จ้า จ้ะ อ่ะ อะ ป่ะ ปะ ล่ะ หละ ละ เหรอ หรอ มั้ย ไหม มั๊ย ไม๊ หรือเปล่า หรือไม่ รึเปล่า รึ ป่าว เปล่า บ้าง
    อะไร อะไรบ้าง ยังไง อย่างไร ไง เท่าไร เท่าไหร่ เท่าใด กี่ ใคร ไหน ใด เมื่อไร เมื่อไหร่ ทำไม ที่ไหน ที่ ซึ่ง และ หรือ กับ ของ ใน ให้ ได้ ไป มา ก็ แล้ว จะ ต้อง มี
    เป็น คือ อยู่ ว่า ไม่ ถ้า หาก แต่ โดย จาก ถึง ตาม เพื่อ ด้วย เลย ช่วย บอก หน่อย ขอ อยาก ทราบ รู้ ถาม สอบถาม เรา ผม ดิฉัน หนู พี่ การ ความ นี้ นั้น กัน เอา ใช้
    ทำ ยัง ๆ สวัสดี ขอบคุณ รบกวน คำตอบ เรื่อง
    เคย เพิ่ง ตอน โดน นับว่า กว่า ทุก ทุกที เขา มัน คน ลงมา ขึ้นมา กลับมา เข้า ถึงที่ สั้น เดียว the a an of is are what how to in for and or do does please
    """.split()  # noqa: SIM905 - as a list it would be two screens long
)
_SECTION = re.compile(r"(มาตรา|ม\.|ข้อ)\s*(\d{1,4}(?:/\d{1,3})?)(?:\s*(ทวิ|ตรี|จัตวา|เบญจ|ฉ|สัตต|อัฏฐ))?(?![\d\w])")
# words before a section's number that only say where a subject stands: "ที่ถูกปฏิเสธตามมาตรา 15 ต้องอุทธรณ์ภายในกี่วัน" does not ask for มาตรา 15
_WHERE = re.compile(r"(ตาม(ความใน)?|อ้าง(ถึง)?|ฝ่าฝืน|โดยอาศัย(อำนาจตาม)?|ปฏิบัติตาม|นอกจาก)\s*$")
_FOLLOWS = re.compile(r"^(แล้ว|ถ้า(?!จะ)|กรณี(?=นี้)|อันนี้|ส่วน|งั้น|ต้องส่ง|อันที่|ข้อที่|ของปี|ปี ?(25)?\d\d)|(ล่ะ|ละ|หละ)\s*(ครับ|คะ|ค่ะ)?$")
_MARKS = re.compile(r"^(แล้ว|ถ้า|ส่วน|งั้น)+|\s*(ล่ะ|ละ|หละ)?\s*(ครับ|คับ|คะ|ค่ะ)?$")  # what only says that it follows
_QUESTION = re.compile(r"กี่|ใคร|ผู้ใด|อะไร|ไหน|ใด|เท่าไร|เท่าไหร่|อย่างไร|ยังไง|ไหม|มั้ย|หรือไม่|หรือเปล่า|หรือยัง|เมื่อไ|ทำไม|ไร(ครับ|คะ)?$")
PASSING = 30  # characters besides the section's name, from which on a question is about something else in that section's field
FOLLOW_LENGTH = 60  # characters; a longer question stands for itself


@dataclass(frozen=True)
class Query:
    """What is searched. `tokens` are all its words, `content` those that carry the subject; `years` are fiscal years named in it (พ.ศ.).

    `asks` is the part that says what is asked for: of a follow-up its own words, if they ask for anything.
    """

    text: str
    asks: str
    tokens: tuple[str, ...]
    content: tuple[str, ...]
    as_of: date
    today: date
    years: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()  # whole dates in it: a rule may be asked for by its own
    before: bool = False  # the rule before the one in force is meant
    subject: str = ""  # the question without the time it names
    labels: tuple[str, ...] = ()  # sections asked for by number
    pointed_at: tuple[str, ...] = ()  # sections named only to say where the subject stands

    def day_of(self, year: int) -> date:
        """Give the day whose rules a fiscal year is asked about: its last day, or today within the current one."""
        return min(date(year - 543, 9, 30), self.today)


def understand(
    question: str,
    *,
    lexicon: Lexicon,
    spelling: Spelling | None = None,
    history: Sequence[str] = (),
    as_of: date | None = None,
    now: datetime | None = None,
) -> Query:
    """Make the query of a question.

    Args:
        question: as typed.
        lexicon: the release's dictionary and segmenter.
        spelling: finds the documents' words for misspelled ones; none are looked for without it.
        history: earlier questions of the conversation, oldest first.
        as_of: the day asked about, when it was given apart from the question.
        now: the moment of asking; now when absent.
    """
    own = folded = in_full(_corrected(fold(question).removeprefix(fold(TODAY)), lexicon, spelling))
    if history and len(own) <= FOLLOW_LENGTH and _FOLLOWS.search(own):
        earlier = in_full(fold(history[-1]))
        folded = f"{without(earlier) if when(own).is_said else earlier} {own}"
    today = thai_today(now or datetime.now(UTC))
    said = when(folded)
    years = said.years or said.spoken
    spelled = [str(year) for year in years if str(year) not in folded]  # "ita 67" stands as 2567 in the documents
    # a follow-up asks for something else than what was just answered: its own words count twice
    again = [_MARKS.sub("", without(own))] if own != folded else []
    of_documents = dict.fromkeys([*lexicon.dictionary.expansions(folded), *in_rules_words(folded, lexicon.words(folded))])
    expanded = " ".join([*again, folded, *spelled, *of_documents])
    tokens = tuple(lexicon.tokens(expanded))
    day = as_of or (min(said.day, today) if said.day else today)
    if not as_of and not said.day and len(said.years) == 1:
        day = min(date(years[0] - 543, 9, 30), today)
    return Query(
        text=expanded,
        asks=own if _QUESTION.search(own) else folded,
        tokens=tokens,
        content=tuple(token for token in dict.fromkeys(tokens) if token not in EMPTY and (len(token) > 1 or token.isdigit())),
        as_of=day,
        today=today,
        years=() if as_of or said.day else years,
        dates=() if as_of or said.day else said.dates,
        before=said.before and day == today,
        subject=said.rest,
        labels=tuple(_label(match) for match in _SECTION.finditer(folded) if not _is_where(folded, match)),
        pointed_at=tuple(_label(match) for match in _SECTION.finditer(folded) if _is_where(folded, match)),
    )


def _corrected(folded: str, lexicon: Lexicon, spelling: Spelling | None) -> str:
    for wrong, meant in spelling.corrections(folded, lexicon.words(folded)).items() if spelling else ():
        folded = folded.replace(wrong, meant)
    return folded


def _is_where(folded: str, match: re.Match[str]) -> bool:
    """Whether a section is named in passing; not when nothing else is said: "ตามมาตรา 31" asks for it."""
    rest = folded[: match.start()] + folded[match.end() :]
    return bool(_WHERE.search(folded[: match.start()])) and len(rest) > PASSING


def _label(match: re.Match[str]) -> str:
    unit = "ข้อ" if match[1] == "ข้อ" else "มาตรา"
    return f"{unit} {match[2]}" + (f" {match[3]}" if match[3] else "")
