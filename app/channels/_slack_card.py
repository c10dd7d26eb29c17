"""An answer as Slack's blocks, and a cited section in full as a modal: the rule's words, where they stand, what can be pressed."""

from __future__ import annotations

from collections.abc import Sequence

from app.actions import encode
from app.answering import wording
from app.channels._slack_blocks import Json, feedback, heading, open_page, pages, quoted, row, small, strong, words
from app.channels._slack_limits import TITLE
from app.channels._slack_words import CLOSE, lines
from app.channels._text import clean, label
from app.domain import Answer, Button, Citation

LEAD = 2000
NOTE, NOTES = 500, 4
QUOTES = (1500, 1000, 400, 400, 400)  # characters shown of each cited section; more are only counted
FULL = 10_000
JUDGING = "1|right|", "1|wrong|"


def answer_card(answer: Answer, answer_id: str, buttons: Sequence[Button]) -> list[Json]:
    """Lay out an answer with citations."""
    lead = lines(answer.lead or answer.text)
    shown = answer.citations[: len(QUOTES)]
    topic = wording.TOPICS.get(answer.topic, wording.CLINIC)
    notes = [note for note in answer.notes if clean(note).strip()]
    blocks = [
        *small(topic, wording.CARD_HEADINGS.get(answer.outcome, wording.CARD_HEADING)),
        *strong(lead, LEAD, bar=any(lead in lines(citation.quote) for citation in shown[:1])),
        *(block for note in notes[:NOTES] for block in words(note, NOTE)),
    ]
    for number, citation in enumerate(shown):
        blocks += _cited(number, citation, answer_id, lead)
    is_cut = len(lead) > LEAD or len(notes) > NOTES or len(shown) < len(answer.citations)
    more = [Button(wording.READ_ON, data=encode("more", answer_id, "1"))] if is_cut and answer_id else []
    return [*blocks, *_summary_note(shown), {"type": "divider"}, *feedback(buttons), *row([*more, *_not_judging(buttons)])]


def plain_card(text: str, buttons: Sequence[Button], room: int) -> list[Json]:
    """Lay out a text without citations, `room` characters of it."""
    return [*pages(text, room), *feedback(buttons), *row(_not_judging(buttons))]


def section_view(citation: Citation, buttons: Sequence[Button]) -> Json:
    """Make the modal that shows a section in full."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": label(wording.FULL_SECTION_HEADING, TITLE)},
        "close": {"type": "plain_text", "text": CLOSE},
        "blocks": section_blocks(citation, buttons),
    }


def section_blocks(citation: Citation, buttons: Sequence[Button]) -> list[Json]:
    """Lay out a section in full."""
    return [
        *heading(citation.section or wording.FULL_SECTION_HEADING),
        *small(citation.title or wording.CLINIC, *_facts(citation)),
        *small(_kind(citation)),
        *pages(citation.text, FULL),
        *_summary_note([citation]),
        *row([*buttons, *open_page(citation.url)]),
    ]


def _cited(number: int, citation: Citation, answer_id: str, lead: str) -> list[Json]:
    quote = lines(citation.quote)
    if lead and quote.startswith(lead):  # what the direct answer said already is not said twice
        quote = quote[len(lead) :].strip()
    full = [Button(wording.FULL_SECTION, data=encode("full", answer_id, str(number)))] if answer_id else []
    where = " · ".join(part for part in (citation.title, citation.section) if part) or wording.CLINIC
    place = (f"{wording.CITED_FROM}: {where}", *_facts(citation))
    return [
        *([*small(_kind(citation)), *quoted(quote, QUOTES[number]), *small(*place)] if quote else small(_kind(citation), *place)),
        *row([*full, *open_page(citation.url)], f"cited:{number}"),
    ]


def _kind(citation: Citation) -> str:
    if citation.kind != "summary":
        return wording.VERBATIM
    return wording.SUMMARY_OF.format(source=citation.source) if citation.source else wording.SUMMARY


def _summary_note(citations: Sequence[Citation]) -> list[Json]:
    return small(wording.SUMMARY_NOTE) if any(citation.kind == "summary" for citation in citations) else []


def _facts(citation: Citation) -> list[str]:
    """Give page and dates, when there are any."""
    start, end = (wording.thai_date(day) if day else "" for day in (citation.in_force_from, citation.in_force_until))
    dates = wording.IN_FORCE_BETWEEN if start and end else wording.IN_FORCE_FROM if start else wording.IN_FORCE_UNTIL if end else ""
    facts = [wording.PAGE.format(page=citation.page)] if citation.page else []
    return [*facts, *([dates.format(start=start, end=end)] if dates else [])]


def _not_judging(buttons: Sequence[Button]) -> list[Button]:
    return [button for button in buttons if not button.data.startswith(JUDGING)] if feedback(buttons) else list(buttons)
