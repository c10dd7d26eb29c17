"""A model by a script, for tests and demonstrations: `LLM=scripted`, and `LLM_MODEL` names a TOML file that says what it drafts when.

Each `[[scene]]` may hold: `when` (words of the question; absent: any question), and either `claims`, or `says` (what a model wrote, to be
read like any model's talk), or `fails` (reason of a `ModelError`); and `restates` (a follow-up, said in full). A claim's `passages` are
numbers (1 is the best passage) or ids; its `quote` is given, or absent for the passage's first line. The first scene that fits is played;
without one there are no claims.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app import errors
from app.errors import ModelError, SettingsError
from app.llms._reading import read
from app.llms.base import Claim, FollowUp, Request
from app.settings import Settings
from app.thai import fold

FAILURES: dict[str, type[ModelError]] = {
    kind.reason: kind
    for kind in (
        errors.ModelUnreachable,
        errors.ModelRefused,
        errors.ModelLate,
        errors.ModelUnreadable,
        errors.ModelPaused,
        errors.ModelOverBudget,
    )
}


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    passages: tuple[str | int, ...] = (1,)
    quote: str = ""


class _Scene(BaseModel):
    model_config = ConfigDict(extra="forbid")
    when: str = ""
    claims: tuple[_Line, ...] = ()
    says: str | None = None
    restates: str = ""
    fails: str = ""

    @field_validator("fails")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value and value not in FAILURES:
            raise ValueError(f"{value!r} is not one of: {', '.join(FAILURES)}")
        return value


class _Script(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scene: Annotated[tuple[_Scene, ...], Field(min_length=1)]


class Scripted:
    """Plays its script; the same question over the same passages always gives the same draft."""

    def __init__(self, script: str, name: str = "scripted") -> None:
        """Read a script.

        Raises:
            SettingsError: it is no script; the text says where.
        """
        self.name = name
        try:
            self._scenes = _Script.model_validate(tomllib.loads(script)).scene
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise SettingsError(f"LLM_MODEL: {name} is no script for LLM=scripted: {error}") from None

    def draft(self, request: Request) -> list[Claim]:
        """Play the first scene that fits the question.

        Raises:
            ModelError: the scene says so.
        """
        scene = self._scene(request.question)
        if scene.says is not None:
            return read(scene.says)
        return [_claim(line, request) for line in scene.claims]

    def restate(self, request: FollowUp) -> str:
        """Play the first scene that fits; the question itself where it restates nothing.

        Raises:
            ModelError: the scene says so.
        """
        return self._scene(request.question).restates or request.question

    def _scene(self, question: str) -> _Scene:
        scene = next((scene for scene in self._scenes if fold(scene.when) in fold(question)), _Scene())
        if scene.fails:
            raise FAILURES[scene.fails]("the script says so")
        return scene


def _claim(line: _Line, request: Request) -> Claim:
    ids = [passage.id for passage in request.passages]
    named = tuple(ids[one - 1] if isinstance(one, int) and 1 <= one <= len(ids) else str(one) for one in line.passages)
    cited = next((passage for passage in request.passages if passage.id in named), None)
    return Claim(line.text, named, line.quote or (cited.text.strip().partition("\n")[0] if cited else ""))


def build(settings: Settings) -> Scripted:
    """Build it from the file that LLM_MODEL names.

    Raises:
        SettingsError: there is no such file, or it is no script.
    """
    path = Path(settings.llm_model)
    try:
        return Scripted(path.read_text("utf-8"), name=f"scripted:{path.name}")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"LLM_MODEL: with LLM=scripted it must name a script file, and {settings.llm_model!r} is none") from None
