"""LINE's Messaging API as the clinic uses it: the same paths, rules and errors, answered from the simulated world."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.channels._line_limits import check_messages
from app.simulator.world import World

MAX_BODY = 2 * 1024 * 1024
RECEIVER = re.compile(r"[UCR][0-9a-f]{32}")


class Refusal(Exception):
    """LINE says no: a status, LINE's message and its details."""

    def __init__(self, status: int, message: str, details: list[str] | None = None, **fields: Any) -> None:
        """Keep what the answer says; `fields` are added to its body."""
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message} | fields
        if details:
            self.body["details"] = [{"message": detail} for detail in details]


class ApiCall(APIRoute):
    """A route of LINE's API: checks the bearer token and the size, gives a request id, and logs the call for the page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route's own work."""
        work = super().get_route_handler()

        async def call(request: Request) -> Response:
            world = world_of(request)
            body = await request.body()
            request.state.id = str(uuid.uuid4())
            request.state.tab = ""
            try:
                if not re.fullmatch(r"Bearer +\S+", request.headers.get("authorization", "")):
                    raise Refusal(401, "Authentication failed. Confirm that the access token in the authorization header is valid.")
                if len(body) > MAX_BODY:
                    raise Refusal(413, "Request body is too large")
                response = await work(request)
            except Refusal as refusal:
                response = JSONResponse(refusal.body, refusal.status)
            response.headers["x-line-request-id"] = request.state.id
            world.record("api", request.state.tab, **_for_the_log(request, body, response))
            return response

        return call


def _for_the_log(request: Request, body: bytes, response: Response) -> dict[str, Any]:
    path = request.url.path[request.url.path.index("/v2/bot/") :]
    kept = {name: request.headers[name] for name in ("x-line-retry-key", "content-type") if name in request.headers}
    return {
        "method": request.method,
        "path": path,
        "headers": kept,
        "request": _readable(body, request.headers.get("content-type", "")),
        "status": response.status_code,
        "response": _readable(bytes(response.body), response.headers.get("content-type", "")),
        "response_headers": {name: value for name, value in response.headers.items() if name.startswith("x-line-")},
    }


def _readable(body: bytes, content_type: str) -> Any:
    if not body:
        return None
    if "json" not in content_type:
        return f"{len(body)} bytes of {content_type or 'unknown type'}"
    try:
        return json.loads(body)
    except ValueError:
        return body[:2000].decode(errors="replace")


def world_of(request: Request) -> World:
    """Give the world of the app that a request came to."""
    return cast("World", request.app.state.world)


async def json_body(request: Request) -> dict[str, Any]:
    """Read a request's JSON object.

    Raises:
        Refusal: 400, it is not one.
    """
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "The request body could not be parsed as JSON")
    return body


Memory = Annotated[World, Depends(world_of)]
Body = Annotated[dict[str, Any], Depends(json_body)]
router = APIRouter(prefix="/v2/bot", route_class=ApiCall)


def _messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise Refusal(400, "The request body has 1 error(s)", ["May not be empty: messages"])
    faults = check_messages(messages)
    if faults:
        raise Refusal(400, f"The request body has {len(faults)} error(s)", faults)
    return messages


@router.post("/message/reply")
def reply(request: Request, world: Memory, body: Body) -> dict[str, Any]:
    """Answer an event with its reply token, once and within the minute."""
    token = world.tokens.get(str(body.get("replyToken")))
    request.state.tab = world.tab_of(token.chat) if token else ""
    if "x-line-retry-key" in request.headers:
        raise Refusal(400, "The retry key header cannot be used with this endpoint")
    messages = _messages(body)
    chat = world.spend_token(str(body.get("replyToken")))
    if chat is None:
        raise Refusal(400, "Invalid reply token")
    return {"sentMessages": world.say(chat, messages, "reply")}


@router.post("/message/push")
def push(request: Request, world: Memory, body: Body) -> Any:
    """Send to a chat without a token; a repeated retry key is told that it was sent before."""
    to = str(body.get("to"))
    request.state.tab = world.tab_of(to)
    key = request.headers.get("x-line-retry-key", "")
    if key and not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", key):
        raise Refusal(400, "The value of the X-Line-Retry-Key header is invalid")
    if not RECEIVER.fullmatch(to):
        raise Refusal(400, "The property, 'to', in the request body is invalid")
    accepted, earlier = world.push(to, _messages(body), key.lower(), request.state.id)
    if earlier:
        conflict = {"message": "The retry key is already accepted", "sentMessages": accepted.sent}
        return JSONResponse(conflict, 409, headers={"x-line-accepted-request-id": accepted.request_id})
    return {"sentMessages": accepted.sent}


@router.post("/chat/loading/start", status_code=202)
def show_loading(request: Request, world: Memory, body: Body) -> dict[str, Any]:
    """Show the three dots in a 1:1 chat for 5 to 60 seconds, in steps of five."""
    chat, seconds = str(body.get("chatId")), body.get("loadingSeconds", 20)
    request.state.tab = world.tab_of(chat)
    if not (RECEIVER.fullmatch(chat) and chat.startswith("U")):
        raise Refusal(400, "The property, 'chatId', in the request body is invalid")
    if not isinstance(seconds, int) or seconds not in range(5, 61, 5):
        raise Refusal(400, "The property, 'loadingSeconds', must be a multiple of 5 from 5 to 60")
    if request.state.tab:
        world.record("loading", request.state.tab, chat=chat, seconds=seconds)
    return {}


def _profile(world: World, user: str) -> dict[str, str]:
    if user not in world.names:
        raise Refusal(404, "Not found")
    return {"userId": user, "displayName": world.names[user] or "ผู้ใช้จำลอง", "language": "th"}


@router.get("/profile/{user}")
def profile(request: Request, world: Memory, user: str) -> dict[str, str]:
    """Give a person's profile; 404 for who never wrote or has blocked the account."""
    request.state.tab = world.tab_of(user)
    chat = world.chats.get(user)
    if chat and chat.blocked:
        raise Refusal(404, "Not found")
    return _profile(world, user)


@router.get("/group/{group}/member/{user}")
def group_member(request: Request, world: Memory, group: str, user: str) -> dict[str, str]:
    """Give the profile of a member of a group."""
    request.state.tab = world.tab_of(group)
    return _profile(world, user)


@router.get("/message/quota")
def quota() -> dict[str, str]:
    """Say how many pushes the month allows: no limit here."""
    return {"type": "none"}


@router.get("/message/quota/consumption")
def quota_consumption(world: Memory) -> dict[str, int]:
    """Count this run's pushes by recipients; replies are free."""
    return {"totalUsage": world.pushed}
