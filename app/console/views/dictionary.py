"""The dictionary, for admins: terms that stay whole and what officials type in their place; tried on the golden questions, then saved."""

from __future__ import annotations

from starlette.responses import Response

from app.console.pages import Pages
from app.console.views.documents import REFUSED
from app.console.visit import Visit
from app.corpus import dictionary
from app.errors import FolderRefused, Mistaken, NotThere, SidecarError
from app.store import builds
from app.store.review_tables import BuildRow
from app.thai import fold

LONGEST, MOST = 100, 40  # letters of a word, words typed in place of one term
pages = Pages("พจนานุกรม", "/dictionary", "dictionary.change", "เอกสาร")


@pages.get("/dictionary", "dictionary.change")
def listed(visit: Visit) -> Response:
    """List the entries."""
    known, wanted = dictionary.entries(_text(visit)), visit.asked("q").strip()
    found = [(term, typed) for term, typed in known.items() if fold(wanted) in fold(" ".join((term, *typed)))]
    return visit.show(
        "dictionary.html",
        found=sorted(found, key=lambda entry: fold(entry[0])),
        total=len(known),
        wanted=wanted,
        is_writable=visit.office.shelf.is_writable,
        refused=REFUSED,
    )


@pages.get("/dictionary/entry", "dictionary.change")
def entry(visit: Visit) -> Response:
    """Show the form of one entry, or of a new one."""
    term = visit.asked("term")
    known = dictionary.entries(_text(visit))
    if term and term not in known:
        raise NotThere("no such term")
    return _form(visit, term, term, known.get(term, ()))


@pages.post("/dictionary", "dictionary.change")
def attempt(visit: Visit) -> Response:
    """Begin to try a change on the golden questions; nothing is saved yet."""
    old, term = visit.filled("old"), "" if visit.filled("remove") else " ".join(visit.filled("term").split())
    typed = () if visit.filled("remove") else _lines(visit.filled("typed"))
    known = dictionary.entries(_text(visit))
    problem = _problem(old, term, typed, known, is_removal=bool(visit.filled("remove")))
    if problem:
        return _form(visit, old, term, typed, problem)
    with visit.act("dictionary.change", f"dictionary trial: {term or old}") as act:
        wishes = {"change": {"old": old, "term": term, "typed": list(typed)}, "was": list(known.get(old, ()))}
        number = builds.begin_other(act.session, "words", wishes, visit.staff.name, visit.office.clock())
        if number is None:
            raise Mistaken("กำลังลองพจนานุกรมอยู่แล้ว โปรดรอให้เสร็จก่อน")
    visit.office.start_build(number)
    return visit.go(f"/dictionary/tries/{number}")


@pages.get("/dictionary/tries/{id:int}", "dictionary.change")
def tried(visit: Visit) -> Response:
    """Show what a change would do to the golden questions, or how far that is."""
    build = _build(visit)
    return visit.show(
        "dictionary_try.html",
        build=build,
        change=build.wishes["change"],
        was=build.wishes["was"],
        under_way=builds.is_running(build, visit.office.clock()),
        is_writable=visit.office.shelf.is_writable,
        refused=REFUSED,
    )


@pages.post("/dictionary/tries/{id:int}/save", "dictionary.change")
def save(visit: Visit) -> Response:
    """Save a change that was tried."""
    build = _build(visit)
    change, text = build.wishes["change"], _text(visit)
    known = dictionary.entries(text)
    if builds.is_running(build, visit.office.clock()):
        raise Mistaken("ยังลองไม่เสร็จ โปรดรอดูผลก่อนบันทึก")
    if change["old"] not in ("", *known) or list(known.get(change["old"], ())) != build.wishes["was"]:
        raise Mistaken("คำนี้ถูกแก้ไปแล้วหลังจากที่ลอง โปรดเปิดคำนี้แล้วลองใหม่")
    if problem := _problem(change["old"], change["term"], change["typed"], known, is_removal=not change["term"]):
        raise Mistaken(problem)
    try:
        with visit.act("dictionary.change", f"dictionary: {change['term'] or change['old']}") as act:
            act.before = {"term": change["old"], "typed": build.wishes["was"]}
            act.after = {"term": change["term"], "typed": change["typed"]}
            visit.office.shelf.write(visit.office.shelf.folder / dictionary.NAME, dictionary.changed(text, **change))
    except FolderRefused as error:
        raise Mistaken(REFUSED[error.reason]) from None
    visit.say("บันทึกพจนานุกรมแล้ว จะมีผลเมื่อสร้างและใช้ชุดเอกสารถัดไป")
    return visit.go("/dictionary")


def _text(visit: Visit) -> str:
    """Read the dictionary; one that was broken by hand is told of."""
    place = visit.office.shelf.folder / dictionary.NAME
    try:
        text = place.read_text("utf-8") if place.exists() else ""
        dictionary.entries(text)
    except (SidecarError, UnicodeDecodeError) as error:
        raise Mistaken(f"ไฟล์ dictionary.toml อ่านไม่ได้ โปรดแก้ในโฟลเดอร์เอกสารก่อน ({error})") from None
    return text


def _lines(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in (" ".join(line.split()) for line in written.splitlines()) if line))


def _problem(old: str, term: str, typed: tuple[str, ...], known: dict[str, tuple[str, ...]], *, is_removal: bool) -> str:
    others = {fold(word): owner for owner, words in known.items() if owner != old for word in words}
    taken = next(((word, others[fold(word)]) for word in typed if fold(word) in others), ("", ""))
    problems = (
        (bool(old) and old not in known, "ไม่มีคำนี้ในพจนานุกรมแล้ว"),
        (is_removal and not old, "ไม่มีคำที่จะนำออก"),
        (not is_removal and not fold(term), "โปรดใส่คำตามที่เขียนในเอกสาร"),
        (term != old and term in known, "มีคำนี้ในพจนานุกรมแล้ว โปรดแก้ที่คำเดิม"),
        (any(len(word) > LONGEST for word in (term, *typed)) or len(typed) > MOST, f"คำยาวได้ไม่เกิน {LONGEST} ตัวอักษร และไม่เกิน {MOST} คำ"),
        (bool(taken[0]), f"“{taken[0]}” ใช้แทน “{taken[1]}” อยู่แล้ว คำหนึ่งใช้แทนได้คำเดียว"),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


def _build(visit: Visit) -> BuildRow:
    with visit.office.database.read() as session:
        build = builds.get(session, visit.number("id"))
    if build is None or build.kind != "words":
        raise NotThere("no such trial")
    return build


def _form(visit: Visit, old: str, term: str, typed: tuple[str, ...], problem: str = "") -> Response:
    return visit.show("dictionary_entry.html", 422 if problem else 200, old=old, term=term, typed=typed, problem=problem, longest=LONGEST)
