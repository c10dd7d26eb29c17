"""The clinic's people in a browser: a question is taken and answered, the answer is published, and a changed rule is told to who asked."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.actions import encode
from app.answering import wording
from app.console import passwords
from app.settings import OUR_ROOT
from app.store import staff
from app.store.database import Database
from tests.fakes import START
from tests.scenarios.line_api import FakeLine, fake_line, message, person

READY_SECONDS = 90.0
PASSWORD = "ม้าสีน้ำเงินวิ่งในสวน"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RULE = """# การแบ่งส่วนราชการภายในกรม

## คำขอ

กรมเสนอคำขอต่อกระทรวงพร้อมเหตุผล

## ระยะเวลาพิจารณา

สำนักงาน ก.พ.ร. พิจารณาคำขอภายใน {days} วัน
"""
QUESTION = "ยุบกองสนับสนุนแล้วย้ายอัตรากำลังข้ามกรมได้หรือไม่"
ANSWER = "ย้ายข้ามกรมไม่ได้ ต้องเสนอเป็นคำขอแบ่งส่วนราชการของทั้งสองกรม และใช้เวลาตามที่กำหนด"


@dataclass
class Place:
    """A running clinic, its LINE, and its knowledge folder."""

    url: str
    line: FakeLine
    folder: Path
    environment: dict[str, str]
    numbers: Any = field(default_factory=lambda: count(1))

    def rule(self, days: int) -> None:
        """Write the rule and build a release of it."""
        (self.folder / "division.md").write_text(RULE.format(days=days), "utf-8")
        subprocess.run([sys.executable, "ingest.py"], cwd=OUR_ROOT, env=self.environment, check=True, timeout=120, capture_output=True)

    def write(self, text: str, who: int = 1) -> None:
        """Let somebody write in LINE."""
        assert self.line.webhook(self.url, [message(next(self.numbers), person(who), text)]) == 200

    def press(self, data: str, who: int = 1) -> None:
        """Let somebody press a button in LINE."""
        event = message(next(self.numbers), person(who), "") | {"type": "postback", "postback": {"data": data}}
        del event["message"]
        assert self.line.webhook(self.url, [event]) == 200

    def heard(self, words: str, who: int = 1) -> tuple[str, str]:
        """Wait until LINE has words for somebody; gives the way they went and all that was said."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for way, to, messages in reversed(self.line.said):
                if to == person(who) and words in str(messages):
                    return way, str(messages)
            time.sleep(0.05)
        raise AssertionError(f"{words!r} did not reach LINE")


@pytest.fixture
def place(free_port: int, tmp_path: Path) -> Iterator[Place]:
    """Ingest a small corpus and serve it beside a LINE of our own, with two officers."""
    (tmp_path / "knowledge").mkdir()
    sidecar = 'title = "การแบ่งส่วนราชการภายในกรม"\ntopic = "division"\nin_force_from = 2024-10-01\n'
    (tmp_path / "knowledge" / "division.toml").write_text(sidecar, "utf-8")
    database_url = f"sqlite:///{tmp_path / 'data' / 'clinic.sqlite3'}"
    with fake_line() as line:
        places = {"DATA_DIR": str(tmp_path / "data"), "KNOWLEDGE_DIR": str(tmp_path / "knowledge"), "CHROMA_URL": "", "SIMULATOR": "0"}
        environment = os.environ | line.settings(database_url) | places
        clinic = Place(f"http://127.0.0.1:{free_port}", line, tmp_path / "knowledge", environment)
        clinic.rule(60)
        database = Database(database_url)
        with database.begin() as session:
            for name in ("officer", "second"):
                kept = passwords.hashed(PASSWORD)
                staff.add(session, name=name, role="officer", password=kept, is_temporary=False, now=START)
        database.close()
        with (tmp_path / "server.log").open("wb") as log:
            command = [sys.executable, "-m", "app.main", "--port", str(free_port)]
            server = subprocess.Popen(command, cwd=OUR_ROOT, env=environment, stdout=log, stderr=log)
            try:
                _wait_until_ready(clinic.url, server)
                yield clinic
            finally:
                server.terminate()
                server.wait(timeout=30)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.2)
    pytest.fail("the server did not get ready")


def _sign_in(browser: Browser, place: Place, name: str) -> Page:
    page = browser.new_context(viewport=WIDE, locale="th-TH").new_page()  # type: ignore[arg-type]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{place.url}/console/")
    page.get_by_label("ชื่อผู้ใช้").fill(name)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.get_by_role("button", name="ออกจากระบบ")).to_be_visible()
    return page


