"""What was typed wrong: in the other keyboard layout, or a letter or two off a word that the documents use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from pythainlp.util import eng_to_thai
from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.thai import Segmenter, known_words

SHORTEST_TYPED = 4  # characters; two or three Latin letters are an abbreviation as often as not
SHORTEST_WORD = 5  # characters of a word that can be misspelled: shorter ones are one letter from too many others
LONG_WORD = 10  # characters from which on two letters may be wrong
LONGEST_WORD = 30
WINDOW = 4  # words: what a wrong letter breaks a long word into
_THAI = re.compile(r"[ก-๙]")
_NUMBER = re.compile(r"[\d.,/:%-]+")


def typed(text: str) -> str:
    """Give what was meant where a Thai question was typed with the keyboard set to English (l;ylfu is สวัสดี); other text as it is."""
    if len(text.strip()) < SHORTEST_TYPED or _THAI.search(text) or not re.search(r"[a-z;'\[\]]", text, re.IGNORECASE):
        return text
    words = ["".join(part if _NUMBER.fullmatch(part) else eng_to_thai(part)) for part in re.split(r"(\s+)", text)]
    meant = "".join(words)
    letters = _THAI.findall(meant)
    known = known_words()
    sound = sum(len(word) for word in Segmenter().words(meant) if len(word) > 1 and word in known)
    return meant if letters and sound >= 0.8 * len(letters) else text


class Spelling:
    """Finds words of a release's documents for words that nobody uses."""

    def __init__(self, vocabulary: Collection[str]) -> None:
        """Sort the words by length.

        Args:
            vocabulary: the words of the documents.
        """
        self._known = frozenset(vocabulary)
        self._by_length: dict[int, list[str]] = {}
        for word in vocabulary:
            if SHORTEST_WORD <= len(word) <= LONGEST_WORD and _THAI.search(word):
                self._by_length.setdefault(len(word), []).append(word)

    def corrections(self, text: str, words: Sequence[str]) -> dict[str, str]:
        """Give for pieces of a question, as they stand in it, the words that were meant.

        Args:
            text: the question, folded.
            words: the same, cut into words; a misspelled word falls apart into several.
        """
        near = []
        for begin, end in self._windows(words):
            piece = "".join(words[begin:end])
            if piece in text and (best := self._nearest(piece)):
                near.append((best[1], begin - end, begin, end, piece, best[0]))
        found: dict[str, str] = {}
        taken: set[int] = set()
        for _, _, begin, end, piece, meant in sorted(near):
            if taken.isdisjoint(range(begin, end)):
                found[piece] = meant
                taken.update(range(begin, end))
        return found

    def _windows(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        for begin in range(len(words)):
            for end in range(begin + 1, min(begin + WINDOW, len(words)) + 1):
                part = words[begin:end]
                piece = "".join(part)
                is_odd = any(word not in self._known or len(word) == 1 for word in part) and all(_THAI.search(word) for word in part)
                if is_odd and SHORTEST_WORD - 1 <= len(piece) <= LONGEST_WORD and piece not in known_words():
                    yield begin, end

    def _nearest(self, piece: str) -> tuple[str, int] | None:
        wrong = 2 if len(piece) >= LONG_WORD else 1
        near = [word for length in range(len(piece) - wrong, len(piece) + wrong + 1) for word in self._by_length.get(length, ())]
        best = process.extractOne(piece, near, scorer=OSA.distance, score_cutoff=wrong)
        return (str(best[0]), int(best[1])) if best and best[1] else None
