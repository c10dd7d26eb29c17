"""Building releases: what is read, what is reused, what is refused, and that the release that answers is never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.corpus import release
from app.embeddings.trigram import Trigram
from app.errors import GateRefused, ReleaseError
from app.store import releases
from tests.corpus.library import CountingTrigram, Library, check_of, silent


def test_a_folder_becomes_a_release_that_answers(library: Library) -> None:
    library.rule(days=30)
    report = library.build()
    assert report.activated
    assert (report.documents, report.sections) == (1, {"created": 2, "changed": 0, "same": 0, "removed": 0})
    assert report.release == library.active
    assert "30 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text


def test_an_unchanged_folder_embeds_nothing(library: Library) -> None:
    library.rule()
    library.build()
    counting = CountingTrigram()
    report = library.but(embedding=counting).build()
    assert report.embedded == 0
    assert counting.embedded == []
    assert report.sections == {"created": 0, "changed": 0, "same": 2, "removed": 0}
    assert "30 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text


def test_one_changed_section_is_one_embedding(library: Library) -> None:
    library.rule(days=30)
    library.build()
    library.rule(days=45)
    report = library.build()
    assert report.embedded == 1
    assert report.sections == {"created": 0, "changed": 1, "same": 1, "removed": 0}
    assert "45 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text


def test_what_a_refused_release_embedded_is_used_by_the_next(small: Library) -> None:
    small.rule()
    small.write("empty.md", b"")
    small.refused()
    (small.folder / "empty.md").unlink()
    assert small.build().embedded == 0


def test_a_new_word_in_the_dictionary_gives_new_tokens(small: Library) -> None:
    small.rule()
    first = small.build().release
    small.write("dictionary.toml", 'words = ["คำขอต่อสำนักงาน"]')
    second = small.build().release
    with small.database.read() as session:
        tokens = [{token for _, tokens in releases.sections(session, number) for token in tokens} for number in (first, second)]
    assert "คำขอต่อสำนักงาน" in tokens[1] - tokens[0]


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(library: Library) -> None:
    library.rule()
    before = library.build().release
    library.rule("second.md")
    library.write("broken.docx", b"not a Word file")
    report = library.refused()
    assert report.failed.keys() == {"broken.docx"}
    assert "broken.docx" in check_of(report, "files_readable")["detail"]
    assert report.documents == 2
    assert library.active == before
    assert library.states[report.release] == "refused"


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ('kind = "guideline"', "title is missing"),
        ("title = 5", "title must be text"),
        ('title = "ก"\nkind = "law"', "kind must be one of act, decree"),
        ('title = "ก"\ntopic = "tax"', "topic must be one of"),
        ('title = "ก"\nfiscal_years = [2025]', "Buddhist years"),
        ('title = "ก"\nin_force_from = "2567-10-01"', "a date such as 2024-10-01"),
        ('title = "  "', "title is missing"),
        ('title = "ก"\nin_force_from = 2567-10-01', "not of the Buddhist era"),
        ('title = "ก"\nreplaces = [5, {a = 1}]', "replaces must be a list"),
        ('title = "ก"\nin_force_from = 2024-10-01\nin_force_until = 2023-10-01', "in_force_until is before in_force_from"),
        ('title = "ก', "not TOML"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_named_with_what_would_be_right(small: Library, sidecar: str, said: str) -> None:
    small.write("rule.md", "# ก\n\n## ข\n\nค")
    (small.folder / "rule.toml").write_text(sidecar, "utf-8")
    assert said in small.refused().failed["rule.md"]


def test_a_sidecar_that_cannot_be_opened_is_named(small: Library) -> None:
    small.write("rule.md", "# ก\n\n## ข\n\nค")
    (small.folder / "rule.toml").mkdir()
    assert "rule.toml: it cannot be opened" in small.refused().failed["rule.md"]


def test_an_address_that_is_none_is_pointed_out(small: Library) -> None:
    small.rule(url="javascript:alert(1)")
    assert "rule.toml: url is no web address" in "\n".join(small.build().warnings)


def test_a_link_out_of_the_folder_is_followed_to_a_file_of_its_kind_and_to_no_other(small: Library, tmp_path: Path) -> None:
    """Documents that came in an archive must not show askers what else is on the server."""
    (tmp_path / "secrets.env").write_text("LINE_CHANNEL_ACCESS_TOKEN=secret\n", "utf-8")
    small.rule()
    (small.folder / "rule-2.md").symlink_to(small.folder / "rule.md")
    (small.folder / "notes.txt").symlink_to(tmp_path / "secrets.env")
    (tmp_path / "elsewhere.md").write_text("# ค\n\n## ง\n\nจ", "utf-8")
    (small.folder / "shared.md").symlink_to(tmp_path / "elsewhere.md")
    (small.folder / "letter.md").write_text("# ก\n\n## ข\n\nค", "utf-8")
    (small.folder / "letter.toml").symlink_to("letter.toml")
    failed = small.refused().failed
    assert failed.keys() == {"notes.txt", "letter.md"}
    assert "notes.txt: a link to something that is no .txt file" in failed["notes.txt"]


def test_a_sidecar_without_its_document_and_an_unknown_key_are_pointed_out(small: Library) -> None:
    small.rule("topic/rule.md", colour="red")
    (small.folder / "topic" / "lonely.toml").write_text('title = "ก"', "utf-8")
    warnings = "\n".join(small.build().warnings)
    assert "topic/lonely.toml: a sidecar without its document" in warnings
    assert "rule.toml: unknown key 'colour'" in warnings


def test_data_for_programs_beside_documents_is_passed_over_and_named(small: Library) -> None:
    small.rule()
    small.write("sections.jsonl", '{"section": "ข้อ 1"}')
    report = small.build()
    assert report.activated
    assert "sections.jsonl: data for programs, not a document; passed over" in report.warnings


def test_two_files_of_one_name_are_not_one_document(small: Library) -> None:
    small.rule("a/rule.md")
    small.rule("b/rule.md", days=60)
    assert "is already that of a/rule.md" in small.refused().failed["b/rule.md"]


def test_a_document_that_vanished_is_not_silently_dropped(library: Library) -> None:
    library.rule()
    library.rule("second.md", days=60)
    before = library.build().release
    (library.folder / "second.md").unlink()
    (library.folder / "second.toml").unlink()
    report = library.refused()
    assert "second; give --allow-removal" in check_of(report, "no_document_lost")["detail"]
    assert library.active == before
    assert library.build(allow_removal=True).sections["removed"] == 2


def test_an_admin_may_overrule_the_gate_and_the_reason_is_kept(small: Library) -> None:
    small.rule()
    small.write("empty.md", b"")
    report = small.build(force="ไฟล์ว่างจะตามมา")
    assert report.activated
    with small.database.read() as session:
        row = releases.get(session, report.release)
    assert (row.state, row.who, row.why) == ("ready", "สมหญิง", "ไฟล์ว่างจะตามมา")


def test_a_release_records_what_it_was_made_from(small: Library) -> None:
    small.rule()
    number = small.build().release
    with small.database.read() as session:
        row = releases.get(session, number)
    assert row.embedding == "trigram-512"
    assert len(row.corpus_hash) == 64
    assert row.code_version.startswith("0.")
    assert row.who == "สมหญิง"


def test_a_dry_run_writes_nothing(library: Library) -> None:
    library.rule()
    before = library.build().release
    library.rule(days=45)
    report = library.build(dry_run=True)
    assert (report.release, report.activated, report.embedded) == (0, False, 0)
    assert report.sections["changed"] == 1
    assert library.active == before
    assert library.states.keys() == library.index.present() == {before}


def test_a_release_can_wait_and_be_activated_later_and_undone(library: Library) -> None:
    library.rule(days=30)
    first = library.build().release
    library.rule(days=45)
    second = library.build(activate=False).release
    assert library.active == first
    release.activate(library.database, second)
    assert "45 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text
    assert release.rollback(library.database) == first
    assert "30 วัน" in library.ask("ยื่นคำขอภายในกี่วัน").text


def test_only_a_ready_release_can_be_activated(small: Library) -> None:
    small.rule()
    small.build()
    small.write("empty.md", b"")
    refused = small.refused().release
    with pytest.raises(ReleaseError, match="it is refused"):
        release.activate(small.database, refused)
    with pytest.raises(ReleaseError, match="there is none"):
        release.activate(small.database, 99)


def test_there_is_nothing_to_go_back_to_at_first(small: Library) -> None:
    small.rule()
    small.build()
    with pytest.raises(ReleaseError, match="no earlier release"):
        release.rollback(small.database)


def test_old_releases_go_by_count_but_never_the_active_or_the_previous_one(library: Library) -> None:
    numbers = []
    for days in range(30, 30 + release.KEEP + 4):
        library.rule(days=days)
        numbers.append(library.build().release)
    release.activate(library.database, numbers[-3])
    library.build(activate=False)
    kept = sorted(library.states)
    assert numbers[-3] in kept
    assert numbers[-1] in kept
    assert len(kept) <= release.KEEP + 3
    assert library.index.present() == set(kept)


def test_one_ingest_at_a_time(small: Library) -> None:
    """A second one would remove what the first one is building."""
    small.rule()
    said: list[str] = []

    class Meanwhile(Trigram):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            with pytest.raises(ReleaseError) as refusal:
                small.build()
            said.append(str(refusal.value))
            return super().embed_documents(texts)

    assert small.but(embedding=Meanwhile()).build().activated
    assert said == ["another ingest is running; wait until it is done"]


def test_nothing_is_done_again_when_nothing_changed(small: Library) -> None:
    small.rule()
    assert small.ingest.current() is None
    report = small.build()
    current = small.ingest.current()
    assert current is not None
    assert (current.release, current.sections) == (report.release, report.sections)
    small.rule(days=45)
    assert small.ingest.current() is None


def test_a_release_of_another_embedding_is_embedded_anew_and_not_answered_from(small: Library) -> None:
    small.rule()
    small.build()

    class Other(Trigram):
        name = "another-model"

    other = small.but(embedding=Other())
    with pytest.raises(ReleaseError, match="was made with the embedding trigram-512"):
        other.ask("ยื่นคำขอภายในกี่วัน")
    assert other.build().embedded == 2
    assert "30 วัน" in other.ask("ยื่นคำขอภายในกี่วัน").text


def test_the_report_has_the_shape_of_the_contract(small: Library) -> None:
    small.rule()
    small.write("empty.md", b"")
    contract = small.refused().contract()
    assert {"release", "activated", "documents", "sections", "seconds", "warnings", "checks"} <= contract.keys()
    assert contract["sections"].keys() == {"created", "changed", "same", "removed"}
    assert any(warning.startswith("empty.md: ") for warning in contract["warnings"])
    assert all(check.keys() == {"name", "passed", "detail"} for check in contract["checks"])
    assert json.loads(json.dumps(contract, ensure_ascii=False)) == contract


def test_an_absent_folder_is_said_and_an_empty_one_is_refused(small: Library, tmp_path: Path) -> None:
    assert not check_of(small.refused(), "not_empty")["passed"]
    small.folder.rmdir()
    with pytest.raises(ReleaseError, match="set KNOWLEDGE_DIR"):
        small.build()


def test_progress_is_told_step_by_step(small: Library) -> None:
    small.rule()
    steps: list[tuple[str, int, int]] = []
    from app.corpus.report import Wishes

    small.ingest.build(Wishes(), lambda *told: steps.append(told))
    assert ("read", 1, 1) in steps
    assert ("embed", 2, 2) in steps


def test_the_gate_is_heard_by_its_error(small: Library) -> None:
    with pytest.raises(GateRefused, match="not_empty"):
        small.build()
    silent("", 0, 0)
