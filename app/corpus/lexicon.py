"""Tokens for lexical search: the same for a section at ingest and a question at search."""

from __future__ import annotations

from functools import lru_cache

from app.corpus.dictionary import Dictionary
from app.domain import Document, Section
from app.thai import Segmenter, arabic, fold


class Lexicon:
    """Cuts text into words with the clinic's dictionary; a term that stays whole also gives its parts."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Learn the dictionary."""
        self._of_heading = lru_cache(maxsize=1000)(lambda text: self._tokens(_folded(text)))  # titles and paths come again and again
        self.learn(dictionary)

    def learn(self, dictionary: Dictionary) -> None:
        """Find the parts of each term, then learn the terms: one word tree serves both, and building it is most of a start."""
        segmenter = Segmenter()
        parts = {term.replace(".", ""): segmenter.words(term) for term in dictionary.terms}
        segmenter.learn(dictionary.terms)
        self._parts = {term: [part for part in words if len(part) > 1] for term, words in parts.items() if len(words) > 1}
        self.dictionary, self.segmenter = dictionary, segmenter
        self._of_heading.cache_clear()

    def words(self, folded: str) -> list[str]:
        """Cut a folded text into words, nothing added."""
        return self.segmenter.words(folded)

    def tokens(self, text: str) -> list[str]:
        """Give the words of a text, and the parts of the terms among them."""
        return self._tokens(fold(text))

    def _tokens(self, folded: str) -> list[str]:
        return [token for word in self.segmenter.words(folded) for token in (word, *self._parts.get(word, ()))]

    def of_section(self, section: Section, document: Document) -> list[str]:
        """Give the tokens of a section: its heading counts twice, its document's title and the path once."""
        label = self._of_heading(section.label)
        return [*label, *label, *self._of_heading(section.path), *self._of_heading(document.title), *self._tokens(_folded(section.text))]


def _folded(repaired: str) -> str:
    """Fold a text that was repaired when it was cut; repairing costs more than all the rest."""
    return " ".join(arabic(repaired).lower().split())
