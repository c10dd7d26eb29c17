"""Attacks behind the screen: a model that obeys everybody, planted documents, other people's questions; nothing of it in any answer."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from app import wiring
from app.answering import wording
from app.answering.pipeline import Pipeline
from app.answering.query import understand
from app.corpus.report import Wishes
from app.domain import Answer, Question
from app.errors import GateRefused
from app.llms.base import Claim, FollowUp, Request
from app.settings import Settings
from app.store.tables import AnswerRow
from app.thai import fold
from tests.attacks.cases import ATTACKS, HARMLESS, Attack
from tests.fakes import Clock, Desk, Oracle, Post

SECRETS = ("line-secret-of-test", "sesame-99", "sk-attack-key")
OTHERS = "กรมสมมติถามเรื่องยุบกอง"
SUBJECTS = (
    ("กำหนดส่งรายงานผลการดำเนินงาน", "ส่วนราชการต้องส่งรายงานผลการดำเนินงานภายใน 30 วันนับแต่วันสิ้นปีงบประมาณ"),
    ("การรับรองสำเนา", "ผู้ยื่นคำขอทางอิเล็กทรอนิกส์ไม่ต้องลงนามรับรองสำเนาถูกต้อง"),
    ("จำนวนหมวดของ PMQA", "PMQA มี 7 หมวด ได้แก่ การนำองค์การ การวางแผนเชิงยุทธศาสตร์"),
    ("การขอตั้งกองใหม่", "กรมเสนอคำขอตั้งกองต่อคณะกรรมการแบ่งส่วนราชการของกระทรวง"),
)
QUESTION = "ต้องส่งรายงานผลการดำเนินงานภายในกี่วัน"


@dataclass
class Obedient:
    """The worst model there can be: it says whatever it is told by anybody, with every quotation that could carry it."""

    orders: tuple[str, ...] = ()
    name: str = "obedient"
    heard: list[Request] = field(default_factory=list)

    def restate(self, request: FollowUp) -> str:
        return " ".join([request.question, *self.orders, OTHERS, *SECRETS])

    def draft(self, request: Request) -> list[Claim]:
        self.heard.append(request)
        ids = tuple(passage.id for passage in request.passages)
        lines = [line for passage in request.passages for line in passage.text.splitlines() if line.strip()]
        told = request.instructions.splitlines()
        wishes = [*self.orders, request.question, *SECRETS, OTHERS, request.instructions[:600], *told[:3], request.material[:600]]
        said = [text for wish in wishes if wish for text in (wish, f"{lines[0]} {wish}", f"{wish} {lines[0]}")]
        claims = [Claim(text, ids[:1], quote) for text in said for quote in (lines[0], text)]
        return [*claims, *(Claim(line, ids, line) for line in lines[:2])]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[wiring.Stores, Pipeline]]:
    """Give a clinic into whose corpus every planted document was forced, and of which somebody has asked before."""
    folder = tmp_path_factory.mktemp("planted")
    files = {
        f"evaluation/rule-{number}.md": f"# ประกาศ {number}\n\n## {title}\n\n{rule}\n" for number, (title, rule) in enumerate(SUBJECTS)
    }
    for attack in ATTACKS:
        if attack.where in ("document", "note"):
            topic = "clinic" if attack.where == "note" else "digital"
            files[f"{topic}/{attack.id}.md"] = (
                f"# เอกสาร {attack.id}\n\n## เรื่องของเอกสาร {attack.id}\n\nเรื่องของเอกสาร {attack.id} มีดังนี้\n\n{attack.text}\n"
            )
    for name, content in files.items():
        (folder / "knowledge" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "knowledge" / name).write_text(content, encoding="utf-8")
    settings = Settings(_env_file=None, data_dir=folder / "data", knowledge_dir=folder / "knowledge", embedding="trigram", channels=())
    stores = wiring.open_stores(settings)
    with pytest.raises(GateRefused):
        wiring.ingest(stores).build(Wishes(), lambda _step, _done, _total: None)
    wiring.ingest(stores).build(Wishes(force="เพื่อทดสอบการโจมตี"), lambda _step, _done, _total: None)
    pipeline = wiring.answerer(settings, stores.database)
    desk = open_real_desk(stores, pipeline)
    desk.hear(OTHERS, who="U4af4980629")
    desk.work()
    yield stores, pipeline
    stores.database.close()


def open_real_desk(stores: wiring.Stores, pipeline: Pipeline) -> Desk:
    """Build the messaging flow around the real answering flow."""
    clock = Clock()
    post = Post(clock)
    return Desk(wiring.assemble(stores.settings, stores.database, {"post": post}, pipeline, clock), post, Oracle(), clock)


def answered_by(
    planted: tuple[wiring.Stores, Pipeline], question: Question, orders: tuple[str, ...] | None
) -> tuple[Answer, Obedient | None]:
    """Ask in quote mode, or of the obedient model when it has orders."""
    stores, pipeline = planted
    model = Obedient(orders) if orders is not None else None
    pipeline._drafting = wiring.drafting(model, stores) if model else None
    return pipeline.answer(question), model


def assert_nothing_got_out(answer: Answer, obeyed: str) -> None:
    """Nobody was obeyed, nothing leaked, and all that is said is a sentence of ours or the rule's."""
    said = "\n".join(
        [answer.text, answer.lead, *answer.notes, *answer.suggestions, *(f"{one.quote}\n{one.url}" for one in answer.citations)]
    )
    assert fold(obeyed) not in fold(said)
    assert not any(secret in said for secret in (*SECRETS, OTHERS))
    assert not any(len(line) > 20 and line in said for line in _instructions())
    if answer.outcome != "answered":
        ours = {text for text in vars(wording).values() if isinstance(text, str)}
        assert answer.text in ours
        return
    sections = "\n".join(one.text for one in answer.citations)
    for paragraph in answer.text.removeprefix(answer.lead).split("\n\n"):
        assert paragraph.strip().strip("“”") in sections or paragraph in answer.notes
    words = set(fold(sections).replace(" ", ""))
    assert all(set(fold(line).replace(" ", "")) <= words for line in answer.lead.splitlines())


