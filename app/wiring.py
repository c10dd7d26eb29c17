"""Settings to objects; the only place that constructs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import structlog

from app import logs
from app.answering.gaps import Gaps
from app.answering.switch import Switched
from app.answering.wording import thai_today
from app.channels.base import Channel, Staffed
from app.current import Current
from app.domain import Question
from app.drawer import open_drawer
from app.errors import SidecarError
from app.messaging.corrections import Corrections
from app.messaging.handover import Handover
from app.messaging.inbox import Inbox
from app.messaging.notices import Watch
from app.messaging.office_hours import OfficeHours
from app.messaging.outbox import Outbox
from app.messaging.own_data import OwnData
from app.messaging.quota import Quota
from app.messaging.turn import Answering, Conversation
from app.metrics import Numbers
from app.settings import WEEK, Settings, load
from app.store import builds, clinic_answers, gap_grouping, releases
from app.store.database import Database
from app.store.knowledge import KnowledgeFolder
from app.store.retention import Retention
from app.worker import Worker

if TYPE_CHECKING:
    from app.answering.draft import Drafting
    from app.answering.pipeline import Pipeline
    from app.console.office import Office
    from app.console.single_sign_on import SingleSignOn
    from app.corpus.dictionary import Dictionary
    from app.corpus.golden import Examine
    from app.corpus.impact import Asked
    from app.corpus.ingest import Ingest
    from app.corpus.lexicon import Lexicon
    from app.corpus.publishing import Publisher
    from app.corpus.report import Progress
    from app.embeddings.base import Embedding
    from app.llms.base import LanguageModel
    from app.store.index import VectorIndex

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stores:
    """What ingest and answering stand on."""

    settings: Settings
    database: Database
    index: VectorIndex
    embedding: Embedding

    @cached_property
    def lexicon(self) -> Lexicon:
        """The dictionary's words; it takes a second to build, and not every command needs it."""
        return lexicon(self.settings.knowledge_dir / "dictionary.toml")


@dataclass(frozen=True)
class Clinic:
    """The objects of one process."""

    settings: Settings
    database: Database
    channels: dict[str, Channel]
    answering: Answering
    inbox: Inbox
    outbox: Outbox
    handover: Handover
    worker: Worker
    watch: Watch
    numbers: Numbers
    gaps: Gaps


def lexicon(place: Path) -> Lexicon:
    """Construct what cuts text into words, once for each edition of the dictionary: it takes a second, and much memory."""
    return _lexicon(place, place.stat().st_mtime_ns if place.exists() else 0)


@lru_cache(maxsize=1)
def _lexicon(place: Path, _edition: int) -> Lexicon:
    from app.corpus.dictionary import load as load_dictionary
    from app.corpus.lexicon import Lexicon

    return Lexicon(load_dictionary(place))


def open_database(settings: Settings) -> Database:
    """Construct the database and bring it up to date."""
    database = Database(settings.database)
    database.migrate()
    return database


def open_stores(settings: Settings) -> Stores:
    """Construct what ingest and answering stand on, and bring the database up to date."""
    return stores(settings, open_database(settings))


def stores(settings: Settings, database: Database) -> Stores:
    """Construct the vector index and the embedding beside an open database."""
    # imported late: they bring chromadb and the model's package, which a process that only receives messages has no use for
    from app.store.index import VectorIndex

    return Stores(
        settings,
        database,
        VectorIndex(settings.data_dir, settings.chroma_url),
        _embedding(settings),
    )


def _embedding(settings: Settings) -> Embedding:
    embedding: Embedding = open_drawer("embeddings", settings.embedding).build(settings)
    return embedding


def ingest(parts: Stores) -> Ingest:
    """Construct the ingest."""
    from app.answering import calibration
    from app.corpus.ingest import Ingest

    parts = remembering(parts)
    places = (parts.settings.knowledge_dir, parts.settings.data_dir)
    decides = calibration.load(parts.settings.knowledge_dir)
    return Ingest(parts.database, parts.index, parts.embedding, lambda: parts.lexicon, *places, examination(parts), calibration=decides)


def examination(parts: Stores) -> Examine:
    """Construct what asks a release the golden questions of the knowledge folder."""
    from app.corpus import edition
    from app.evaluation import dataset, run

    golden = parts.settings.knowledge_dir / "golden.jsonl"

    def examine(release: int, progress: Progress) -> dict[str, Any] | None:
        if not golden.exists():
            return None
        samples = dataset.load(golden)
        key = edition.text_digest(edition.file_digest(golden), edition.answering_version(), now().date().isoformat())
        with asking(parts, release) as pipeline:
            return {"key": key} | run.evaluate(samples, pipeline, progress=partial(progress, "ask"))

    return examine


