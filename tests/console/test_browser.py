"""A reviewer at work in a real browser, with the keyboard, and every page as a screen reader meets it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from app import console, wiring
from app.answering.gaps import Gaps
from app.answering.wording import BANGKOK
from app.channels import slack
from app.console.office import Office
from app.console.permissions import ROLES
from app.console.site import every_page
from app.embeddings.trigram import Trigram
from app.settings import Settings
from app.store import builds, gap_grouping, impacts, staff
from tests.console.conftest import PASSWORD
from tests.console.logged import ask, release
from tests.fakes import Oracle

TOLD = {"outcome": "answered", "lead": "60", "citations": [["rule", "ข้อ 5", "60"]]}
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}


@dataclass
class Served:
    """A console on a port, and the office behind it."""

    address: str
    office: Office
    turn_id: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, free_port: int, kept_password: str) -> Iterator[Served]:
    """Serve a console with some questions, releases and people."""
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("console"), channels=(), slack_staff_channel="C1")
    database = wiring.open_database(settings)
    office = wiring.office(settings, database, channels={"slack": slack.build(settings)})
    token = office.shelf.stage("notice.md", BytesIO(b"notice"))
    with database.begin() as session:
        for role in ROLES:
            staff.add(session, name=role, role=role, password=kept_password, is_temporary=False, now=office.clock())
        builds.end(session, builds.begin(session, {}, "admin", office.clock()), state="refused", release=1, problem="x", now=office.clock())
        builds.begin_other(session, "reading", {"token": token, "of": ""}, "admin", office.clock())
        read = {
            "sections": [{"section": "ข้อ 1", "page": 1, "text": "ข้อความ"}],
            "warnings": ["odd"],
            "repairs": {},
            "guessed": {"title": "ก"},
        }
        builds.end(session, 2, state="done", release=None, problem="", now=office.clock(), result=read)
        builds.begin_other(session, "impact", {}, "admin", office.clock(), 2)
        impacts.keep(
            session, 3, [{"turn_id": None, "kind": "changed", "question": "คำถาม", "before": TOLD, "after": TOLD | {"lead": "70"}}]
        )
        words = {"change": {"old": "", "term": "ก", "typed": ["ข"]}, "was": []}
        builds.begin_other(session, "words", words, "admin", office.clock())
        found = [{"question": "คำถาม", "before": [], "after": ["เอกสาร", "ข้อ 1"]}]
        builds.end(session, 4, state="done", release=None, problem="", now=office.clock(), result={"asked": 2, "changes": found})
        builds.end(session, 3, state="done", release=2, problem="", now=office.clock(), result={"active": 1, "asked": 2, "same": 1})
    release(office, {("rule", "ข้อ 5"): "ข้อ 5 ใช้อัตรา 50"})
    release(office, {("rule", "ข้อ 5"): "ข้อ 5 ใช้อัตรา 70", ("rule", "ข้อ 6"): "ข้อ 6 ระดับคะแนนมีห้าระดับ"})
    ask(office, "รางวัลเลิศรัฐมีกี่สาขา", channel="slack", who="C1")
    turn_id = ask(office, "ระดับคะแนนการประเมินมีกี่ระดับ")
    for question in ("ขอถามเรื่องอื่น", "ทำงานที่บ้านได้กี่วัน"):
        ask(office, question, outcome="not_found")
    with database.begin() as session:
        gap_grouping.want(session, office.clock())
    Gaps(database, Trigram, Oracle(), office.clock).step()
    app = Starlette(routes=[Mount("/console", console.build(office))])
    server = uvicorn.Server(uvicorn.Config(app, port=free_port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield Served(f"http://127.0.0.1:{free_port}/console", office, turn_id)
    server.should_exit = True
    thread.join()
    database.close()


def _signed_in(chromium: Browser, served: Served, name: str, size: tuple[int, int]) -> Page:
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]}, locale="th-TH")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{served.address}/questions?verdict=none")
    page.get_by_label("ชื่อผู้ใช้").fill(name)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("คำถาม")
    return page


def test_a_reviewer_finds_a_question_and_judges_it_with_the_keyboard(chromium: Browser, served: Served) -> None:
    page = _signed_in(chromium, served, "reviewer", SIZES["desktop"])
    page.keyboard.press("/")
    page.keyboard.type("ระดับคะแนน")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble")).to_contain_text("ใช้อัตรา 60")
    expect(page.locator("del")).to_have_text("60")
    page.keyboard.press("f")
    page.keyboard.type("ห้าระดับ")
    page.keyboard.press("Enter")
    box = page.locator("#sections .found input")
    expect(box).to_have_count(1)
    box.check()
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(page.get_by_role("status")).to_contain_text("บันทึกผลตรวจแล้ว: ผิด")
    page.keyboard.press("g")
    expect(page.get_by_role("status")).to_contain_text("เพิ่มเป็นคำถามทดสอบแล้ว")
    page.goto(f"{served.address}/golden")
    expect(page.locator("tbody")).to_contain_text("ข้อ 6")
    page.close()


def test_an_officer_downloads_what_the_list_shows(chromium: Browser, served: Served, tmp_path: Path) -> None:
    page = _signed_in(chromium, served, "officer", SIZES["desktop"])
    page.goto(f"{served.address}/questions?channel=slack")
    with page.expect_download() as download:
        page.get_by_role("button", name="ส่งออก CSV").click()
    download.value.save_as(tmp_path / "questions.csv")
    written = (tmp_path / "questions.csv").read_text("utf-8-sig")
    assert "รางวัลเลิศรัฐมีกี่สาขา" in written
    assert "ขอถามเรื่องอื่น" not in written
    page.close()


def test_an_admin_turns_the_switch_after_being_asked(chromium: Browser, served: Served) -> None:
    page = _signed_in(chromium, served, "admin", SIZES["phone"])
    page.goto(f"{served.address}/switch")
    asked: list[str] = []

    def refuse_then_accept(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]
        dialog.accept() if len(asked) > 1 else dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", refuse_then_accept)
    page.get_by_label("ยกข้อความเท่านั้น").check()
    page.get_by_role("button", name="เปลี่ยนสวิตช์").click()
    expect(page.locator(".badge.good").first).to_have_text("ตอบตามปกติ")
    page.get_by_role("button", name="เปลี่ยนสวิตช์").click()
    expect(page.get_by_role("status")).to_contain_text("สวิตช์อยู่ที่: ยกข้อความเท่านั้น")
    assert len(asked) == 2
    page.close()


def test_who_is_refused_goes_back_to_the_form(chromium: Browser, served: Served) -> None:
    page = _signed_in(chromium, served, "admin", SIZES["desktop"])
    page.goto(f"{served.address}/staff")
    page.get_by_label("ชื่อผู้ใช้", exact=True).fill("officer")
    page.get_by_role("button", name="เพิ่ม", exact=True).click()
    expect(page.locator("main")).to_contain_text("มีบัญชีชื่อนี้แล้ว")
    page.get_by_role("button", name="กลับไปหน้าเดิม").click()
    expect(page.get_by_role("button", name="เพิ่ม", exact=True)).to_be_visible()
    page.close()


def test_the_whole_menu_is_reached_on_a_short_phone(chromium: Browser, served: Served) -> None:
    page = _signed_in(chromium, served, "admin", (375, 480))
    page.locator(".menu-fold summary").click()
    leave = page.get_by_role("button", name="ออกจากระบบ")
    leave.hover()  # scrolls the menu, and nothing lies over the button
    expect(leave).to_be_in_viewport()
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_a_serious_barrier_or_scrolls_sideways(size: str, chromium: Browser, served: Served) -> None:
    page = _signed_in(chromium, served, "admin", SIZES[size])
    axe, shown = Axe(), {page.path for page in every_page() if page.method == "GET"} - {"/releases/compare", "/sign-in"}
    paths = [path.replace("{other:int}", "1").replace("{name}", "evaluation-framework-2568") for path in sorted(shown)]
    paths = [path.replace("{id:int}", str(served.turn_id) if "questions" in path else "1" if "build" in path else "2") for path in paths]
    paths = [path.replace("/tries/2", "/tries/4") for path in paths]
    for path in [*paths, "/questions?q=ไม่มีคำนี้", "/nowhere", f"/questions/{served.turn_id}/sections?find=ข้อ"]:
        page.goto(f"{served.address}{path}")
        is_piece = "/sections" in path or "/build/" in path
        told = axe.run(page).response
        assert told["passes"], "axe looked at nothing"
        found = [one for one in told["violations"] if one["impact"] in ("serious", "critical")]
        # a piece of a page is filled into one that has a title, a language and landmarks
        found = [one for one in found if not (is_piece and one["id"] in ("document-title", "html-has-lang"))]
        assert [(path, one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert is_piece or wider <= 0, f"{path} scrolls sideways by {wider}"
    page.close()


def test_the_report_prints_on_a4_with_every_table_whole(chromium: Browser, served: Served) -> None:
    page = _signed_in(chromium, served, "reviewer", SIZES["desktop"])
    today = served.office.clock().astimezone(BANGKOK)
    page.goto(f"{served.address}/report?month={today.month}&year={today.year + 543}")
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert [round(side) for side in printed[0].get_size()] == [595, 842]
    assert len(printed) <= 2
    texts = [one.get_textpage().get_text_bounded() for one in printed]
    assert f"พ.ศ. {today.year + 543}" in texts[0]
    assert "reviewer" not in "".join(texts)  # neither menu nor name
    height = 842 / 72 * 96  # of a page, in the browser's units
    page.emulate_media(media="print")
    assert all(card.bounding_box()["height"] < height for card in page.locator(".report").all())  # type: ignore[index]
    page.close()


def test_the_sign_in_page_has_no_serious_barrier(chromium: Browser, served: Served) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, locale="th-TH")
    page.goto(f"{served.address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("คลินิกให้คำปรึกษา")
    assert [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")] == []
    page.close()
