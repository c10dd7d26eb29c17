"""Web pages: headings, paragraphs, lists and tables of the content; menus, banners and footers are left out.

Rules that can be foretold, rather than a scorer of content: a scorer that loses one row of a table loses a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.errors import FormatError
from app.formats._encodings import decode
from app.formats._rows import table_blocks
from app.formats.base import AUTO, Block, Reading, Ways

SUFFIXES = (".html", ".htm", ".xhtml")
RISKY = True
MAX_ROWS = 20_000
MAX_DEPTH = 200  # of elements within elements; no page of text has more
_NESTING = re.compile(r"<(/?)(?!p\b|li\b|t[rdh]\b|d[td]\b|br\b|hr\b|img\b|input\b|meta\b|link\b|option\b|col\b|!)[a-z]", re.IGNORECASE)
_FURNITURE = (
    "script, style, noscript, template, svg, iframe, object, embed, canvas, audio, video, form, button, select, dialog, nav, aside,"
    " [hidden],"
    " [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], [role=menu],"
    " .breadcrumb, .breadcrumbs, .menu, .navbar, .sidebar, .cookie, .share, .social, .pagination, #menu, #sidebar, #footer, #header, #nav"
)
_OUTSIDE = "header, footer"  # of the page, not of an article
_CONTENT = ("main", "[role=main]", "article", "#content", ".entry-content", ".article-content")
_BLOCKS = (
    "address, article, blockquote, body, caption, center, dd, details, div, dl, dt, fieldset, figcaption, figure, footer, h1, h2, h3,"
    " h4, h5, h6, header, hr, li, main, ol, p, pre, section, summary, table, tbody, td, tfoot, th, thead, tr, ul"
)
_BLOCK_TAGS = frozenset(_BLOCKS.split(", "))
_LINKS = 0.6  # share of the letters of a list or division that are links, above which it is a menu
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)


def read(path: Path, _ways: Ways = AUTO) -> Reading:
    """Read a web page that was saved as a file.

    Raises:
        FormatError: not text, or nested beyond all reason.
    """
    data = path.read_bytes()
    source = _decoded(data, path.name)
    if _depth(source) > MAX_DEPTH:
        raise FormatError(f"{path.name}: nested deeper than {MAX_DEPTH} levels; it is not a normal page")
    tree = LexborHTMLParser(source)
    for node in tree.css(_FURNITURE):
        node.decompose()
    root = _content(tree)
    if root is None:
        return Reading()
    return Reading(list(_blocks(root)))


def _depth(source: str) -> int:
    """Count how deep elements stand in each other, without those that need no end tag; a parser takes hours for a million levels."""
    depth = deepest = 0
    for end in _NESTING.findall(source):
        depth = max(depth - 1, 0) if end else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _decoded(data: bytes, name: str) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and declared[1].lower() in (b"tis-620", b"windows-874", b"iso-8859-11"):
        return data.decode("cp874", errors="replace")
    return decode(data, name)


def _content(tree: LexborHTMLParser) -> LexborNode | None:
    """Find what the page is about: its one main part if it says so, else its body without header and footer."""
    for selector in _CONTENT:
        found = tree.css(selector)
        if len(found) == 1 and len(found[0].text(strip=True)) > 200:
            return found[0]
    for node in tree.css(_OUTSIDE):
        if not any(parent.tag in ("main", "article") for parent in _parents(node)):
            node.decompose()
    return tree.body


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _blocks(node: LexborNode) -> Iterator[Block]:
    """Walk down to what holds only words; what stands loose between two blocks is a paragraph too."""
    loose = ""
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag not in _BLOCK_TAGS and (tag == "-text" or child.css_first(_BLOCKS) is None):
            loose += "\n" if tag == "br" else child.text()
            continue
        yield from _paragraphs(loose)
        loose = ""
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield from _paragraphs(" ".join(child.text().split()), level=int(tag[1]))
        elif tag == "table" and child.css_first("table table") is None:
            yield from table_blocks(_rows(child))
        elif tag in ("ul", "ol"):
            yield from _list(child) if not _is_menu(child) else ()
        elif not (tag in ("div", "section") and _is_menu(child)):
            yield from _blocks(child)
    yield from _paragraphs(loose)


def _paragraphs(text: str, level: int = 0) -> Iterator[Block]:
    for line in text.split("\n") if "\n\n" in text else [text]:
        words = " ".join(line.split())
        if words:
            yield Block(words, level=level)


def _list(node: LexborNode) -> Iterator[Block]:
    number = 0
    for item in node.iter():
        if item.tag == "li":
            number += 1
            mark = f"{number}. " if node.tag == "ol" else "- "
            for position, block in enumerate(_blocks(item)):
                yield Block(block.text if position else mark + block.text, level=block.level)


def _rows(table: LexborNode) -> list[list[str]]:
    """Give the cells by column; a cell that spans rows says its text in each, one that spans columns in its first."""
    rows: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}  # column → the text that goes on downwards, and for how many rows
    for row in table.css("tr")[:MAX_ROWS]:
        above, below = below, {}
        cells: list[str] = []
        for cell in [*row.css("th, td"), None]:
            while len(cells) in above:
                text, left = above[len(cells)]
                if left > 1:
                    below[len(cells)] = text, left - 1
                cells.append(text)
            if cell is not None:
                text, down = " ".join(cell.text(separator=" ").split()), _span(cell, "rowspan")
                if down > 1:
                    below[len(cells)] = text, down - 1
                cells.extend([text, *[""] * (_span(cell, "colspan") - 1)])
        rows.append(cells)
    return rows


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), 50) if value.isdigit() else 1


def _is_menu(node: LexborNode) -> bool:
    """Tell a list or division whose words are nearly all links, and many of them."""
    links = node.css("a")
    linked = sum(len(link.text(strip=True)) for link in links)
    return len(links) >= 3 and linked > _LINKS * len("".join(node.text().split())) and linked < 60 * len(links)
