"""An answer, and a cited section in full, as Flex bubbles that read well on a phone and fit LINE's sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.actions import encode
from app.answering import wording
from app.channels._line_blocks import MUTED, NAVY, RULE, Json, blocks, box, words
from app.channels._line_buttons import button, open_page, press
from app.channels._line_limits import BUBBLE_BYTES, BUBBLES, CAROUSEL_BYTES, FLEX_LABEL, SAID, size
from app.channels._text import clean, label, plain, shorten, units
from app.domain import Answer, Button, Citation

GOLD = "#F3C969"
BAR = "#C8963E"
TAG = "#8A5A00"
TINT, TINT_INK = "#FFF5DC", "#6B4A00"
PANEL = "#F3F6FA"
PRESS = "#DFE8F2"
STACKED = 2  # citations that one bubble shows below each other; more become a carousel
NOTES = 6
SHORT_LEAD = 120  # UTF-16 units up to which the direct answer is set in large letters
ALT = 400  # of the 1500 allowed: a notification shows no more


@dataclass(frozen=True)
class Room:
    """How much of each text is shown, in UTF-16 units; the rest is behind a button."""

    lead: int
    note: int
    quote: int
    name: int


ROOMS = tuple(Room(int(900 * part), int(400 * part), int(900 * part), int(240 * part)) for part in (1, 0.6, 0.35, 0.2, 0.1))


def answer_card(answer: Answer, answer_id: str) -> Json | None:
    """Make the card of an answer with citations: as much of it as LINE takes, the rest behind buttons; None when nothing fits."""
    for room in ROOMS:
        contents = _bubbles(answer, answer_id, room)
        bubbles = contents.get("contents", [contents])
        if size(contents) <= CAROUSEL_BYTES and all(size(bubble) <= BUBBLE_BYTES for bubble in bubbles):
            return _flex(answer.lead or answer.text, contents)
    return None


def section_card(citation: Citation, buttons: Iterable[Button]) -> Json | None:
    """Make the card of a section in full, its buttons at its foot; None when it is too large for one."""
    body = [
        words(label(citation.title, 400) or wording.CLINIC, "sm", MUTED, weight="bold"),
        words(label(citation.section, 400) or wording.FULL_SECTION_HEADING, "md", weight="bold"),
        *_facts(citation),
        {"type": "separator", "color": RULE, "margin": "md"},
        words(_kind(citation), "xs", TAG, weight="bold"),
        *blocks(citation.text),
        *_summary_note([citation]),
    ]
    actions = (press(pressed, FLEX_LABEL) for pressed in buttons)
    foot = [*(button(action, "primary", NAVY) for action in actions if action), *open_page(citation.url)]
    bubble = _bubble("giga", _strip(wording.CLINIC, wording.FULL_SECTION_HEADING), body, foot)
    return _flex(f"{citation.section} {citation.text}", bubble) if size(bubble) <= BUBBLE_BYTES else None


def _bubbles(answer: Answer, answer_id: str, room: Room) -> Json:
    cited = list(enumerate(answer.citations))
    lead = clean(answer.lead or answer.text).strip()
    shown = shorten(lead, room.lead)
    notes = [shorten(clean(note).strip(), room.note) for note in answer.notes[:NOTES] if clean(note).strip()]
    short = lead != shown or any(clean(note).strip() not in (*notes, "") for note in answer.notes) or len(cited) > BUBBLES
    foot = []
    if short and answer_id and (more := press(Button(wording.READ_ON, data=encode("more", answer_id, "1")), FLEX_LABEL)):
        foot = [button(more, "primary", NAVY)]
    first, others = (cited, []) if len(cited) <= STACKED else (cited[:1], cited[1:BUBBLES])
    body = [
        *blocks(shown, "lg" if units(lead) <= SHORT_LEAD else "md"),
        *(box(words(note, "sm", TINT_INK), backgroundColor=TINT, cornerRadius="8px", paddingAll="12px") for note in notes),
    ]
    for number, citation in first:
        body += _cited(number, citation, answer_id, room, lead)
    body += _summary_note([citation for _, citation in first])
    topic = wording.TOPICS.get(answer.topic, wording.CLINIC)
    main = _bubble("mega" if others else "giga", _strip(topic, wording.CARD_HEADINGS.get(answer.outcome, wording.CARD_HEADING)), body, foot)
    if not others:
        return main
    rest = [
        _bubble(
            "mega",
            _strip(topic, wording.CITED_NUMBER.format(number=number + 1, total=len(cited))),
            [*_cited(number, citation, answer_id, room, lead), *_summary_note([citation])],
        )
        for number, citation in others
    ]
    return {"type": "carousel", "contents": [main, *rest]}


def _cited(number: int, citation: Citation, answer_id: str, room: Room, lead: str) -> list[Json]:
    """Show one citation: the rule's words behind a thin bar, unless the lead was just these, then where they stand."""
    shown: list[Json] = [words(shorten(_kind(citation), room.name), "xs", TAG, weight="bold")]
    quote = clean(citation.quote).strip()
    if lead and quote.startswith(lead):  # what the direct answer said already is not said twice
        quote = quote[len(lead) :].strip()
    if quote and plain(quote) != plain(lead):
        bar = box(width="3px", backgroundColor=BAR, cornerRadius="2px", flex=0)
        shown.append(box(bar, box(*blocks(shorten(quote, room.quote)), spacing="sm", flex=1), layout="horizontal", spacing="md"))
    buttons = open_page(citation.url)
    if answer_id and (full := press(Button(wording.FULL_SECTION, data=encode("full", answer_id, str(number))), FLEX_LABEL)):
        buttons.insert(0, button(full | {"displayText": label(f"{wording.FULL_SECTION}: {citation.section}", 100)}, "secondary", PRESS))
    where = [
        words(wording.CITED_FROM, "xxs", MUTED),
        words(shorten(label(citation.title, SAID), room.name) or wording.CLINIC, "sm", weight="bold"),
        *([words(shorten(label(citation.section, SAID), room.name), "sm")] if label(citation.section, SAID) else []),
        *_facts(citation),
        *([box(*buttons, spacing="sm", margin="md")] if buttons else []),
    ]
    return [box(*shown, spacing="sm", margin="lg"), box(*where, spacing="xs", backgroundColor=PANEL, cornerRadius="8px", paddingAll="12px")]


