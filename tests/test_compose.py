"""docker-compose.yml and the image: right by the compose specification, and naming only what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import OUR_ROOT, Settings

COMPOSE: dict[str, Any] = yaml.safe_load((OUR_ROOT / "docker-compose.yml").read_text("utf-8"))
OURS = [name for name, service in COMPOSE["services"].items() if "build" in service]
NOT_SETTINGS = {"POSTGRES_PASSWORD", "CLINIC_VERSION"}


def test_the_file_follows_the_compose_specification() -> None:
    """The schema is the one that check-jsonschema ships."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    checked = subprocess.run(command, cwd=OUR_ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_web_worker_and_ingest_are_all_there() -> None:
    assert set(OURS) == {"web", "worker", "ingest"}


@pytest.mark.parametrize("name", OURS)
def test_the_command_of_a_service_runs(name: str, tmp_path: Path) -> None:
    """Each understands its own arguments; --help at the end stops it before it starts to work."""
    program, *arguments = COMPOSE["services"][name]["command"]
    assert program == "python"
    environment = {"DATA_DIR": str(tmp_path), "PYTHAINLP_READ_ONLY": "1"}
    command = [sys.executable, *arguments, "--help"]
    helped = subprocess.run(command, cwd=OUR_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (helped.returncode, helped.stdout[:6]) == (0, "usage:"), helped.stderr


@pytest.mark.parametrize("name", OURS)
def test_a_service_sets_only_settings_that_exist(name: str) -> None:
    assert {key.lower() for key in COMPOSE["services"][name]["environment"]} <= Settings.model_fields.keys()


@pytest.mark.parametrize("name", OURS)
def test_every_setting_of_the_env_file_reaches_a_service(name: str) -> None:
    """OFFICE_HOURS or OIDC_ISSUER in .env must not be passed over; only what the containers themselves decide is fixed here."""
    service = COMPOSE["services"][name]
    fixed = {key for key, value in service["environment"].items() if not value.startswith("${")}
    assert service["env_file"] == ".env"
    assert fixed == {"DATABASE_URL", "CHROMA_URL", "DATA_DIR", "KNOWLEDGE_DIR", "WORKER"}


def test_no_secret_stands_in_the_file() -> None:
    """What is secret comes from .env; without it compose refuses to start and says where it is from."""
    for name, service in COMPOSE["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search("SECRET|TOKEN|PASSWORD|KEY", key):
                assert re.fullmatch(r"\$\{[A-Z_]+:[-?].*\}", value), f"{name}: {key}"


def test_every_variable_is_explained_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (OUR_ROOT / "docker-compose.yml").read_text("utf-8")))
    explained = set(re.findall(r"^# ([A-Z_]+)=", (OUR_ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert used <= explained
    assert used - {name.upper() for name in Settings.model_fields} == NOT_SETTINGS


@pytest.mark.parametrize("name", sorted(COMPOSE["services"].keys() - {"worker", "ingest"}))
def test_a_service_that_listens_is_asked_whether_it_is_well(name: str) -> None:
    """Our own web service carries its check in the image."""
    assert "test" in COMPOSE["services"][name].get("healthcheck", {}) or (name == "web" and "\nHEALTHCHECK" in _dockerfile())


def test_the_chroma_server_is_of_the_version_of_our_client() -> None:
    client = re.search(r"^chromadb==(\S+)", (OUR_ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert client
    assert COMPOSE["services"]["chroma"]["image"] == f"chromadb/chroma:{client[1]}"


def test_every_named_volume_is_declared_and_used() -> None:
    used = {mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service["volumes"] if not mount.startswith(".")}
    assert used == COMPOSE["volumes"].keys()


def test_the_image_runs_as_nobody_special_and_without_build_tools() -> None:
    final = _dockerfile().split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root|0)", final, re.MULTILINE)
    assert not re.search(r"gcc|build-essential|pip install|\buv\b|git", final)
    assert {"fonts-noto-core", "tesseract-ocr-tha"} <= set(final.split())


def test_what_the_image_copies_is_in_the_build_context() -> None:
    let_in = {line[1:] for line in (OUR_ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {source for line in re.findall(r"^COPY (?!--)(.+) \S+$", _dockerfile(), re.MULTILINE) for source in line.split()}
    assert copied == let_in
    assert all((OUR_ROOT / source).exists() for source in copied)


def _dockerfile() -> str:
    return (OUR_ROOT / "Dockerfile").read_text("utf-8")
