"""Markdown: headings by level, paragraphs, list items with their mark, table rows with their column heads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from app.formats._encodings import decode
from app.formats._rows import row_text
from app.formats.base import AUTO, Block, Reading, Ways

SUFFIXES = (".md", ".markdown")
RISKY = False
MAX_NESTING = 40  # of lists and quotations; deeper text is read as it stands


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a Markdown file."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
    tree = SyntaxTreeNode(parser.parse(decode(path.read_bytes(), path.name)))
    blocks: list[Block] = []
    for node in tree.children:
        _collect(node, blocks)
    return Reading(blocks)


def _collect(node: SyntaxTreeNode, blocks: list[Block], mark: str = "") -> None:
    if node.type == "heading":
        blocks.append(Block(_words(node), level=int(node.tag[1])))
    elif node.type == "table":
        blocks.extend(_rows(node))
    elif node.type in ("bullet_list", "ordered_list"):
        first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
        for number, item in enumerate(node.children, first):
            for position, child in enumerate(item.children):
                _collect(child, blocks, "" if position else f"{number}. " if first else "- ")
    elif node.type in ("fence", "code_block"):
        blocks.append(Block(node.content.strip()))
    elif node.type == "paragraph":
        blocks.append(Block(mark + _words(node)))
    else:
        for child in node.children:
            _collect(child, blocks)


def _rows(table: SyntaxTreeNode) -> list[Block]:
    rows = [[_words(cell) for cell in row.children] for part in table.children for row in part.children]
    return [Block(row_text(rows[0], row)) for row in rows[1:]]


def _words(node: SyntaxTreeNode) -> str:
    return "".join(_leaves(node.children)).strip()


def _leaves(nodes: Sequence[SyntaxTreeNode]) -> list[str]:
    words: list[str] = []
    for node in nodes:
        if node.type in ("text", "code_inline"):
            words.append(node.content)
        elif node.type in ("softbreak", "hardbreak"):
            words.append(" ")
        else:
            words.extend(_leaves(node.children))
    return words
