"""What the Thai word list knows: how plausible a text is, and which words a damaged text meant.

The mending here guesses, so it is for text out of PDFs and OCR only, never for queries, and it only touches places that show a defect.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

import regex
from pythainlp.corpus import thai_words, tnc
from pythainlp.tokenize import newmm

from app.thai import MARKS, known_words

_RUN = regex.compile("[ก-ฮะ-ฺเ-ๅ็-๎]+")  # Thai letters and marks; no digits, no ฯ and ๆ
_CONSONANTS = frozenset(map(chr, range(ord("ก"), ord("ฮ") + 1)))
_TONE = "่้๊๋์"
_NEAR = 12  # letters to each side of a place that are weighed with it
_LONGEST = 24  # letters of a word
_LETTER_COST = 13.0  # nats, of a letter outside every known word; a frequent word costs 6, a rare one 15
_RARE = 3.0  # nats a letter, above which a known word is more likely a piece of a damaged one
_WORTH = 8.0  # nats that a reading must save to be believed

# words of every official text as they read when สระอำ has lost its circle: none of them is a word
_WITHOUT_CIRCLE = regex.compile("อานาจ|สานักงาน|กาหนด|ดาเนินการ|สาหรับ|จาเป็น|ตาแหน่ง|สาคัญ|จานวน|ชานาญ|คาสั่ง|จากัด|คาแนะนา")
_FEW_CIRCLES = 0.002  # share of ำ among letters where it was lost; usual is 0.01
_SPLIT_AM = regex.compile(f"(?<=[ก-ฮ]) +([{_TONE}]?)([าำ])|(?<=[ก-ฮ])([{_TONE}]) +([าำ])")
_STACK = regex.compile("[ัิีึื็][่้๊๋์]?[ัิีึื็]")  # two vowels over one letter


@cache
def _words() -> Mapping[str, tuple[str, float]]:
    """Give each word itself and what it costs: the rarer the dearer."""
    counts = dict(tnc.unigram_word_freqs())
    total = math.log(sum(counts.values()))
    return {word: (word, total - math.log(counts.get(word, 0) + 0.5)) for word in thai_words() if _RUN.fullmatch(word)}


@cache
def _readings() -> Mapping[str, tuple[str, float]]:
    """Give for each word with า in place of every ำ the most frequent word that then looks so."""
    best: dict[str, tuple[str, float]] = {}
    for word, cost in _words().values():
        folded = word.replace("ำ", "า")
        if folded not in best or cost < best[folded][1]:
            best[folded] = word, cost
    return best


def plausibility(text: str) -> float:
    """Give the share of the Thai letters of a text that are part of known words, not counting rare ones of a few letters.

    A text that lost its marks still falls apart into words of the list, but into short and rare ones.

    Returns:
        1.0 for text without Thai letters; 0.96 for a usual page of a document and 0.84 for the oddest; under 0.65 without marks, and
        under 0.5 where letters are lost.
    """
    words = _words()
    letters = known = 0
    for run in _RUN.finditer(text):
        letters += len(run[0])
        for begin, end, is_known in _cut(run):
            word = text[begin:end]
            known += (end - begin) if is_known and words[word][1] <= _RARE * (end - begin) else 0
    return known / letters if letters else 1.0


def mended(lines: Sequence[str]) -> tuple[list[str], Counter[str]]:
    """Read damaged words as what they most likely were: สระอำ in pieces or without its circle, marks on the next letter, spaces inside.

    Args:
        lines: all lines of a document, already repaired by `app.thai`; which defects it has shows in all of them together.

    Returns:
        The lines, and how many places were mended, by kind of defect.
    """
    counts: Counter[str] = Counter()
    fixed = [_near_unknown(_with_joined_am(line, counts), counts) for line in lines]
    lost = _RUN if _lost_circles("\n".join(fixed)) else _WITHOUT_CIRCLE  # in all words, or in those that cannot be others
    fixed = [lost.sub(lambda words: _reread(words[0], counts), line) for line in fixed]
    return fixed, counts


def _cut(run: regex.Match[str]) -> Iterator[tuple[int, int, bool]]:
    """Cut a run of Thai into words: where each begins and ends in the line, and whether it is known; a lone letter is not."""
    position = run.start()
    for length, is_known in _lengths(run[0]):
        yield position, position + length, is_known
        position += length


@lru_cache(maxsize=20_000)  # a page is judged, mended and judged again
def _lengths(run: str) -> tuple[tuple[int, bool], ...]:
    words = newmm.segment(run, known_words(), safe_mode=len(run) > 400)
    return tuple((len(word), len(word) > 1 and word in known_words()) for word in words)


def _with_joined_am(line: str, counts: Counter[str]) -> str:
    """Join what stands apart from its consonant: no Thai word begins with า or ำ."""
    while found := _SPLIT_AM.search(line):
        tone, vowel = found[1] or found[3] or "", found[2] or found[4]
        before, after = _around(line, *found.span())
        best = min([tone + "ำ"] if vowel == "ำ" else [tone + "ำ", tone + "า"], key=lambda am: _cost(before + am + after))
        line = line[: found.start()] + best + line[found.end() :]
        counts["split_sara_am"] += 1
    return line


def _near_unknown(line: str, counts: Counter[str]) -> str:
    """Try other readings where the line has letters of no word."""
    position = 0
    while run := _RUN.search(line, position):
        position = run.end()
        for begin, end, is_known in _cut(run):
            name, changed = ("", line) if is_known else _reading(line, begin, end)
            if changed != line:
                counts[name] += 1
                line, position = changed, begin + 1
                break
    return line


def _reading(line: str, begin: int, end: int) -> tuple[str, str]:
    """Give the line with a better reading of an unknown word, and what was wrong with it."""
    is_torn = bool(_STACK.search(line, begin, end))
    joined = (("inner_spaces", True, place) for place in _without_space(line, begin, end))
    moved = (("misplaced_marks", is_torn, place) for place in _marks_moved(line, begin, end, is_torn=is_torn))
    for name, is_sure, (first, last, text) in (*joined, *moved):
        changed = line[:first] + text + line[last:]
        if _is_sound(changed, begin, end + len(changed) - len(line), is_sure=is_sure) and _saves(line, first, last, text):
            return name, changed
    return "", line


def _is_sound(line: str, begin: int, end: int, *, is_sure: bool) -> bool:
    """Tell whether a new reading leaves nothing unknown; where the old one could be a name, it must also be one word."""
    cut = [word for run in _RUN.finditer(line) if run.start() < end and run.end() > begin for word in _cut(run)]
    words = [is_known for first, last, is_known in cut if first < end and last > begin]
    return all(words) and (is_sure or len(words) == 1)


def _without_space(line: str, begin: int, end: int) -> list[tuple[int, int, str]]:
    within = range(1, len(line) - 1)
    spaces = [at for at in (begin - 1, end) if at in within and line[at] == " " and _RUN.match(line[at - 1]) and _RUN.match(line[at + 1])]
    return [(at, at + 1, "") for at in spaces]


def _marks_moved(line: str, begin: int, end: int, *, is_torn: bool) -> list[tuple[int, int, str]]:
    """Move a tone, or in a torn word any mark, to one of the two consonants before or to the next; read ้า as ำ, which look alike."""
    found = []
    for at in range(max(begin - 1, 1), min(end + 2, len(line))):
        mark = line[at]
        if mark not in (MARKS if is_torn else _TONE):
            continue
        if line[at : at + 2] == "้า":
            found.append((at, at + 2, "ำ"))
        for i in [i for i in range(max(at - 6, line.rfind(" ", 0, at) + 1), at) if line[i] in _CONSONANTS][-3:-1]:
            skip = mark in _TONE and line[i + 1] in MARKS  # a tone follows the vowel
            found.append((i + 1, at + 1, line[i + 1 : i + 1 + skip] + mark + line[i + 1 + skip : at]))
        if at + 1 < len(line) and line[at + 1] in _CONSONANTS:
            found.append((at, at + 2, line[at + 1] + mark))
    return found


def _saves(line: str, begin: int, end: int, reading: str) -> bool:
    before, after = _around(line, begin, end)
    return _cost(before + line[begin:end] + after) - _cost(before + reading + after) > _WORTH


def _around(line: str, begin: int, end: int) -> tuple[str, str]:
    """Give the letters around a place; in letter-spaced lines the spaces between them say nothing."""
    return line[max(0, begin - _NEAR) : begin].replace(" ", ""), line[end : end + _NEAR].replace(" ", "")


def _cost(text: str) -> float:
    return sum(_cheapest(run, _words())[0] for run in _RUN.findall(text))


def _cheapest(run: str, readings: Mapping[str, tuple[str, float]]) -> tuple[float, str]:
    """Cut a run into the cheapest words (Viterbi over single words); letters outside every word stay as they are."""
    best = [(0.0, "")]
    for end in range(1, len(run) + 1):
        cost, text = best[end - 1]
        choice = cost + _LETTER_COST, text + run[end - 1]
        for begin in range(max(0, end - _LONGEST), end):
            reading = readings.get(run[begin:end])
            if reading and best[begin][0] + reading[1] < choice[0]:
                choice = best[begin][0] + reading[1], best[begin][1] + reading[0]
        best.append(choice)
    return best[-1]


def _lost_circles(text: str) -> bool:
    """Tell whether a whole document lost the difference between า and ำ: none has a circle, or all have."""
    circles, plain, letters = text.count("ำ"), text.count("า"), sum(len(run) for run in _RUN.findall(text))
    return circles > max(plain, 3) or (circles <= _FEW_CIRCLES * letters and len(_WITHOUT_CIRCLE.findall(text)) > circles)


def _reread(run: str, counts: Counter[str]) -> str:
    """Choose between า and ำ for every word."""
    fixed = _cheapest(run.replace("ำ", "า"), _readings())[1]
    counts["lost_circles"] += sum(a != b for a, b in zip(run, fixed, strict=True))
    return fixed
