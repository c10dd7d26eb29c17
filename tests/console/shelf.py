"""A knowledge folder behind the console: documents written by hand, releases built of them, long work waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import wiring
from app.console import building
from app.console.office import Office
from app.corpus.report import Wishes
from app.settings import Settings
from app.store import builds
from app.store.database import Database
from app.store.review_tables import BuildRow

RULE = "# {title}\n\n## ส่งรายงานผลการทดลองภายในกี่วัน\n\nส่วนราชการส่งรายงานผลการทดลองภายใน {days} วันนับแต่วันสิ้นสุดการทดลอง\n"


def settings(folder: Path, database_url: str) -> Settings:
    """Give settings around a folder for data and documents."""
    knowledge = folder / "knowledge"
    (knowledge / "clinic").mkdir(parents=True, exist_ok=True)
    return Settings(
        _env_file=None, data_dir=folder / "data", knowledge_dir=knowledge, database_url=database_url, embedding="trigram", channels=()
    )


def rule(chosen: Settings, days: int, name: str = "report", title: str = "หลักเกณฑ์การทดลอง") -> Path:
    """Write a document with its sidecar."""
    path = chosen.knowledge_dir / "clinic" / f"{name}.md"
    path.write_text(RULE.format(title=title, days=days), "utf-8")
    path.with_suffix(".toml").write_text(f'# ของผู้ดูแล\ntitle = "{title}"\ntopic = "clinic"\nin_force_from = 2025-10-01\n', "utf-8")
    return path


def build(chosen: Settings, database: Database, *, activate: bool = True) -> int:
    """Build a release of the folder."""
    wishes = Wishes(activate=activate, allow_removal=True)
    return wiring.ingest(wiring.stores(chosen, database)).build(wishes, lambda _step, _done, _total: None).release


def at_once(office: Office, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Have the office's long work done in this process, as soon as it is begun; a test of builds starts the real one."""
    for name in ("data_dir", "knowledge_dir", "embedding", "database_url"):
        monkeypatch.setenv(name.upper(), str(getattr(chosen, name)))
    monkeypatch.setenv("CHANNELS", "")
    object.__setattr__(office, "start_build", building.main)
    return office


def newest(office: Office, kind: builds.Kind) -> BuildRow:
    """Give the newest work of a kind."""
    with office.database.read() as session:
        row = builds.newest(session, kind)
    assert row
    return row
