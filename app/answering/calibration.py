"""What turns features of the best passage into a probability and a decision. Each release keeps the calibration that it was built with.

A knowledge folder may bring its own in `calibration.toml`, fitted on labelled questions by `python -m app.evaluation.fit`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from app.domain import Calibration
from app.errors import SettingsError

FILE = "calibration.toml"
# logistic regression on knowledge/golden.jsonl and on 360 further questions about the clinic's field and about laws (does the question
# expect an answer?); the last two features, which few questions show, weigh less than they alone would give them
USUAL = Calibration(
    {
        "nearness": 5.5,
        "coverage": 3.2,
        "margin": 0.8,
        "holds_what_is_asked": 1.85,
        "said_by_the_rule": 1.5,
        "of_the_law_named": 1.3,
        "bias": -8.25,
    },
    threshold=0.3,
    sure=0.7,
)


def load(folder: Path) -> Calibration:
    """Give the calibration of a knowledge folder.

    Raises:
        SettingsError: its file cannot be used; says what would be right.
    """
    place = folder / FILE
    if not place.exists():
        return USUAL
    try:
        said = tomllib.loads(place.read_text("utf-8"))
        found = Calibration({name: float(said["weights"][name]) for name in USUAL.weights}, float(said["threshold"]), float(said["sure"]))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{place}: cannot be used ({error}); write it anew with: python -m app.evaluation.fit") from None
    if not 0 < found.threshold <= found.sure < 1:
        raise SettingsError(f"{place}: threshold and sure are probabilities, and sure is not below threshold")
    return found
