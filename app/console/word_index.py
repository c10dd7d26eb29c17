"""Keep the words of questions up to date, so that the log can be searched in Thai: beside the answering, which need not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import structlog

from app.corpus.lexicon import Lexicon
from app.logs import where
from app.store import question_log
from app.store.database import Database
from app.thai import fold

BATCH = 200  # questions in one commit
AT_ONCE = 400  # at most, while somebody waits for a page
EVERY = 5.0  # seconds

log = structlog.get_logger(__name__)


class WordIndex:
    """Cuts new questions into words, now and then in a thread of its own, and when somebody searches."""

    def __init__(self, database: Database, lexicon: Callable[[], Lexicon]) -> None:
        """Keep what is indexed, and what gives the lexicon: it takes a second to build, so it is asked for late."""
        self._database = database
        self._lexicon = lexicon
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="console-words", daemon=True)

    def words(self, text: str) -> tuple[str, ...]:
        """Cut what somebody searches for as questions are cut."""
        return tuple(dict.fromkeys(word[: question_log.LONGEST_WORD] for word in self._lexicon().segmenter.words(fold(text))))

    def catch_up(self, at_most: int = AT_ONCE) -> int:
        """Index new questions, the newest first, and say how many there were."""
        done = 0
        while done < at_most:
            with self._database.read() as session:
                new = question_log.unsearchable(session, min(BATCH, at_most - done))
            if not new:
                break
            cut = [(turn_id, question, self._of_question(question)) for turn_id, question in new]
            with self._database.begin() as session:
                question_log.make_searchable(session, cut)
            done += len(new)
        return done

    def _of_question(self, question: str) -> list[str]:
        lexicon = self._lexicon()
        return [part for word in lexicon.tokens(question) for part in (word, *lexicon.segmenter.within(word))]

    def start(self) -> None:
        """Begin to catch up in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the batch in hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            try:
                while self.catch_up(BATCH) and not self._stopping.is_set():
                    pass
            except Exception as error:  # noqa: BLE001 - the database may be away; the thread goes on
                log.error("words were not indexed", **where(error))
