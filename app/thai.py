"""The Thai text rule, the same for corpus and queries: repair what files break, fold digits, cut words.

Repair is conservative: it only touches sequences that no correctly written Thai text holds (defects measured on real government PDFs),
so that clean text passes through unchanged.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

import regex
from pythainlp.corpus import thai_words
from pythainlp.tokenize import newmm
from pythainlp.util.trie import Trie

MARKS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎")  # drawn above or below the letter before them
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

# Windows and Mac Thai fonts drew marks in shifted positions as glyphs of the private area (Microsoft's U+F700–F71A assignment); Symbol and
# Wingdings put their bullets there
PRIVATE = str.maketrans(
    {
        0xF700: "ฐ",
        0xF70F: "ญ",
        0xF710: "ั",
        0xF711: "ํ",
        0xF712: "็",
        0xF718: "ุ",
        0xF719: "ู",
        0xF71A: "ฺ",
        0xF71D: "ฬ",
        **{0xF701 + i: mark for i, mark in enumerate("ิีึื")},
        **{start + i: mark for start in (0xF705, 0xF70A, 0xF713) for i, mark in enumerate("่้๊๋์")},
        **dict.fromkeys((0xF076, 0xF0A7, 0xF0B7, 0xF0D8), "•"),
        0xF0FC: "✓",
    }
)
# soft hyphen, zero-width and direction marks, Apple's tags for shifted glyphs, control characters
_INVISIBLE = regex.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\uf873-\uf875\\p{Cc}--[\t\n\v\f\r\x1c-\x1f\x85]]", regex.V1
)
_TONE = "่้๊๋์"
_UPPER_LOWER = "ัิีึืุู็"
_RANK = {mark: rank for rank, marks in enumerate(("ฺ", "ุู", "ัิีึื็", "ํ", "่้๊๋์๎")) for mark in marks}

_IN_PRIVATE_AREA = regex.compile("[\uf000-\uf8ff]")

_Step = tuple[str, Callable[[str], tuple[str, int]]]


def _sub(pattern: str, replacement: str) -> Callable[[str], tuple[str, int]]:
    compiled = regex.compile(pattern)
    return lambda text: compiled.subn(replacement, text)


def _private(text: str) -> tuple[str, int]:
    if not _IN_PRIVATE_AREA.search(text):
        return text, 0
    fixed = text.translate(PRIVATE)
    return fixed, sum(a != b for a, b in zip(text, fixed, strict=True))


_CLUSTER = regex.compile(f"[{''.join(sorted(MARKS))}ำ]{{2,}}")


def _in_order(text: str) -> tuple[str, int]:
    """Put the marks of each letter in the order in which they are typed, each once; สระอำ ends its letter."""
    count = 0

    def one(match: regex.Match[str]) -> str:
        nonlocal count
        marks = match[0]
        fixed = "".join(sorted(dict.fromkeys(marks), key=lambda mark: _RANK.get(mark, 9)))
        count += fixed != marks
        return fixed

    return _CLUSTER.sub(one, text), count


# the order matters: glyphs first, then spaces before marks, then vowels before their tone, then สระอำ, then the order of marks
_STEPS: tuple[_Step, ...] = (
    ("private_glyphs", _private),
    ("invisible", lambda text: _INVISIBLE.subn("", text)),
    ("odd_spaces", _sub("[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " ")),
    ("detached_marks", _sub(f"(?<=[ก-ฮ{_UPPER_LOWER}]) +(?=[{_TONE}{_UPPER_LOWER}ํฺ])", "")),
    ("late_tones", _sub(f"(?<=[ก-ฮ])([าะ])([{_TONE}])", r"\2\1")),
    ("split_sara_am", _sub(f"ํ([{_TONE}]?)า|([{_TONE}])ํา", r"\1\2ำ")),
    ("swapped_marks", _in_order),
    ("sara_ae", _sub("เเ", "แ")),
)


def repaired(text: str) -> tuple[str, Counter[str]]:
    """Repair Thai text and count what was repaired, by kind of defect."""
    text = unicodedata.normalize("NFC", text)
    counts: Counter[str] = Counter()
    seen = None
    while seen != text:  # one repair may uncover another; clean text is gone through once
        seen = text
        for name, step in _STEPS:
            text, n = step(text)
            if n:
                counts[name] += n
        if not counts:
            break
    return text, counts


def repair(text: str) -> str:
    """Repair Thai text."""
    return repaired(text)[0]


def arabic(text: str) -> str:
    """Write Thai digits as Arabic digits."""
    return text.translate(THAI_DIGITS)


def fold(text: str) -> str:
    """Bring text to the form in which it is searched and compared: repaired, Arabic digits, lower case, single spaces."""
    return " ".join(arabic(repair(text)).lower().split())


@cache
def known_words() -> Trie:
    """Give PyThaiNLP's word list as a tree; it takes a second to build, so there is one of it."""
    return Trie(thai_words())


class _Words(Trie):
    """PyThaiNLP's words, of which everybody shares one tree, and words of one's own."""

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        shared, own = known_words().prefixes(text, start), super().prefixes(text, start)
        return sorted({*shared, *own}, key=len) if own else shared

    def __contains__(self, key: str) -> bool:
        return key in known_words() or super().__contains__(key)

    def __len__(self) -> int:  # an empty tree would be replaced by newmm's own
        return len(known_words()) + super().__len__()


class Segmenter:
    """Cut Thai text into words with PyThaiNLP's newmm, keeping the field's own terms whole."""

    def __init__(self, terms: Iterable[str] = ()) -> None:
        """Know PyThaiNLP's list and `terms`."""
        self._trie = _Words(())
        self.learn(terms)

    def learn(self, terms: Iterable[str]) -> None:
        """Keep further terms whole from now on."""
        for term in terms:
            self._trie.add(fold(term))

    def words(self, text: str) -> list[str]:
        """Cut already folded text into words; spaces and punctuation are dropped, abbreviations lose their dots."""
        words = []
        for token in newmm.segment(text, self._trie, safe_mode=len(text) > 400):
            word = token.strip(" .,;:!?()[]{}\"'“”‘’…|*#_-–—ฯๆ/\n\t")
            if word:
                words.append(word.replace(".", "") if regex.search("[ก-๙]", word) else word)
        return words

    def within(self, word: str) -> list[str]:
        """Give the known words that a word begins or ends with: who looks for ประเมิน means แบบประเมิน and ประเมินผล too."""
        cuts = range(3, len(word) - 1)
        return [part for n in cuts for part in (word[:n], word[-n:]) if part in self._trie]

    def pieces(self, text: str) -> list[str]:
        """Cut any text into words, spaces and signs that together are the text again."""
        return list(newmm.segment(text, self._trie, safe_mode=len(text) > 400))
