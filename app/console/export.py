"""The log of questions as CSV and XLSX that Excel opens with Thai intact, a page at a time, and never as formulas."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter

from app.answering.wording import BANGKOK, TOPICS
from app.console.asked_for import FEEDBACK, OUTCOMES, VERDICTS
from app.messaging.wording import CHANNELS
from app.store import question_log
from app.store.database import Database
from app.store.question_log import Place, Wanted
from app.store.traffic import contacts

PAGE = 1000
TRAFFIC_HEADINGS = ("เวลา", "ช่องทาง", "รหัสแทนบุคคล", "เหตุการณ์", "ผล", "ที่อยู่ไอพี")
HEADINGS = (
    "เลขที่",
    "ถามเมื่อ",
    "ช่องทาง",
    "คำถาม",
    "ผล",
    "คำตอบ",
    "เรื่อง",
    "ความมั่นใจ",
    "ความเห็นผู้ถาม",
    "ชุดเอกสาร",
    "ผลตรวจ",
    "เหตุผล",
    "ผู้ตรวจ",
)
WIDTHS = (9, 18, 10, 60, 16, 60, 24, 11, 16, 11, 14, 40, 16)
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_000  # characters; Excel takes 32,767
PIECE = 64 * 1024


def rows(database: Database, wanted: Wanted) -> Iterator[Sequence[str | int | float]]:
    """Give the questions, newest first; each page is read by itself, so that neither memory nor a transaction grows."""
    after: Place | None = None
    while True:
        with database.read() as session:
            page = question_log.find(session, wanted, after, PAGE)
        yield from (_cells(row) for row in page)
        if len(page) < PAGE:
            return
        after = Place(page[-1].asked_at, page[-1].id)


def traffic(database: Database, since: datetime, until: datetime) -> Iterator[Sequence[str]]:
    """Give the traffic log between two moments; times are Thailand's, as the law has it."""
    for one in contacts(database, since, until):
        cells = (one.channel, one.key, one.kind, one.outcome, one.address)
        yield one.at.astimezone(BANGKOK).isoformat(timespec="milliseconds"), *map(harmless, cells)


def as_csv(table: Iterable[Sequence[str | int | float]], headings: Sequence[str] = HEADINGS) -> Iterator[bytes]:
    """Write CSV with the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(headings)
    yield b"\xef\xbb\xbf" + buffer.getvalue().encode()
    for row in table:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(row)
        yield buffer.getvalue().encode()


def as_xlsx(table: Iterator[Sequence[str | int | float]]) -> Iterator[bytes]:
    """Write a workbook to a file without a name, then give it in pieces."""
    with tempfile.TemporaryFile() as file:
        _write(file, table)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def harmless(text: str) -> str:
    """Give text that no spreadsheet takes for a formula."""
    text = text[:LONGEST_CELL]
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff").startswith(BEGINS_FORMULA) or text.startswith(BEGINS_FORMULA) else text


def _write(file: IO[bytes], table: Iterator[Sequence[str | int | float]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(file, options)
    sheet = workbook.add_worksheet("คำถาม")
    heading = workbook.add_format({"bold": True, "bottom": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width, wrapped)
        sheet.write_string(0, column, name, heading)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(table, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            else:
                sheet.write_number(number, column, value)
    workbook.close()


def _cells(row: Any) -> Sequence[str | int | float]:
    feedback = [FEEDBACK[row.feedback]] if row.feedback in FEEDBACK else []
    feedback += [FEEDBACK["person"]] if row.person_asked_at else []
    return (
        row.id,
        f"{row.asked_at.astimezone(BANGKOK):%Y-%m-%d %H:%M:%S}",
        harmless(CHANNELS.get(row.channel, row.channel)),
        harmless(row.question),
        OUTCOMES.get(row.outcome, row.outcome),
        harmless(row.lead or ""),
        TOPICS.get(row.topic or "", ""),
        round(row.confidence or 0.0, 3),
        ", ".join(feedback),
        row.release or 0,
        VERDICTS.get(row.verdict or "", ""),
        harmless(row.why or ""),
        harmless(row.reviewer or ""),
    )
