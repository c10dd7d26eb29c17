"""Build, check, compare, activate and undo releases of the corpus; the rules are in app.corpus."""

from __future__ import annotations

import sys

from app.corpus.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
