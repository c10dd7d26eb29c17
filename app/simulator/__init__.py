"""The LINE app and LINE's API on this machine, for demos and tests; `build(settings)` gives the ASGI app that is mounted at /simulator."""

from app.simulator.app import build

__all__ = ["build"]
