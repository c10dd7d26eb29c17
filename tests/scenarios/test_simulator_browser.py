"""A newcomer opens the simulator in a browser: asks, reads the rule behind the answer in full, and says that it is not what was asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from app.answering import wording
from app.settings import OUR_ROOT

READY_SECONDS = 60.0
ANSWER_MS = 20_000
QUESTION = "คะแนนรวม 82 อยู่ในระดับใด"

EVALUATION = """# แนวทางการประเมินส่วนราชการ ปีงบประมาณ 2568

## ข้อ 1 วัตถุประสงค์

การประเมินมีขึ้นเพื่อให้ส่วนราชการพัฒนาการทำงาน และเพื่อให้ประชาชนได้รับบริการที่ดีขึ้น

## ข้อ 2 ระดับผลการประเมิน

คะแนนรวมตั้งแต่ 90.00 ถึง 100 อยู่ในระดับดีมาก คะแนนรวมตั้งแต่ 60.00 ถึง 89.99 อยู่ในระดับดี คะแนนรวมต่ำกว่า 60.00 อยู่ในระดับต้องปรับปรุง

## ข้อ 3 ระยะเวลาส่งรายงาน

ส่วนราชการส่งรายงานผลการดำเนินงานภายในวันที่ 31 ตุลาคม ของทุกปี
"""
DIVISION = """# การแบ่งส่วนราชการภายในกรม

## ข้อ 1 คำขอ

กรมเสนอคำขอแบ่งส่วนราชการต่อกระทรวง พร้อมเหตุผล ภารกิจ และอัตรากำลัง

## ข้อ 2 การพิจารณา

