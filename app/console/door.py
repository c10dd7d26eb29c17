"""The door of every page: session, form token and permission are checked here, so that no page can forget one."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.console.acts import Staff
from app.console.drawing import Drawing
from app.console.office import Office
from app.console.pages import Page
from app.console.permissions import may
from app.console.visit import ROOT, File, Message, Visit, clean
from app.corpus.uploads import MAX_BYTES
from app.errors import ClinicError, Mistaken, NotAllowed, NotThere
from app.logs import where

COOKIE = "clinic_staff"  # the session
FORM_COOKIE = "clinic_form"  # before there is a session: what the sign-in form is tied to
MESSAGES_COOKIE = "clinic_said"  # messages for the next page, signed
MESSAGES_LAST = 60  # seconds
ERRAND_COOKIE = "clinic_errand"  # what a browser brings back from the agency's issuer, signed
ERRAND_LASTS = 900  # seconds
NOBODY = Staff(None, "", "")
PAGE_RULES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": PAGE_RULES,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
MOST_FIELDS = 400
MOST_BESIDE = 256 * 1024  # bytes that a form has besides its file
STATUS: dict[type[ClinicError], int] = {NotAllowed: 403, NotThere: 404, Mistaken: 422}
WITH_TEMPORARY = ("/account", "/account/password", "/sign-out")  # all that can be done before another password is chosen

log = structlog.get_logger(__name__)


class Door:
    """Lets visitors through to pages."""

    def __init__(self, office: Office, drawing: Drawing) -> None:
        """Keep what visits are made from."""
        self._office = office
        self._drawing = drawing
        self._signer = URLSafeTimedSerializer(office.secret, salt="messages")
        self._errands = URLSafeTimedSerializer(office.secret, salt="errand")

    def endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """Give what the web framework calls for a page."""

        async def answer(request: Request) -> Response:
            if request.method != "POST":
                return await run_in_threadpool(self._answer, page, request, {})
            if page.takes_file and (refusal := await run_in_threadpool(self._refused_unread, page, request)):
                return refusal
            _must_be_a_form(request)
            async with request.form(max_files=int(page.takes_file), max_fields=MOST_FIELDS) as form:
                return await run_in_threadpool(self._answer, page, request, *_read(form))

        return answer

    def refuse(self, request: Request, status: int, **told: str) -> Response:
        """Show an error page."""
        visit = self._visit(request, {})
        return self._finished(visit, visit.show("error.html", status, **told))

    def _answer(self, page: Page, request: Request, form: Mapping[str, list[str]], file: File | None = None) -> Response:
        visit = self._visit(request, form)
        visit.file = file
        return self._finished(visit, self._let_in(page, visit))

    def _refused_unread(self, page: Page, request: Request) -> Response | None:
        """Refuse a file before it is read: from somebody who may not send one, or too large."""
        visit = self._visit(request, {})
        stopped = self._stopped(page, visit)
        if stopped is not None:
            return self._finished(visit, stopped)
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MAX_BYTES + MOST_BESIDE:
            return self.refuse(request, 413, reason=f"ไฟล์ใหญ่เกิน {MAX_BYTES // 2**20} MB โปรดแบ่งเป็นหลายไฟล์")
        return None

    def _visit(self, request: Request, form: Mapping[str, list[str]]) -> Visit:
        token = request.cookies.get(COOKIE, "")
        staff = self._office.doorkeeper.who(token)
        tied_to = token if staff else request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(24)
        return Visit(
            request,
            self._office,
            staff or NOBODY,
            form,
            tied_to,
            self._office.doorkeeper.form_token(tied_to),
            self._drawing.page,
            self._said(request),
            brought=_loaded(self._errands, request.cookies.get(ERRAND_COOKIE, ""), ERRAND_LASTS) or {},
        )

    def _let_in(self, page: Page, visit: Visit) -> Response:
        refusal = self._refusal(page, visit)
        if refusal is not None:
            return refusal
        try:
            return page.view(visit)
        except ClinicError as error:
            status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 409)
            if status == 409:
                log.warning("a page failed", path=page.path, **where(error))
            told = {"reason": str(error)} if status in (409, 422) else {}
            return visit.show("error.html", status, **told)
        except Exception as error:  # noqa: BLE001 - whatever it was, no traceback reaches a person
            log.error("a page stumbled", path=page.path, **where(error))
            return visit.show("error.html", 500)

    def _refusal(self, page: Page, visit: Visit) -> Response | None:
        stopped = self._stopped(page, visit)
        if stopped is None and page.method == "POST" and not self._is_our_form(visit):
            log.warning("form refused: not from a page of this browser", path=page.path)
            return visit.show("error.html", 403, is_form=True)
        return stopped

    def _stopped(self, page: Page, visit: Visit) -> Response | None:
        """Turn away who is not signed in, has yet to choose a password, or may not do this, whatever the form says."""
        if page.verb is not None and visit.staff is NOBODY:
            url = visit.request.url
            here = url.path + (f"?{url.query}" if url.query else "")
            there = f"?next={quote(here, safe='/')}" if page.method == "GET" and page.path != "/" else ""
            return RedirectResponse(f"{ROOT}/sign-in{there}", 303)
        if page.verb is not None and visit.staff.is_temporary and page.path not in WITH_TEMPORARY:
            visit.say("โปรดตั้งรหัสผ่านใหม่ก่อนเริ่มใช้งาน", "note")
            return visit.go("/account")
        if page.verb is not None and not may(visit.staff.role, page.verb):
            return visit.show("error.html", 403)
        return None

    def _is_our_form(self, visit: Visit) -> bool:
        cookies = visit.request.cookies
        tied_to = cookies.get(COOKIE if visit.staff is not NOBODY else FORM_COOKIE, "")
        site = visit.request.headers.get("sec-fetch-site", "same-origin")
        return site in ("same-origin", "none") and self._office.doorkeeper.is_form_token(tied_to, visit.filled("form_token"))

    def _finished(self, visit: Visit, response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if visit.new_token is not None:
            self._set(visit, response, COOKIE, visit.new_token)
            self._set(visit, response, FORM_COOKIE, "")
        elif visit.staff is NOBODY and visit.request.cookies.get(FORM_COOKIE) != visit.token:
            self._set(visit, response, FORM_COOKIE, visit.token)
        kept = self._signer.dumps(visit.messages) if visit.messages else ""
        if kept or MESSAGES_COOKIE in visit.request.cookies:
            self._set(visit, response, MESSAGES_COOKIE, str(kept))
        if visit.errand is not None:
            self._set(visit, response, ERRAND_COOKIE, str(self._errands.dumps(dict(visit.errand))) if visit.errand else "")
        return response

    def _said(self, request: Request) -> list[Message]:
        said = _loaded(self._signer, request.cookies.get(MESSAGES_COOKIE, ""), MESSAGES_LAST) or ()
        return [(str(kind), str(sentence)) for kind, sentence in said]

    def _set(self, visit: Visit, response: Response, name: str, value: str) -> None:
        secure = self._office.is_https or visit.request.url.scheme == "https"
        if value:
            response.set_cookie(name, value, path=ROOT, secure=secure, httponly=True, samesite="lax")
        else:
            response.delete_cookie(name, path=ROOT, secure=secure, httponly=True, samesite="lax")


def _loaded(signer: URLSafeTimedSerializer, cookie: str, seconds: int) -> Any:
    """Read what we signed; None when it is not ours, or too old."""
    try:
        return signer.loads(cookie, max_age=seconds)
    except BadData:
        return None


def _must_be_a_form(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise HTTPException(415)


def _read(form: FormData) -> tuple[dict[str, list[str]], File | None]:
    """Give the fields of a form, and its file if it has one."""
    found: dict[str, list[str]] = {}
    file: File | None = None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            file = (clean(value.filename or ""), value.file)
        else:
            found.setdefault(name, []).append(clean(value))
    return found, file
