"""PowerPoint: a section a slide, with the slide's number as page; tables a row a block with its column heads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PythonPptxError

from app.errors import FormatError
from app.formats import _archive
from app.formats._rows import table_blocks
from app.formats.base import AUTO, Block, Reading, Ways

SUFFIXES = (".pptx",)
RISKY = True
_FURNITURE = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.HEADER)


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a presentation.

    Raises:
        FormatError: not a presentation, encrypted, damaged, or not what a document may be.
    """
    _archive.check(path)
    try:
        slides = pptx.Presentation(str(path)).slides
        return Reading([block for number, slide in enumerate(slides, 1) for block in _slide(slide, number)])
    except (PythonPptxError, *_archive.DAMAGED) as error:
        raise FormatError(f"{path.name}: damaged, or no presentation ({type(error).__name__}); open it and save it again") from None


def _slide(slide: Any, number: int) -> Iterator[Block]:
    title = slide.shapes.title
    heading = " ".join(title.text_frame.text.split()) if title is not None else ""
    others = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    body = [block for shape in _in_order(others) for block in _shape(shape, number)]
    if heading or body:
        yield Block(heading or f"สไลด์ {number}", level=1, page=number)
    yield from body


def _in_order(shapes: Iterable[Any]) -> list[Any]:
    """Order shapes as they are read: from top to bottom, then from left to right."""
    return sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        for inner in _in_order(shape.shapes):
            yield from _shape(inner, number)
    elif shape.has_text_frame and not (shape.is_placeholder and shape.placeholder_format.type in _FURNITURE):
        for paragraph in shape.text_frame.paragraphs:
            text = " ".join(paragraph.text.split())
            if text:
                yield Block(text, page=number)
    elif getattr(shape, "has_table", False):
        yield from table_blocks([[cell.text for cell in row.cells] for row in shape.table.rows], page=number)
