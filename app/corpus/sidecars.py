"""Write sidecars: the values of a form over what stands there, so that comments, order and keys that nobody asks for stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from app.corpus import catalogue
from app.domain import Document
from app.errors import SidecarError


def written(stem: str, values: Mapping[str, Any], before: str = "") -> tuple[str, Document]:
    """Give the text of a sidecar and the document that it describes.

    Args:
        stem: the document's id.
        values: by the sidecar's keys; what is empty is left out.
        before: the sidecar as it stands.

    Raises:
        SidecarError: what would be written could not be read again, or what stands there cannot.
    """
    try:
        sidecar = tomlkit.parse(before)
    except TOMLKitError as error:
        raise SidecarError(f"{stem}.toml: not TOML: {error}") from None
    for key, value in values.items():
        if value:
            if key not in sidecar or sidecar[key].unwrap() != value:
                sidecar[key] = value
        elif key in sidecar:
            del sidecar[key]
    text = tomlkit.dumps(sidecar)
    document, _ = catalogue.parsed(stem, text.encode(), f"{stem}.toml")
    return text, document
