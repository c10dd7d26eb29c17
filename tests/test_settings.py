"""A wrong setting is refused by its name, with what would be right; a right one is taken as it is."""

from __future__ import annotations

import pytest

from app import settings
from app.errors import SettingsError

WRONG = (
    ("DATA_DIR", "", "a folder"),
    ("KNOWLEDGE_DIR", " ", "a folder"),
    ("EMBEDDING", "", "e5_small"),
    ("CHROMA_URL", "http://", "http://host:8000"),
    ("CHROMA_URL", "http://chroma:99999", "http://host:8000"),
    ("LINE_API_HOST", "http://a host", "http://host:8000"),
    ("PUBLIC_URL", "https://[clinic", "https://host"),
    ("LINE_CHANNEL_ACCESS_TOKEN", "โทเคน", "ASCII"),
    ("SLACK_BOT_TOKEN", "xoxb-1\n", "ASCII"),
    ("TRUSTED_PROXIES", "*", "127.0.0.1"),
    ("TRUSTED_PROXIES", "proxy.example", "127.0.0.1"),
    ("OFFICE_HOURS", "08:30-16:30-17:00", "08:30-16:30"),
    ("OFFICE_HOURS", "08:30+07:00-16:30", "08:30-16:30"),
    ("OFFICE_HOURS", "08:30-16:30+07:00", "08:30-16:30"),
    ("OFFICE_HOURS", "16:30-08:30", "08:30-16:30"),
    ("HOLIDAYS", "2569-12-05", "2026-12-05"),
)


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Read no .env of whoever runs the tests."""
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))


@pytest.mark.parametrize(("name", "value", "right"), WRONG)
def test_a_wrong_value_is_refused_by_name_with_what_would_be_right(
    name: str, value: str, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        settings.load()
    assert f"{name}: " in str(refused.value)
    assert right in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"), [("OFFICE_HOURS", " 09:00 - 12:00 "), ("CHROMA_URL", "http://[::1]:8000"), ("PUBLIC_URL", "https://clinic.example/")]
)
def test_what_is_right_is_taken(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(settings.load(), name.lower()) == (value.rstrip("/") if "://" in value else value)


@pytest.mark.parametrize(
    "real",
    [
        {"LINE_CHANNEL_ACCESS_TOKEN": "real"},
        {"LINE_CHANNEL_ACCESS_TOKEN": "real", "LINE_API_HOST": "https://api.line.me"},
        {"SLACK_BOT_TOKEN": "xoxb-real"},
        {"SLACK_BOT_TOKEN": "xoxb-real", "SLACK_API_URL": "https://slack.com/api/"},
        {"SLACK_APP_TOKEN": "xapp-real"},
    ],
)
def test_the_simulator_refuses_to_run_where_real_people_would_be_reached(real: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_HOST", "SLACK_BOT_TOKEN", "SLACK_API_URL", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, real.get(name, ""))
    monkeypatch.setenv("SIMULATOR", "1")
    with pytest.raises(SettingsError, match="SIMULATOR=1 cannot run beside real"):
        settings.load()