def remembering(parts: Stores) -> Stores:
    """Give the same stores with an embedding that remembers questions, for asking the same ones of several releases."""
    from app.embeddings._remembered import Remembered

    return replace(parts, embedding=Remembered(parts.embedding))


def past_questions(parts: Stores, at_most: int) -> list[Asked]:
    """Gather questions to ask again: the newest ones of the log, and the golden ones."""
    from app.corpus.impact import Asked
    from app.evaluation import dataset
    from app.store import turns

    with parts.database.read() as session:
        asked = [Asked(Question(query), "log", turn_id) for query, turn_id in turns.newest_queries(session, at_most)]
    golden = parts.settings.knowledge_dir / "golden.jsonl"
    samples = dataset.load(golden) if golden.exists() else []
    return asked + [Asked(Question(sample.question, sample.history, sample.as_of), "golden") for sample in samples]


@contextmanager
def asking(parts: Stores, release: int, words: Dictionary | None = None) -> Iterator[Pipeline]:
    """Open one release for questions, active or not; with other words than the dictionary's, its sections are cut anew, in memory alone."""
    from app.answering.loaded import ActiveCorpus
    from app.answering.pipeline import Pipeline
    from app.corpus.lexicon import Lexicon

    anew = Lexicon(words) if words else None
    corpus = ActiveCorpus(parts.database, parts.index, parts.embedding, release, anew)
    try:
        yield Pipeline(corpus, parts.embedding, anew or parts.lexicon)
    finally:
        corpus.close()


def answerer(settings: Settings, database: Database) -> Pipeline:
    """Construct the answering flow."""
    from app.answering.loaded import ActiveCorpus
    from app.answering.pipeline import Pipeline

    parts = stores(settings, database)
    model = open_drawer("llms", settings.llm).build(settings) if settings.llm else None
    active = ActiveCorpus(database, parts.index, parts.embedding, loading=partial(_learn_again, parts))
    return Pipeline(active, parts.embedding, parts.lexicon, drafting(model, parts) if model else None)


def _learn_again(parts: Stores) -> None:
    """Understand questions with the dictionary as it is now: a release that was just activated was made with it."""
    from app.corpus.dictionary import NAME
    from app.corpus.dictionary import load as load_dictionary

    try:
        now_written = load_dictionary(parts.settings.knowledge_dir / NAME)
    except SidecarError as error:
        log.error("the dictionary cannot be used, the one before stays", **logs.where(error))
        return
    if now_written != parts.lexicon.dictionary:
        parts.lexicon.learn(now_written)


def drafting(model: LanguageModel, parts: Stores) -> Drafting:
    """Construct LLM mode around a model."""
    from app.answering.draft import Drafting

    return Drafting(model, parts.lexicon)


def office(
    settings: Settings, database: Database, clock: Callable[[], datetime] | None = None, channels: Mapping[str, Channel] | None = None
) -> Office:
    """Construct what the staff's pages work with; without channels officers can read, and reach nobody."""
    from app.console import data_report, secret
    from app.console.desk import StaffDesk
    from app.console.doorkeeper import Doorkeeper
    from app.console.office import Office
    from app.console.word_index import WordIndex
    from app.corpus.differences import word_by_word

    clock, key, live = clock or now, secret.of(settings), current(settings, database)
    words = partial(lexicon, settings.knowledge_dir / "dictionary.toml")
    staffed = [name for name, channel in (channels or {}).items() if isinstance(channel, Staffed) and channel.staff_channel]
    return Office(
        database,
        clock,
        Doorkeeper(database, clock, key),
        _issuer(settings),
        key,
        settings.public_url.startswith("https://"),
        StaffDesk(database, clock, Handover(database, channels or {}, clock), staffed),
        live,
        lambda: office_hours(live()),
        lambda: timedelta(hours=live().waiting_hours),
        Corrections(channels or {}, clock, lambda: live().correction_days),
        publisher(settings, database),
        knowledge_folder(settings),
        WordIndex(database, words),
        data_report.processors(settings),
        lambda before, after: word_by_word(before, after, words().segmenter),
        partial(_start_build, settings),
    )