สำนักงาน ก.พ.ร. พิจารณาคำขอภายใน 60 วันนับแต่ได้รับเอกสารครบ
"""


def _sidecar(title: str, topic: str) -> str:
    lines = (
        f'title = "{title}"',
        'kind = "guideline"',
        f'topic = "{topic}"',
        "in_force_from = 2024-10-01",
        'url = "https://www.opdc.go.th/"',
    )
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def address(free_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Ingest a small corpus and serve it, with the simulator, in processes of their own."""
    place = tmp_path_factory.mktemp("clinic")
    knowledge = place / "knowledge"
    knowledge.mkdir()
    for name, title, topic, body in (
        ("evaluation-2568", "แนวทางการประเมินส่วนราชการ ปีงบประมาณ 2568", "evaluation", EVALUATION),
        ("division", "การแบ่งส่วนราชการภายในกรม", "division", DIVISION),
    ):
        (knowledge / f"{name}.md").write_text(body, encoding="utf-8")
        (knowledge / f"{name}.toml").write_text(_sidecar(title, topic), encoding="utf-8")
    here = f"http://127.0.0.1:{free_port}"
    environment = os.environ | {
        "DATA_DIR": str(place / "data"),
        "DATABASE_URL": "",
        "CHROMA_URL": "",
        "KNOWLEDGE_DIR": str(knowledge),
        "CHANNELS": "line,slack",
        "SIMULATOR": "1",
        "LINE_CHANNEL_SECRET": "simulator",
        "LINE_CHANNEL_ACCESS_TOKEN": "simulator",
        "LINE_API_HOST": f"{here}/simulator",
        "SLACK_SIGNING_SECRET": "simulator",
        "SLACK_BOT_TOKEN": "simulator",
        "SLACK_API_URL": f"{here}/simulator/slack/api",
        "PUBLIC_URL": here,
    }
    subprocess.run([sys.executable, "ingest.py"], cwd=OUR_ROOT, env=environment, check=True, timeout=120)
    said = place / "server.log"
    with said.open("wb") as log:
        command = [sys.executable, "-m", "app.main", "--port", str(free_port)]
        server = subprocess.Popen(command, cwd=OUR_ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(here, server, said)
            yield here
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_until_ready(here: str, server: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{here}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(0.2)
    pytest.fail(f"the server did not get ready:\n{said.read_text(errors='replace')[-4000:]}")


@pytest.fixture
def phone(chromium: Browser, address: str) -> Iterator[Page]:
    """Open LINE's page as a new person."""
    with _opened(chromium, f"{address}/simulator/") as page:
        yield page


@pytest.fixture
def workspace(chromium: Browser, address: str) -> Iterator[Page]:
    """Open Slack's page as a new person."""
    with _opened(chromium, f"{address}/simulator/slack") as page:
        yield page


@contextmanager
def _opened(chromium: Browser, url: str) -> Iterator[Page]:
    """Open a page; anything it complains of fails the test."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="th-TH")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(url)
    yield page
    page.close()
    assert complaints == []


def _ask(phone: Page, text: str) -> None:
    box = phone.get_by_role("textbox", name="ข้อความ")
    box.fill(text)
    box.press("Enter")


def test_an_asker_sees_the_citation_reads_it_in_full_and_says_it_is_not_right(phone: Page, tmp_path: Path) -> None:
    expect(phone.locator(".row.theirs .speech, .row.theirs .flex").first).to_be_visible(timeout=ANSWER_MS)  # the greeting
    _ask(phone, QUESTION)
    expect(phone.locator(".row.mine .speech")).to_have_text(QUESTION)
    card = phone.locator(".row.flex .bubble").filter(has_text="60.00").last
    expect(card).to_be_visible(timeout=ANSWER_MS)
    expect(card).to_contain_text("แนวทางการประเมินส่วนราชการ ปีงบประมาณ 2568")
    expect(card).to_contain_text("ข้อ 2")

    phone.screenshot(path=tmp_path / "answer.png")
    card.get_by_role("button", name=wording.FULL_SECTION).first.click()
    full = phone.locator(".row.flex .bubble").filter(has_text=wording.FULL_SECTION_HEADING)
    expect(full).to_contain_text("คะแนนรวมต่ำกว่า 60.00 อยู่ในระดับต้องปรับปรุง", timeout=ANSWER_MS)
    phone.screenshot(path=tmp_path / "full.png")

    _ask(phone, QUESTION)
    wrong = phone.locator("#quick").get_by_role("button", name=wording.WRONG, exact=True)
    wrong.click(timeout=ANSWER_MS)
    expect(phone.locator(".row.theirs").last).to_contain_text("ไม่ตรงคำถาม", timeout=ANSWER_MS)
    assert phone.locator("#rows > *", has=phone.locator(".status.bad")).all_inner_texts() == []
    phone.screenshot(path=tmp_path / "wrong.png")


def test_in_a_group_only_a_mention_is_answered(phone: Page) -> None:
    phone.get_by_role("button", name="สลับแชตเดี่ยวหรือแชตกลุ่ม").click()
    _ask(phone, "ประชุมบ่ายสองนะ")
    phone.locator("#mention").click()
    phone.get_by_role("textbox", name="ข้อความ").press("End")
    phone.keyboard.type(QUESTION)
    phone.keyboard.press("Enter")
    expect(phone.locator(".row.flex .bubble").filter(has_text="60.00").last).to_be_visible(timeout=ANSWER_MS)
    answers = phone.locator("#rows li.api .path").filter(has_text=re.compile("/message/(reply|push)"))
    webhooks = phone.locator("#rows li.webhook")
    assert answers.count() < webhooks.count()


def test_an_unsent_question_disappears_and_the_clinic_is_told(phone: Page) -> None:
    _ask(phone, QUESTION)
    said = phone.locator(".row.mine .speech").filter(has_text=QUESTION)
    said.click(button="right")
    phone.get_by_role("menuitem", name="ยกเลิกการส่ง").click()
    expect(said).to_have_count(0)
    expect(phone.locator("#rows li.webhook .what").filter(has_text="unsend")).to_have_count(1)


def test_an_event_sent_again_is_taken_and_answered_once(phone: Page) -> None:
    _ask(phone, QUESTION)
    card = phone.locator(".row.flex .bubble").filter(has_text="60.00")
    expect(card.last).to_be_visible(timeout=ANSWER_MS)
    shown = card.count()
    phone.get_by_role("button", name="Redeliver last event").click()
    expect(phone.locator("#rows .extra").filter(has_text="redelivery")).to_have_count(1)
    phone.wait_for_timeout(1500)
    assert card.count() == shown


def test_in_slack_the_answer_stands_in_the_thread_and_the_rule_opens_in_a_window(workspace: Page, tmp_path: Path) -> None:
    expect(workspace.locator(".message").first).to_contain_text("พิมพ์คำถามได้เลย", timeout=ANSWER_MS)
    _ask(workspace, QUESTION)
    answer = workspace.locator(".thread .message").first
    expect(answer).to_contain_text("60.00", timeout=ANSWER_MS)
    expect(answer).to_contain_text("แนวทางการประเมินส่วนราชการ ปีงบประมาณ 2568")
    answer.get_by_role("button", name=wording.FULL_SECTION).first.click()
    window = workspace.get_by_role("dialog")
    expect(window).to_contain_text("คะแนนรวมต่ำกว่า 60.00 อยู่ในระดับต้องปรับปรุง", timeout=ANSWER_MS)
    workspace.screenshot(path=tmp_path / "slack.png")
    workspace.keyboard.press("Escape")
    answer.get_by_role("button", name=wording.WRONG).click()
    window.get_by_role("radio", name=wording.REASONS[1]).check(timeout=ANSWER_MS)
    workspace.screenshot(path=tmp_path / "form.png")
    window.get_by_role("button", name="ส่ง").click()
    expect(workspace.locator(".thread .message").last).to_contain_text(wording.NOTED_WHY, timeout=ANSWER_MS)
    workspace.get_by_role("button", name="Redeliver last event").click()
    expect(workspace.locator("#rows .extra").filter(has_text="redelivery")).to_have_count(1)
    expect(workspace.locator("#rows .status.bad")).to_have_count(0)


def test_in_a_slack_channel_a_command_is_answered_to_its_asker_alone(workspace: Page) -> None:
    workspace.get_by_role("button", name="งานพัฒนาระบบ").click()
    expect(workspace.locator(".message").first).to_contain_text("กล่าวถึงบัญชีนี้ด้วย @", timeout=ANSWER_MS)
    _ask(workspace, f"/clinic {QUESTION}")
    alone = workspace.locator(".message.private")
    expect(alone).to_contain_text(f"คำถาม: {QUESTION}", timeout=ANSWER_MS)
    expect(alone).to_contain_text("60.00")
