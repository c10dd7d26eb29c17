"""Slack's Web API as the clinic uses it: the same methods, rules and errors, answered from the simulated workspace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from app.channels._slack_limits import check_message, check_view
from app.simulator.slack_world import BOT, Json, SlackWorld, tab_of

PLACE = re.compile(r"[CDU][0-9A-Z]{10}")
MOST_PROMPTS = 4

router = APIRouter(prefix="/slack")


class Refusal(Exception):
    """Slack says no: its word for the error, and what it adds."""

    def __init__(self, error: str, *details: str) -> None:
        """Keep what the answer says."""
        super().__init__(error)
        self.body: Json = {"ok": False, "error": error} | ({"response_metadata": {"messages": list(details)}} if details else {})


@router.post("/api/{method}")
async def api(request: Request, method: str) -> Response:
    """Answer a method of the Web API and log the call for the page."""
    world = cast("SlackWorld", request.app.state.slack)
    asked = _asked(await request.body(), request.headers.get("content-type", ""))
    try:
        if not re.fullmatch(r"Bearer +\S+", request.headers.get("authorization", "")):
            raise Refusal("not_authed")
        if method not in METHODS:
            raise Refusal("unknown_method")
        answer = {"ok": True} | METHODS[method](world, asked)
    except Refusal as refusal:
        answer = refusal.body
    _log(world, f"/api/{method}", asked, 200, answer, _tab(world, asked))
    return JSONResponse(answer)


@router.post("/respond/{key}")
async def respond(request: Request, key: str) -> Response:
    """Take a message at a response address: five times within half an hour."""
    world = cast("SlackWorld", request.app.state.slack)
    asked = _asked(await request.body(), "application/json")
    known = world.spend_url(key)
    if known is None:
        return PlainTextResponse("expired_url", 404)
    try:
        _within_limits(asked)
    except Refusal as refusal:
        _log(world, "/respond", asked, 400, refusal.body, tab_of(known.user))
        return JSONResponse(refusal.body, 400)
    world.say(known.channel, "", BOT, asked, "" if asked.get("response_type") == "in_channel" else known.user)
    _log(world, "/respond", asked, 200, {"ok": True}, tab_of(known.user))
    return PlainTextResponse("ok")


def _log(world: SlackWorld, path: str, asked: Json, status: int, answer: Json, tab: str) -> None:
    told = {"method": "POST", "path": path, "headers": {}, "request": asked, "status": status if answer["ok"] else 400}
    world.record("api", tab, **told, response=answer, response_headers={})


def _asked(body: bytes, content_type: str) -> Json:
    if "json" not in content_type:
        return {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    return asked if isinstance(asked, dict) else {}


def _tab(world: SlackWorld, asked: Mapping[str, Any]) -> str:
    for name in ("channel", "channel_id", "user_id", "user"):
        if PLACE.fullmatch(str(asked.get(name, ""))):
            return tab_of(str(asked[name]))
    for known in (world.triggers.get(str(asked.get("trigger_id"))),):
        if known:
            return tab_of(known.user)
    return world.views.get(str(asked.get("view_id")), "")


def _place(asked: Mapping[str, Any]) -> str:
    channel = str(asked.get("channel") or asked.get("channel_id") or "")
    if not PLACE.fullmatch(channel):
        raise Refusal("channel_not_found")
    return "D" + channel[1:] if channel.startswith("U") else channel


def _within_limits(asked: Json) -> None:
    if faults := check_message(asked):
        raise Refusal("invalid_blocks", *faults)


def _post(world: SlackWorld, asked: Json) -> Json:
    channel, thread = _place(asked), str(asked.get("thread_ts") or "")
    _within_limits(asked)
    if thread and (channel, thread) not in world.messages:
        raise Refusal("thread_not_found")
    return {"channel": channel, "ts": world.say(channel, thread, BOT, asked).ts}


def _post_ephemeral(world: SlackWorld, asked: Json) -> Json:
    channel = _place(asked)
    _within_limits(asked)
    said = world.say(channel, str(asked.get("thread_ts") or ""), BOT, asked, str(asked.get("user")))
    return {"message_ts": said.ts}


def _update(world: SlackWorld, asked: Json) -> Json:
    message = world.messages.get((_place(asked), str(asked.get("ts"))))
    _within_limits(asked)
    if message is None:
        raise Refusal("message_not_found")
    if message.speaker != BOT:
        raise Refusal("cant_update_message")
    message.body = message.body | asked
    world.show(message, "changed")
    return {"channel": message.channel, "ts": message.ts}


def _replies(world: SlackWorld, asked: Json) -> Json:
    found = world.thread_of(_place(asked), str(asked.get("ts") or ""))
    return {"messages": [{"ts": one.ts, "user": one.speaker, "metadata": one.body.get("metadata")} for one in found]}


def _open(world: SlackWorld, asked: Json) -> Json:
    trigger = str(asked.get("trigger_id"))
    if error := world.spend_trigger(trigger):
        raise Refusal(error)
    name = world.new_ts().replace(".", "V")
    world.views[name] = tab_of(world.triggers[trigger].user)
    return _show_view(world, name, asked)


def _change_view(world: SlackWorld, asked: Json) -> Json:
    name = str(asked.get("view_id"))
    if name not in world.views:
        raise Refusal("not_found")
    return _show_view(world, name, asked)


def _show_view(world: SlackWorld, name: str, asked: Json) -> Json:
    view = _view(asked) | {"id": name}
    world.record("view", world.views[name], view=view)
    return {"view": view}


def _publish(world: SlackWorld, asked: Json) -> Json:
    view = _view(asked) | {"id": "home"}
    world.record("home", tab_of(str(asked.get("user_id"))), view=view)
    return {"view": view}


def _view(asked: Json) -> Json:
    view = asked.get("view")
    faults = check_view(view) if isinstance(view, dict) else ["no view"]
    if faults:
        raise Refusal("invalid_arguments", *faults)
    return cast("Json", view)


def _status(world: SlackWorld, asked: Json) -> Json:
    channel, thread = _place(asked), str(asked.get("thread_ts") or "")
    if (channel, thread) not in world.messages:
        raise Refusal("thread_not_found")
    world.record("status", tab_of(channel), channel=channel, thread=thread, status=str(asked.get("status", "")))
    return {}


def _prompts(world: SlackWorld, asked: Json) -> Json:
    prompts = asked.get("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Refusal("invalid_arguments", f"1 to {MOST_PROMPTS} prompts")
    channel = _place(asked)
    world.record("prompts", tab_of(channel), channel=channel, prompts=prompts)
    return {}


METHODS: Mapping[str, Callable[[SlackWorld, Json], Json]] = {
    "auth.test": lambda _world, _asked: {"user_id": BOT, "team_id": "T0SIMULATOR"},
    "chat.postMessage": _post,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _update,
    "conversations.history": _replies,
    "conversations.replies": _replies,
    "views.open": _open,
    "views.update": _change_view,
    "views.publish": _publish,
    "assistant.threads.setStatus": _status,
    "assistant.threads.setSuggestedPrompts": _prompts,
}
