"""A channel without credentials is said at the start and serves nobody; real ones never run beside the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError

from app import wiring
from app.channels import line, slack
from app.channels.base import Channel
from app.main import build
from app.settings import Settings
from app.store.database import Database
from tests.fakes import Oracle
from tests.scenarios.slack_api import direct, signed


@pytest.mark.parametrize("token", ["line_channel_access_token", "slack_bot_token"])
def test_the_simulator_refuses_to_start_beside_real_credentials(token: str) -> None:
    with pytest.raises(ValidationError, match=f"SIMULATOR=1 cannot run beside real .* unset {token.upper()}"):
        Settings.model_validate({"simulator": True, token: "real"})


def test_a_channel_that_lacks_a_secret_is_named() -> None:
    secret = SecretStr("s")
    assert Settings(_env_file=None).unconnected == ["line", "slack"]
    assert Settings(_env_file=None, line_channel_secret=secret, line_channel_access_token=secret).unconnected == ["slack"]
    assert Settings(_env_file=None, channels=("slack",), slack_signing_secret=secret, slack_bot_token=secret).unconnected == []


def test_a_channel_without_credentials_refuses_every_webhook(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)
    database = Database(settings.database)
    database.migrate()
    channels: dict[str, Channel] = {"line": line.build(settings), "slack": slack.build(settings)}
    with TestClient(build(wiring.assemble(settings, database, channels, Oracle()))) as web:
        body = direct(1, "U1", "ถาม")
        assert web.post("/webhooks/slack", content=body, headers=signed(body, secret="")).status_code == 401
        assert web.post("/webhooks/line", content=b'{"events":[]}').status_code == 401