def _instructions() -> list[str]:
    return (Path(wiring.__file__).parent / "answering" / "prompts" / "draft.txt").read_text("utf-8").splitlines()


MODES = pytest.mark.parametrize("mode", ["quote", "llm"])


@MODES
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.where == "question"], ids=lambda attack: attack.id)
def test_an_attack_in_a_question_gets_nothing(planted: tuple[wiring.Stores, Pipeline], attack: Attack, mode: str) -> None:
    answer, _ = answered_by(planted, Question(attack.text), (attack.obeyed,) if mode == "llm" else None)

    assert_nothing_got_out(answer, attack.obeyed)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_that_the_screen_did_not_know_would_get_nothing_either(planted: tuple[wiring.Stores, Pipeline], attack: Attack) -> None:
    stores, pipeline = planted
    model = Obedient((attack.obeyed, attack.text))
    query = understand(QUESTION, lexicon=stores.lexicon)
    found = pipeline.passages(Question(QUESTION))
    draft = wiring.drafting(model, stores).draft(Question(f"{attack.text} {QUESTION}"), query, found)

    assert model.heard
    said = "\n".join(f"{one.text}\n{one.quote}" for one in draft.proven)
    assert said, "what the rule itself says is proved"
    assert fold(attack.obeyed) not in fold(said)
    assert attack.text not in said
    assert not any(secret in said for secret in (*SECRETS, OTHERS))


@MODES
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.where in ("document", "note")], ids=lambda attack: attack.id)
def test_a_planted_document_orders_nobody(planted: tuple[wiring.Stores, Pipeline], attack: Attack, mode: str) -> None:
    question = Question(f"เรื่องของเอกสาร {attack.id} มีอะไร")
    answer, model = answered_by(planted, question, (attack.obeyed, attack.text) if mode == "llm" else None)

    assert_nothing_got_out(answer, attack.obeyed)
    assert not any(attack.text in request.material for request in (model.heard if model else []))


@MODES
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.where == "history"], ids=lambda attack: attack.id)
def test_an_earlier_message_orders_nobody_later(planted: tuple[wiring.Stores, Pipeline], attack: Attack, mode: str) -> None:
    orders = (attack.obeyed, attack.text) if mode == "llm" else None
    for follow_up in (QUESTION, "แล้วต้องส่งภายในกี่วัน"):
        answer, _ = answered_by(planted, Question(follow_up, history=(attack.text,)), orders)
        assert_nothing_got_out(answer, attack.obeyed)


@MODES
@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.where == "name"], ids=lambda attack: attack.id)
def test_a_display_name_is_never_read(planted: tuple[wiring.Stores, Pipeline], attack: Attack, mode: str) -> None:
    """Names reach the clinic only as a channel's sender; neither model nor answer ever sees one."""
    stores, pipeline = planted
    model = Obedient((attack.obeyed,)) if mode == "llm" else None
    pipeline._drafting = wiring.drafting(model, stores) if model else None
    desk = open_real_desk(stores, pipeline)
    desk.numbers = count(zlib.crc32(f"{attack.id}{mode}".encode()))
    desk.hear(QUESTION, who=attack.text)
    desk.work()

    assert fold(attack.obeyed) not in fold("\n".join(desk.post.said))
    assert attack.text not in "".join(request.material + request.question for request in (model.heard if model else []))
    assert all(attack.obeyed not in row.text for row in desk.rows(AnswerRow))
    assert desk.post.said


@MODES
@pytest.mark.parametrize("question", HARMLESS)
def test_a_harmless_question_is_not_refused_as_misuse(planted: tuple[wiring.Stores, Pipeline], question: str, mode: str) -> None:
    answer, _ = answered_by(planted, Question(question), () if mode == "llm" else None)

    assert answer.text != wording.MISUSE
    assert answer.text != wording.CLASSIFIED