def _looks_right(page: Page, folder: Path, name: str) -> None:
    """Look at a page at both widths: nobody is shut out of it, and nothing sticks out of a phone."""
    for width in (WIDE, NARROW):
        page.set_viewport_size(width)  # type: ignore[arg-type]
        page.screenshot(path=folder / f"{name}-{width['width']}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is too wide"
        serious = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert serious == [], f"{name} at {width['width']}"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def _takes_and_answers(place: Place, officer: Page, shots: Path) -> None:
    place.write(QUESTION)
    place.heard(wording.NOT_FOUND[:30])
    place.press(encode("person"))
    place.heard(wording.NOTED_PERSON)
    officer.goto(f"{place.url}/console/escalations")
    _looks_right(officer, shots, "escalations")
    officer.get_by_role("link", name=QUESTION).click()
    expect(officer.get_by_role("button", name="รับเรื่อง")).to_be_visible()
    officer.keyboard.press("t")  # take
    assert place.heard("เจ้าหน้าที่คลินิกรับเรื่องแล้ว")[0] == "push"
    said = len(place.line.said)
    place.write("เป็นกองสนับสนุนของกรม")
    officer.get_by_label("ผู้ถามไม่เห็นโน้ต").fill("เคยตอบกรมอื่นไว้แล้ว")
    officer.get_by_role("button", name="บันทึกโน้ต").click()
    expect(officer.get_by_text("เคยตอบกรมอื่นไว้แล้ว")).to_be_visible()
    officer.reload()
    expect(officer.get_by_text("เป็นกองสนับสนุนของกรม")).to_be_visible()
    assert len(place.line.said) == said
    _looks_right(officer, shots, "escalation")

    officer.locator("#reply textarea").fill(ANSWER)
    officer.get_by_role("button", name="ส่งคำตอบและจบการสนทนา").click()
    expect(officer.get_by_role("status")).to_contain_text("ส่งคำตอบแล้ว")
    way, words = place.heard(ANSWER)
    assert (way, QUESTION in words, "เคยตอบกรมอื่น" in str(place.line.said)) == ("push", True, False)


def _publishes(place: Place, officer: Page, second: Page, shots: Path) -> None:
    officer.get_by_role("link", name="เผยแพร่เป็นคำตอบของคลินิก").click()
    officer.locator("select[name=topic]").select_option("division")
    officer.get_by_label("ค้นข้อของเอกสาร").fill("พิจารณา")
    officer.get_by_role("button", name="ค้น", exact=True).click()
    expect(officer.locator("#main")).to_contain_text("ระยะเวลาพิจารณา")
    for box in officer.locator("input[name=section]").all():
        box.set_checked("ระยะเวลาพิจารณา" in str(box.get_attribute("value")))
    _looks_right(officer, shots, "answer-form")
    officer.get_by_role("button", name="ส่งให้ผู้อื่นตรวจ").click()
    expect(officer.get_by_role("status")).to_contain_text("ส่งให้ผู้อื่นตรวจแล้ว")
    expect(officer.get_by_role("button", name="อนุมัติ")).to_have_count(0)

    second.goto(officer.url)
    second.get_by_role("button", name="อนุมัติ").click()
    expect(second.get_by_role("status")).to_contain_text("อนุมัติแล้ว")
    badge = second.locator(".facts .badge").first
    until = time.monotonic() + 120
    while badge.inner_text() != "ใช้งาน" and time.monotonic() < until:
        time.sleep(0.5)
        second.reload()
    expect(badge).to_have_text("ใช้งาน")
    _looks_right(second, shots, "answer")
    second.goto(f"{place.url}/console/answers?list=published")
    _looks_right(second, shots, "answers")

    time.sleep(1.5)  # within this time the server has noticed the new release
    place.write("ยุบกองสนับสนุนแล้ว ย้ายอัตรากำลังข้ามกรมได้ไหม", who=2)
    way, words = place.heard(ANSWER, who=2)
    assert (way, wording.CLINIC_ANSWER in words) == ("reply", True)


def _tells_what_changed(place: Place, officer: Page, second: Page, shots: Path) -> None:
    place.rule(90)
    second.goto(f"{place.url}/console/answers")
    expect(second.get_by_text("พักใช้ รอทบทวน").first).to_be_visible()
    officer.goto(f"{place.url}/console/corrections")
    expect(officer.locator("ins").first).to_contain_text("90")
    _looks_right(officer, shots, "corrections")
    officer.get_by_role("button", name="ดูจำนวนข้อความและโควตา").click()
    expect(officer.get_by_role("heading", name="จะส่งถึง 1 คน")).to_be_visible()
    _looks_right(officer, shots, "forecast")
    officer.get_by_role("button", name="ส่งแจ้งแก้ไข").click()
    expect(officer.get_by_role("status")).to_contain_text("ส่งแจ้งแก้ไขแล้ว 1 ข้อความ")
    way, words = place.heard("ภายใน 90 วัน", who=2)
    assert (way, wording.CORRECTIONS_BUTTON_OFF in words) == ("push", True)
    officer.reload()
    expect(officer.get_by_text("ไม่มีคำตอบที่ต้องแจ้งแก้ไข")).to_be_visible()


@pytest.mark.timeout(400)
def test_a_question_reaches_a_person_their_answer_joins_the_corpus_and_a_changed_rule_is_told(
    chromium: Browser, place: Place, tmp_path: Path
) -> None:
    shots = Path(os.environ.get("SCREENSHOTS", str(tmp_path)))
    officer, second = _sign_in(chromium, place, "officer"), _sign_in(chromium, place, "second")
    _takes_and_answers(place, officer, shots)
    _publishes(place, officer, second, shots)
    _tells_what_changed(place, officer, second, shots)
