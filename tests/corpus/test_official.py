"""The list of official documents beside what is ingested."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.corpus import official
from app.corpus.official import Source
from app.domain import Document
from app.errors import SidecarError
from app.settings import OUR_ROOT

TODAY = date(2026, 11, 22)  # fiscal year 2570


def status_of(source: Source, *documents: Document, among: tuple[Source, ...] = ()) -> tuple[str, str]:
    """Judge one official document and give its status and advice."""
    found = official.compare([source, *among], documents, TODAY)
    return next((finding.status, finding.advice) for finding in found if finding.title == source.title)


def test_what_is_not_in_the_corpus_is_missing() -> None:
    assert status_of(Source("พ.ร.บ.")) == ("missing", "not in the corpus")


def test_a_summary_is_not_the_official_text() -> None:
    source = Source("พ.ร.บ.", documents=("act",))
    assert status_of(source, Document("act", "สรุป พ.ร.บ.", kind="summary"))[0] == "summary"
    assert status_of(source, Document("act", "พ.ร.บ.", kind="act")) == ("held", "in the corpus")


def test_a_newer_edition_than_the_one_in_the_corpus() -> None:
    old = Source("กรอบ 2567", series="framework", edition=2567, documents=("framework-2567",))
    new = Source("กรอบ 2568", series="framework", edition=2568, documents=("framework-2568",))
    held = Document("framework-2567", "กรอบ", fiscal_years=(2567,))
    assert status_of(new, held, among=(old,)) == ("newer", "the corpus holds older editions only: framework-2567")


def test_the_edition_of_the_current_year_is_due() -> None:
    source = Source("กรอบ 2568", series="framework", edition=2568, documents=("framework-2568",))
    held = Document("framework-2568", "กรอบ", fiscal_years=(2568,))
    assert status_of(source, held) == ("due", "the newest edition known is for 2568; look for 2569, 2570")


def test_a_superseded_document_that_still_counts_as_in_force() -> None:
    source = Source("มติเดิม", documents=("old",), superseded_by="มติใหม่")
    assert status_of(source, Document("old", "มติเดิม", kind="resolution"))[0] == "superseded"
    ended = Document("old", "มติเดิม", kind="resolution", in_force_until=date(2022, 8, 8))
    assert status_of(source, ended) == ("held", "replaced by มติใหม่; kept for questions about its time")


def test_the_most_urgent_comes_first() -> None:
    sources = [Source("ข", documents=("b",)), Source("ก"), Source("ค", documents=("c",), superseded_by="ง")]
    documents = [Document("b", "ข", kind="act"), Document("c", "ค", kind="act")]
    assert [finding.status for finding in official.compare(sources, documents, TODAY)] == ["superseded", "missing", "held"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[[source]]\nkind = "act"', "source 1: title is missing"),
        ('[[source]]\ntitle = "ก"\nyear = "2567"', "source 1: year cannot be used"),
        ('[[source]]\ntitle = "ก"\ncolour = "red"', "source 1: colour cannot be used"),
        ("[[source", "not TOML"),
    ],
)
def test_a_list_that_cannot_be_used_is_named_with_what_would_be_right(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(SidecarError, match=said):
        official.load(path)
    with pytest.raises(SidecarError, match="there is no such list"):
        official.load(tmp_path / "absent.toml")


def test_our_own_list_names_only_documents_that_there_are() -> None:
    sources = official.load(OUR_ROOT / "knowledge" / "sources.toml")
    there = {path.stem for path in (OUR_ROOT / "knowledge").rglob("*.md")}
    assert len(sources) > 100
    assert {name for source in sources for name in source.documents} <= there


@pytest.mark.parametrize(("day", "year"), [(date(2024, 9, 30), 2567), (date(2024, 10, 1), 2568), (date(2024, 12, 31), 2568)])
def test_the_fiscal_year_begins_in_october(day: date, year: int) -> None:
    assert official.fiscal_year(day) == year
