"""The staff's pages at /console; `build(office)` gives the ASGI app.

How to add a subject, say `escalations`:

1. `permissions.py`: its verbs in `Verb`, `MAY` and `VERB_NAMES`; nothing else decides who may what.
2. `views/escalations.py`: `pages = Pages("เรื่องส่งต่อ", "/escalations", "escalations.read", "งานคลินิก")` (menu title, path, verb that sees it,
   menu heading), then functions `def listed(visit: Visit) -> Response` under `@pages.get("/escalations", "escalations.read")` or
   `@pages.post("/escalations/{id:int}/close", "escalations.answer")`. They are synchronous, and run with session, form token and permission
   already checked by `door.py`; a page without a verb is public.
3. `templates/escalations.html`: `{% extends "base.html" %}` with the blocks `title`, `actions`, `body`; pieces are in `parts.html`
   (already imported as `parts`). Every `<form method="post">` begins with `{{ parts.form_token() }}`. Nothing inline: no style, no script.
4. `site.py`: the view in `VIEWS`, which is the order of the menu.

A page reads through `visit.office.database.read()` and the SQL of `app/store`. It changes anything only inside
`with visit.act("escalations.answer", f"escalation {id}") as act:` — permission, change (`act.session`) and audit entry are one commit;
`act.before` and `act.after` take ids and choices, never words of askers. Input: `visit.asked(name)` (address), `visit.filled(name)` (form),
`visit.number(name)` (path). Output: `visit.show(template, **values)`, or `visit.say("บันทึกแล้ว")` and `visit.go("/escalations")`. Errors:
`NotThere` (404), `NotAllowed` (403), `Mistaken` (422, its Thai text is shown). Row ids prove nothing: ask whose a row is.
A key for a button: `data-key="1"`; a question before a form is sent: `data-ask="…"`. Objects that pages need are fields of `Office`.
"""

from app.console.site import build

__all__ = ["build"]
