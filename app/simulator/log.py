"""What happened, as the simulator's pages read it, entry by entry; in memory, bounded."""

from __future__ import annotations

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Generic, TypeVar

LOG_LENGTH = 1500
MEMORY_LENGTH = 2000

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(OrderedDict[Key, Value], Generic[Key, Value]):
    """A dict that forgets its oldest entry when it is full."""

    def __setitem__(self, key: Key, value: Value) -> None:
        """Keep a value, and forget the oldest one above the limit."""
        super().__setitem__(key, value)
        if len(self) > MEMORY_LENGTH:
            self.popitem(last=False)


@dataclass
class Log:
    """The log of one simulated platform. Every method is atomic; `clock` gives seconds since 1970, `run` changes with each start."""

    clock: Callable[[], float]
    run: str = field(default_factory=lambda: secrets.token_hex(8))
    _log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    _last: int = 0
    _lock: RLock = field(default_factory=RLock)

    def record(self, kind: str, tab: str, **data: Any) -> int:
        """Log what happened, for one tab or (tab "") for all; gives its number."""
        with self._lock:
            self._last += 1
            self._log.append({"n": self._last, "kind": kind, "tab": tab, "at": int(self.clock() * 1000), **data})
            return self._last

    def after(self, n: int, tab: str) -> list[dict[str, Any]]:
        """List what happened after entry `n`, as far as it concerns a tab, oldest first."""
        with self._lock:
            return [entry for entry in self._log if entry["n"] > n and entry["tab"] in ("", tab)]