def _kind(citation: Citation) -> str:
    if citation.kind != "summary":
        return wording.VERBATIM
    source = label(citation.source, SAID)
    return wording.SUMMARY_OF.format(source=source) if source else wording.SUMMARY


def _summary_note(citations: Sequence[Citation]) -> list[Json]:
    return [words(wording.SUMMARY_NOTE, "xxs", MUTED)] if any(citation.kind == "summary" for citation in citations) else []


def _facts(citation: Citation) -> list[Json]:
    """Show page and dates in one line, when there are any."""
    start, end = (wording.thai_date(day) if day else "" for day in (citation.in_force_from, citation.in_force_until))
    dates = wording.IN_FORCE_BETWEEN if start and end else wording.IN_FORCE_FROM if start else wording.IN_FORCE_UNTIL if end else ""
    facts = [wording.PAGE.format(page=citation.page)] if citation.page else []
    facts += [dates.format(start=start, end=end)] if dates else []
    return [words(" · ".join(facts), "xs", MUTED)] if facts else []


def _strip(above: str, heading: str) -> Json:
    return box(
        words(above, "xs", GOLD, weight="bold"), words(heading, "md", "#FFFFFF", weight="bold"), backgroundColor=NAVY, paddingAll="16px"
    )


def _bubble(width: str, header: Json, body: Sequence[Json], foot: Sequence[Json] = ()) -> Json:
    bubble: Json = {"type": "bubble", "size": width, "header": header, "body": box(*body, spacing="md", paddingAll="16px")}
    if foot:
        bubble["footer"] = box(*foot, spacing="sm", paddingAll="12px")
    return bubble


def _flex(alt: str, contents: Json) -> Json:
    return {"type": "flex", "altText": shorten(" ".join(plain(alt).split()), ALT) or wording.CLINIC, "contents": contents}
