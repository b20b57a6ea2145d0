"""A clock that a script sets: sleeping advances it, nothing waits."""

from __future__ import annotations

import datetime
import time
from typing import Any

_EPOCH_S = 1_700_000_000
_UPTIME_S = 10_000
_NANOSECONDS = 1_000_000_000


class ScriptedClock:
    """Replaces every clock of `time` and `datetime`; `offset_s` is the scripted time since the start."""

    def __init__(self) -> None:
        self.offset_s = 0.0

    def install(self) -> None:
        """Patch before foreign code is imported, so that `from time import monotonic` gets the script too."""
        patches: dict[str, Any] = {
            "time": lambda: _EPOCH_S + self.offset_s,
            "time_ns": lambda: _EPOCH_S * _NANOSECONDS + self._offset_ns(),
            "sleep": self.sleep,
            "clock_gettime": lambda _: _EPOCH_S + self.offset_s,
            "clock_gettime_ns": lambda _: _EPOCH_S * _NANOSECONDS + self._offset_ns(),
        }
        for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
            patches[name] = lambda: _UPTIME_S + self.offset_s
            patches[f"{name}_ns"] = lambda: _UPTIME_S * _NANOSECONDS + self._offset_ns()
        for name in ("localtime", "gmtime", "ctime"):
            patches[name] = self._at_now(getattr(time, name))
        for name, function in patches.items():
            setattr(time, name, function)
        datetime.datetime = self._datetime(datetime.datetime)  # type: ignore[misc]

    def sleep(self, seconds: float) -> None:
        """Advance the script as `time.sleep` would let time pass."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.offset_s += seconds

    def _offset_ns(self) -> int:
        return round(self.offset_s * _NANOSECONDS)

    def _at_now(self, original: Any) -> Any:
        return lambda seconds=None: original(_EPOCH_S + self.offset_s if seconds is None else seconds)

    def _datetime(self, original: Any) -> Any:
        clock = self

        class ScriptedDatetime(original):  # type: ignore[misc]
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return cls.fromtimestamp(_EPOCH_S + clock.offset_s, tz)

            @classmethod
            def today(cls) -> Any:
                return cls.now()

            @classmethod
            def utcnow(cls) -> Any:
                return cls.fromtimestamp(_EPOCH_S + clock.offset_s, datetime.UTC).replace(tzinfo=None)

        ScriptedDatetime.__name__ = "datetime"
        return ScriptedDatetime
