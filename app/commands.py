"""What all commands do alike: take numbers and days apart, and say what went wrong, as JSON too where JSON was asked for."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NoReturn

from app import thai_numbers
from app.errors import ClinicError, SettingsError, WrongUse

DONE, FAILED, WRONG = 0, 1, 2
LARGEST = 2**31 - 1  # of what the databases keep as a number
JSON = "--json"


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments on standard error, and as JSON where `--json` is among them."""

    _wants_json = False

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Parse, and know by then in which way a mistake is to be told."""
        self._wants_json = JSON in (sys.argv[1:] if args is None else args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Say it and end with the exit code of wrong use."""
        if self._wants_json:
            tell({"error": message})
        super().error(message)


def run(work: Callable[[], int], *, as_json: bool) -> int:
    """Do a command's work and give its exit code; what goes wrong is said in a sentence, and with `as_json` as a document."""
    _write_anything()
    try:
        return work()
    except (SettingsError, WrongUse) as error:
        return _said(str(error), WRONG, as_json=as_json)
    except ClinicError as error:
        return _said(str(error), FAILED, as_json=as_json)
    except BrokenPipeError:  # whoever read has read enough; what Python still wants to write at its end goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:  # a full disk, a file or folder that this person may not read or write
        return _said(f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}", FAILED, as_json=as_json)


def tell(value: Any) -> None:
    """Print one JSON document on standard output, in UTF-8 whatever the terminal speaks."""
    _write_anything(encoding="utf-8")
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def number(text: str) -> int:
    """Take a number from an argument: of a release, or how many.

    Raises:
        argparse.ArgumentTypeError: it is none, or one that nothing can have.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST)) and 0 < int(text) <= LARGEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def day(text: str) -> date:
    """Take a day of either era from an argument.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        return thai_numbers.day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def reason(text: str) -> str:
    """Take a reason from an argument.

    Raises:
        argparse.ArgumentTypeError: there is none in it.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("needs a reason, which is kept")
    return text.strip()


def _write_anything(encoding: str | None = None) -> None:
    r"""Escape what standard output cannot write, such as a file's name that is no text: in JSON too, \udcff is the right way to say it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def _said(sentence: str, code: int, *, as_json: bool) -> int:
    from rich.console import Console

    Console(stderr=True, markup=False, emoji=False, highlight=False, soft_wrap=True).print(sentence, style="red")
    if as_json:
        tell({"error": sentence})
    return code
