"""The app that the manifest describes is the one that the channel serves, within Slack's limits for manifests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from app.channels._slack_presses import pressed
from app.channels.slack import build
from app.settings import OUR_ROOT, Settings
from tests.scenarios.slack_api import BOT, envelope, message, ts

MANIFEST: dict[str, Any] = yaml.safe_load((OUR_ROOT / "slack-manifest.yaml").read_text("utf-8"))
EVENTS = {
    "app_home_opened": {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "event_ts": ts(1)},
    "app_mention": message(1, "C1", "U1", f"<@{BOT}> ถาม") | {"type": "app_mention"},
    "member_joined_channel": {"type": "member_joined_channel", "user": BOT, "channel": "C1", "event_ts": ts(1)},
    "message.channels": {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C1",
        "channel_type": "channel",
        "deleted_ts": ts(1),
        "previous_message": message(1, "C1", "U1", f"<@{BOT}> ถาม"),
    },
    "message.groups": {
        "type": "message",
        "subtype": "message_deleted",
        "channel": "C1",
        "channel_type": "group",
        "deleted_ts": ts(1),
        "previous_message": message(1, "C1", "U1", f"<@{BOT}> ถาม"),
    },
    "message.im": message(1, "D1", "U1", "ถาม") | {"channel_type": "im"},
}
SCOPES = {
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
}


def test_every_event_of_the_manifest_is_understood() -> None:
    assert set(MANIFEST["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_the_channel_hears_the_event(name: str) -> None:
    channel = build(Settings(_env_file=None, slack_bot_token=SecretStr("t"), slack_api_url="http://127.0.0.1:9"))
    (heard,) = channel.parse(envelope("Ev1", EVENTS[name]))
    assert heard.channel == "slack"


def test_the_app_asks_for_no_right_that_it_does_not_need() -> None:
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_all_requests_go_to_the_one_webhook() -> None:
    settings = MANIFEST["settings"]
    addresses = [settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]]
    addresses += [command["url"] for command in MANIFEST["features"]["slash_commands"]]
    assert set(addresses) == {"https://clinic.example.go.th/webhooks/slack"}
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == ["/clinic"]


def test_the_texts_fit() -> None:
    shown, features = MANIFEST["display_information"], MANIFEST["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["agent_view"]["suggested_prompts"]) <= 4
    assert "assistant_view" not in features
    assert features["app_home"] == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}


@pytest.mark.parametrize(
    "view", [{}, {"private_metadata": "{"}, {"private_metadata": "7"}, {"private_metadata": json.dumps({"conversation": "x"})}]
)
def test_a_button_in_a_view_that_is_not_ours_is_nothing(view: dict[str, Any]) -> None:
    payload = {"type": "block_actions", "user": {"id": "U1"}, "view": {"id": "V1", **view}, "actions": [{"value": "1|menu||pmqa"}]}
    assert pressed(payload, datetime.now(UTC)) is None
