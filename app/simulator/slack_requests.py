"""Turn what a person does in the page into Slack's request, signed, and bring it to our endpoint."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import httpx
from pydantic import BaseModel, Field

from app.simulator.slack_world import BOT, PERSON_ID, Json, SlackWorld
from app.simulator.world import ACCOUNT

TEAM, APP = "T0SIMULATOR", "A0SIMULATOR"
MENTION = f"@{ACCOUNT}"
Kind = Literal["text", "edit", "delete", "press", "submit", "command", "open", "invite", "redeliver"]


class SlackAct(BaseModel):
    """What a person does in the page. `tab` owns the page; `person` acts: the same one, or a colleague in the channel."""

    tab: Annotated[str, Field(pattern=PERSON_ID)]
    person: Annotated[str, Field(pattern=PERSON_ID)]
    kind: Kind
    place: Literal["D", "C"] = "D"
    text: Annotated[str, Field(max_length=20_000)] = ""
    ts: Annotated[str, Field(max_length=30)] = ""  # the message that is edited, deleted or pressed
    thread: Annotated[str, Field(max_length=30)] = ""
    value: Annotated[str, Field(max_length=2000)] = ""
    block_id: Annotated[str, Field(max_length=255)] = ""
    view: dict[str, Any] | None = None  # the modal or home tab that is pressed in
    where: Literal["home", "messages"] = "messages"

    @property
    def channel(self) -> str:
        """The channel's id."""
        return self.place + self.tab[1:]


def sign(secret: str, stamp: str, body: bytes) -> str:
    """Sign a body as Slack does: the HMAC-SHA256 of version, time and body under the signing secret."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class SlackCourier:
    """Carries signed requests to the endpoint and logs each with its status."""

    world: SlackWorld
    secret: str
    http: httpx.Client

    def act(self, act: SlackAct, url: str, api: str) -> int | None:
        """Do what a person does: show it and tell the app; gives the request's status, None when Slack would send nothing.

        Args:
            act: what is done.
            url: our endpoint.
            api: where this Slack is reached, for response addresses.
        """
        if act.kind == "redeliver":
            again = self.world.requests.get(act.tab)
            return self._carry(act.tab, *again, url, {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}) if again else None
        if act.kind == "command":
            return self._carry(act.tab, urlencode(self._command(act, api)).encode(), "/clinic", url, {})
        if act.kind in ("press", "submit"):
            payload = self._press(act, api) if act.kind == "press" else self._submission(act)
            return self._carry(act.tab, urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode(), payload["type"], url, {})
        event = self._event(act)
        if event is None:
            return None
        told: Json = {"token": "", "team_id": TEAM, "api_app_id": APP, "event": event, "type": "event_callback"}
        told |= {"event_id": f"Ev{self.world.new_ts().replace('.', '')}", "event_time": int(self.world.clock())}
        told["authorizations"] = [{"team_id": TEAM, "user_id": BOT, "is_bot": True}]
        what = " · ".join(str(event[name]) for name in ("type", "subtype", "tab") if event.get(name))
        return self._carry(act.tab, json.dumps(told, ensure_ascii=False).encode(), what, url, {})

    def _carry(self, tab: str, body: bytes, what: str, url: str, more: dict[str, str]) -> int:
        self.world.requests[tab] = body, what
        stamp = str(int(self.world.clock()))
        kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
        headers = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": sign(self.secret, stamp, body), **more}
        number = self.world.record("webhook", tab, url=url, headers=headers, body=body.decode(), what=what)
        began = self.world.clock()
        try:
            response = self.http.post(url, content=body, headers=headers)
            status, answer = response.status_code, response.text[:2000]
        except httpx.HTTPError as error:
            status, answer = 0, type(error).__name__
        self.world.record("webhook_answered", tab, of=number, status=status, answer=answer, ms=round((self.world.clock() - began) * 1000))
        return status

    def _event(self, act: SlackAct) -> Json | None:
        common = {"channel": act.channel, "channel_type": "im" if act.place == "D" else "channel", "event_ts": self.world.new_ts()}
        if act.kind == "open":
            return {
                "type": "app_home_opened",
                "user": act.person,
                "channel": "D" + act.tab[1:],
                "tab": act.where,
                "event_ts": common["event_ts"],
            }
        if act.kind == "invite":
            return {"type": "member_joined_channel", "user": BOT, "team": TEAM, **common}
        if act.kind == "text":
            return self._said(act, common)
        message = self.world.messages.get((act.channel, act.ts))
        if message is None:
            return None
        before = {"type": "message", "user": message.speaker, "ts": message.ts, **message.body}
        before |= {"thread_ts": message.thread} if message.thread else {}
        if act.kind == "delete":
            del self.world.messages[act.channel, act.ts]
            self.world.record("deleted", act.tab, channel=act.channel, ts=act.ts)
            return {"type": "message", "subtype": "message_deleted", "deleted_ts": act.ts, "previous_message": before, **common}
        message.body = {"text": _written(act.text)}
        self.world.show(message, "changed")
        after = before | message.body | {"edited": {"user": act.person, "ts": common["event_ts"]}}
        return {"type": "message", "subtype": "message_changed", "message": after, "previous_message": before, **common}

    def _said(self, act: SlackAct, common: Json) -> Json | None:
        text = _written(act.text)
        said = self.world.say(act.channel, act.thread, act.person, {"text": text})
        is_mention = f"<@{BOT}>" in text
        event = {"type": "message", "user": act.person, "text": text, "ts": said.ts, "team": TEAM, **common, "event_ts": said.ts}
        event |= {"thread_ts": act.thread} if act.thread else {}
        if act.place == "C" and is_mention:
            del event["channel_type"]
            event["type"] = "app_mention"
        return event

    def _press(self, act: SlackAct, api: str) -> Json:
        message = self.world.messages.get((act.channel, act.ts))
        action = {"type": "button", "action_id": "press", "block_id": act.block_id, "value": act.value, "action_ts": self.world.new_ts()}
        payload: Json = {"type": "block_actions", "user": {"id": act.person}, "team": {"id": TEAM}, "api_app_id": APP, "actions": [action]}
        payload["trigger_id"] = self.world.issue("trigger", act.channel, act.person)
        if act.view:
            return payload | {"container": {"type": "view", "view_id": act.view.get("id")}, "view": act.view}
        payload["response_url"] = f"{api}/respond/{self.world.issue('url', act.channel, act.person)}"
        container: Json = {
            "type": "message",
            "message_ts": act.ts,
            "channel_id": act.channel,
            "is_ephemeral": bool(message and message.seen_by),
        }
        if message and not message.seen_by:
            payload["message"] = {"ts": message.ts, "user": message.speaker} | ({"thread_ts": message.thread} if message.thread else {})
        return payload | {"container": container, "channel": {"id": act.channel}}

    def _submission(self, act: SlackAct) -> Json:
        return {"type": "view_submission", "user": {"id": act.person}, "team": {"id": TEAM}, "api_app_id": APP, "view": act.view}

    def _command(self, act: SlackAct, api: str) -> dict[str, str]:
        url = f"{api}/respond/{self.world.issue('url', act.channel, act.person)}"
        who = {"team_id": TEAM, "channel_id": act.channel, "user_id": act.person, "api_app_id": APP}
        trigger = self.world.issue("trigger", act.channel, act.person)
        return {"command": "/clinic", "text": act.text, **who, "response_url": url, "trigger_id": trigger}


def _written(text: str) -> str:
    """Write what was typed as Slack sends it: three characters escaped, our mention as an id."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace(MENTION, f"<@{BOT}>")
