"""Staff accounts from the command line: `python -m app.console.accounts add NAME --role admin` prints a one-time password."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing

from app import commands, wiring
from app.console import passwords, roster
from app.console.acts import Act, Staff, acting
from app.console.permissions import ROLES, Verb
from app.errors import Mistaken, WrongUse
from app.settings import load
from app.store import staff
from app.store.database import Database

FIRST = "admin"
Acting = Callable[[Verb, str], AbstractContextManager[Act]]


def main(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code: 0 done, 1 it cannot be done, 2 wrong use."""
    options = _parser().parse_args(arguments)
    return commands.run(lambda: _done(options), as_json=False)


def _done(options: argparse.Namespace) -> int:
    with closing(wiring.open_database(load())) as database:
        options.run(options, database)
    return commands.DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.console.accounts", description="Open and look after the accounts of the staff.")
    known = parser.add_subparsers(required=True, metavar="command")
    ask = "ask for the password instead of making one up"
    add = known.add_parser("add", help="open an account; prints a one-time password")
    add.add_argument("name")
    add.add_argument("--role", choices=ROLES, required=True)
    add.add_argument("--ask", action="store_true", help=ask)
    add.set_defaults(run=_add)
    again = known.add_parser("password", help="give an account a new one-time password and open it if it was closed")
    again.add_argument("name")
    again.add_argument("--ask", action="store_true", help=ask)
    again.set_defaults(run=_password)
    known.add_parser("list", help="list the accounts").set_defaults(run=_list)
    known.add_parser("first", help="make the first admin when there is no account").set_defaults(run=_first)
    return parser


def _add(options: argparse.Namespace, database: Database) -> None:
    name = roster.taken_name(options.name)
    password = _chosen(name) if options.ask else passwords.made_up()
    with _act(database, name) as act:
        roster.add(act, name, options.role, password, wiring.now(), is_temporary=not options.ask)
    _tell(f"{name} may sign in now", "" if options.ask else password)


def _password(options: argparse.Namespace, database: Database) -> None:
    name = roster.taken_name(options.name)
    with database.read() as session:
        row = staff.by_name(session, name)
    if row is None:
        raise Mistaken(f"there is no account {name}")
    password = _chosen(name) if options.ask else passwords.made_up()
    with _act(database, name) as act:
        roster.reopen(act, row.id)
        roster.set_password(act, row.id, password, is_temporary=not options.ask)
    _tell(f"{name} has a new password", "" if options.ask else password)


def _list(_options: argparse.Namespace, database: Database) -> None:
    with database.read() as session:
        for row in staff.every(session):
            sys.stdout.write(f"{row.name}\t{row.role}\t{'closed' if row.closed_at else 'open'}\n")


def _first(_options: argparse.Namespace, database: Database) -> None:
    with database.read() as session:
        if staff.every(session):
            return
    password = passwords.made_up()
    with _act(database, FIRST) as act:
        roster.add(act, FIRST, "admin", password, wiring.now(), is_temporary=False)
    sys.stdout.write(f"  first staff     {FIRST}   password  {password}\n")


def _act(database: Database, name: str) -> AbstractContextManager[Act]:
    me = Staff(None, f"command line ({getpass.getuser()})"[:60], "admin")
    return acting(database, wiring.now, me, "staff.change", f"account {name}")


def _chosen(name: str) -> str:
    password = getpass.getpass("password: ")
    weakness = passwords.weakness(password, name)
    if weakness:
        raise WrongUse(weakness)
    if getpass.getpass("again: ") != password:
        raise WrongUse("the two are not the same")
    return password


def _tell(what: str, password: str) -> None:
    sys.stdout.write(f"{what}; one-time password: {password}\n" if password else f"{what}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