def _issuer(settings: Settings) -> SingleSignOn | None:
    """Construct the sign-in with the agency's own accounts, where there is one."""
    from app.console.single_sign_on import SingleSignOn

    secret, back = settings.oidc_client_secret.get_secret_value(), f"{settings.public_url}/console/sign-in/agency/back"
    return SingleSignOn(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_name, back) if settings.oidc_issuer else None


def knowledge_folder(settings: Settings) -> KnowledgeFolder:
    """Construct what changes the knowledge folder."""
    return KnowledgeFolder(settings.knowledge_dir, settings.data_dir)


def _start_build(settings: Settings, number: int) -> None:
    """Start a build that nobody here waits for."""
    process = _build(settings, number)
    Thread(target=process.wait, name=f"build-{number}", daemon=True).start()  # so that it does not stay behind as a zombie


def _build(settings: Settings, number: int) -> subprocess.Popen[bytes]:
    """Start a process that builds a release with these settings; it outlives a restart of the server."""
    given = {name.upper(): getattr(settings, name) for name in ("data_dir", "knowledge_dir", "chroma_url", "embedding")}
    environment = os.environ | {name: str(value) for name, value in given.items()} | {"DATABASE_URL": settings.database}
    command = [sys.executable, "-m", "app.console.building", str(number)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - all of it ours


def publisher(settings: Settings, database: Database) -> Publisher:
    """Construct what builds the releases that the staff's decisions need."""
    from app.corpus.publishing import Publisher

    def build(who: str) -> str:
        with database.begin() as session:
            number = builds.begin(session, {"activate": True}, who, now())
        _build(settings, number).wait()
        with database.read() as session:
            row = builds.get(session, number)
        return row.state if row else "failed"

    return Publisher(build)


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


def open_clinic(settings: Settings | None = None) -> Clinic:
    """Construct everything from the settings (by default the environment's) and bring the database up to date."""
    logs.configure()
    settings = settings or load()
    for kind in settings.unconnected:
        log.warning("a channel has no credentials and refuses every webhook", channel=kind)
    database = open_database(settings)
    return assemble(
        settings,
        database,
        {kind: open_drawer("channels", kind).build(settings) for kind in settings.channels},
        answerer(settings, database),
    )


def assemble(
    settings: Settings, database: Database, channels: dict[str, Channel], answering: Answering, clock: Callable[[], datetime] = now
) -> Clinic:
    """Put the messaging flow together around a database, channels and an answering flow, which obeys the switch."""
    gaps = Gaps(database, partial(_embedding, settings), answering, clock)
    answering = Switched(answering, database)
    inbox = Inbox(database, channels, clock, timedelta(seconds=settings.burst_seconds))
    outbox = Outbox(database, channels, clock)
    handover = Handover(database, channels, clock)
    live = current(settings, database)

    def hours() -> OfficeHours:
        return office_hours(live())

    conversation = Conversation(database, answering, hours, OwnData(database, live))
    worker = Worker(
        inbox,
        outbox,
        conversation,
        channels,
        settings.worker_threads,
        daily(live, database, clock),
        steady(gaps, Quota(database, channels, clock)),
    )
    watch = Watch(database, channels, clock, hours, settings.public_url)
    numbers = Numbers(database, clock, hours, lambda: timedelta(hours=live().waiting_hours))
    return Clinic(settings, database, channels, answering, inbox, outbox, handover, worker, watch, numbers, gaps)


def current(settings: Settings, database: Database) -> Current:
    """Construct what gives the settings as they are at the moment."""
    return Current(settings, database)


def daily(settings: Callable[[], Settings], database: Database, clock: Callable[[], datetime]) -> Callable[[], None]:
    """Construct the work of each day: what is over is let go, clinic answers end with their rules, questions are grouped into gaps."""

    def run() -> None:
        Retention(database, settings().retention_days, clock).run()
        with database.begin() as session:
            clinic_answers.settle(session, releases.pointer(session)[0], thai_today(clock()))
            gap_grouping.want(session, clock())

    return run


def steady(gaps: Gaps, quota: Quota) -> Callable[[Callable[[], bool]], None]:
    """Construct the work that goes on beside the answering: the channels' quotas, and the missing rules."""

    def run(is_over: Callable[[], bool]) -> None:
        quota.step()
        gaps.step(is_over)

    return run


def office_hours(settings: Settings) -> OfficeHours:
    """Construct the office hours."""
    opens, closes = (time.fromisoformat(part.strip()) for part in settings.office_hours.split("-"))
    days = [WEEK.index(day) for day in settings.office_days]
    return OfficeHours(opens, closes, days, frozenset(map(date.fromisoformat, settings.holidays)))
