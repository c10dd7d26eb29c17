"""LINE's rich menu API: create, picture, default, list, delete, with LINE's limits."""

from __future__ import annotations

import io
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, Field, ValidationError, model_validator

from app.channels._text import graphemes
from app.simulator.line_api import ApiCall, Body, Memory, Refusal
from app.simulator.world import RichMenu, World

MAX_IMAGE = 1024 * 1024
MIN_RATIO = 1.45
router = APIRouter(prefix="/v2/bot", route_class=ApiCall)


class Size(BaseModel):
    """A menu's size in pixels."""

    width: Annotated[int, Field(ge=800, le=2500)]
    height: Annotated[int, Field(ge=250)]


class Bounds(BaseModel):
    """Where an area is, in the menu's pixels."""

    x: Annotated[int, Field(ge=0)]
    y: Annotated[int, Field(ge=0)]
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]


class Area(BaseModel):
    """One place to press."""

    bounds: Bounds
    action: dict[str, Any]


class Definition(BaseModel):
    """A rich menu within LINE's limits."""

    size: Size
    selected: bool
    name: Annotated[str, Field(min_length=1)]
    chatBarText: Annotated[str, Field(min_length=1)]  # noqa: N815 - LINE's own name
    areas: Annotated[list[Area], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _within_limits(self) -> Definition:
        width, height = self.size.width, self.size.height
        if width / height < MIN_RATIO:
            raise ValueError(f"width / height is below {MIN_RATIO}")
        if len(graphemes(self.chatBarText)) > 14 or len(graphemes(self.name)) > 300:
            raise ValueError("chatBarText is over 14 characters or name over 300")
        for area in self.areas:
            if area.bounds.x + area.bounds.width > width or area.bounds.y + area.bounds.height > height:
                raise ValueError("an area reaches outside the menu")
            if not area.action.get("type"):
                raise ValueError("an area has no action")
        return self


def _menu(world: World, menu_id: str) -> RichMenu:
    if menu_id not in world.menus:
        raise Refusal(404, "richmenu not found")
    return world.menus[menu_id]


@router.post("/richmenu")
def create_menu(world: Memory, body: Body) -> dict[str, str]:
    """Create a rich menu; its picture comes after."""
    try:
        Definition.model_validate(body)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise Refusal(400, f"The request body has {len(faults)} error(s)", faults) from None
    menu_id = "richmenu-" + secrets.token_hex(16)
    world.menus[menu_id] = RichMenu(body)
    return {"richMenuId": menu_id}


@router.get("/richmenu/list")
def list_menus(world: Memory) -> dict[str, Any]:
    """List the rich menus."""
    return {"richmenus": [{"richMenuId": menu_id, **menu.definition} for menu_id, menu in world.menus.items()]}


@router.post("/richmenu/{menu_id}/content")
async def upload_picture(request: Request, world: Memory, menu_id: str) -> dict[str, str]:
    """Keep a menu's picture: JPEG or PNG, at most 1 MB, of the menu's size, only once."""
    menu = _menu(world, menu_id)
    picture = await request.body()
    if menu.image:
        raise Refusal(400, "An image has already been uploaded to the richmenu")
    if len(picture) > MAX_IMAGE:
        raise Refusal(413, "The image is larger than 1 MB")
    try:
        with Image.open(io.BytesIO(picture)) as image:
            kind, size = image.format, image.size
    except UnidentifiedImageError:
        raise Refusal(415, "The image must be JPEG or PNG") from None
    if kind not in ("JPEG", "PNG"):
        raise Refusal(415, "The image must be JPEG or PNG")
    if size != (menu.definition["size"]["width"], menu.definition["size"]["height"]):
        raise Refusal(400, "The image size does not match the richmenu")
    menu.image, menu.image_type = picture, f"image/{kind.lower()}"
    return {}


@router.delete("/richmenu/{menu_id}")
def delete_menu(world: Memory, menu_id: str) -> dict[str, str]:
    """Delete a rich menu; the page loses it when it was the default one."""
    _menu(world, menu_id)
    del world.menus[menu_id]
    if world.default_menu == menu_id:
        _set_default(world, "")
    return {}


def _set_default(world: World, menu_id: str) -> None:
    world.default_menu = menu_id
    world.record("menu", "", menu=menu_id, definition=world.menus[menu_id].definition if menu_id else None)


@router.post("/user/all/richmenu/{menu_id}")
def set_default_menu(world: Memory, menu_id: str) -> dict[str, str]:
    """Show a rich menu to everyone; it needs its picture first."""
    if not _menu(world, menu_id).image:
        raise Refusal(400, "must upload richmenu image before applying it to user")
    _set_default(world, menu_id)
    return {}


@router.get("/user/all/richmenu")
def default_menu(world: Memory) -> dict[str, str]:
    """Say which rich menu everyone sees."""
    if not world.default_menu:
        raise Refusal(404, "no default richmenu")
    return {"richMenuId": world.default_menu}


@router.delete("/user/all/richmenu")
def clear_default_menu(world: Memory) -> dict[str, str]:
    """Show no rich menu to anyone."""
    _set_default(world, "")
    return {}


@router.get("/richmenu/{menu_id}/content")
def picture(world: Memory, menu_id: str) -> Response:
    """Give a menu's picture back."""
    menu = _menu(world, menu_id)
    if not menu.image:
        raise Refusal(404, "richmenu image not found")
    return Response(menu.image, media_type=menu.image_type)
