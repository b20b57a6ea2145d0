"""Memory and energy of the GPUs that an engine may use, from NVIDIA's management library."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pynvml

from cis_study.errors import StudyError

TOLERANCE_BYTES = 512 << 20
"""What a display or a driver may take meanwhile; a model that stayed behind holds far more."""
_RELEASE_TIMEOUT_S = 120.0
_POLL_S = 0.5


class GpuMeter:
    """Readings since it was made; without GPUs every reading is None and nothing waits."""

    def __init__(self, devices: list[Any]) -> None:
        self._devices = devices
        self._before = self._used()
        self._peak = sum(self._before)
        self._energy_before = self._energy_mj()

    def sample(self) -> None:
        """Take one reading of the memory; microseconds."""
        self._peak = max(self._peak, sum(self._used()))

    @property
    def names(self) -> list[str]:
        """What the driver calls the GPUs; empty without any."""
        return [str(pynvml.nvmlDeviceGetName(device)) for device in self._devices]

    @property
    def peak_bytes(self) -> int | None:
        """Most memory in use in any sample, all GPUs together, whoever used it."""
        return self._peak if self._devices else None

    @property
    def energy_j(self) -> float | None:
        """Energy drawn since the start, all GPUs together; None also where a GPU does not count it."""
        now = self._energy_mj()
        return None if now is None or self._energy_before is None else (now - self._energy_before) / 1000

    def wait_released(self) -> None:
        """Return once no GPU holds more than before, give or take `TOLERANCE_BYTES`.

        Raises:
            StudyError: memory is still held after two minutes; the message names the processes that hold it.
        """
        deadline = time.monotonic() + _RELEASE_TIMEOUT_S
        while held := [
            (device, used, before)
            for device, used, before in zip(self._devices, self._used(), self._before, strict=True)
            if used > before + TOLERANCE_BYTES
        ]:
            if time.monotonic() > deadline:
                raise StudyError(
                    "GPU memory",
                    "; ".join(
                        f"{used >> 20} MiB, {before >> 20} before, {_holders(gpu)}" for gpu, used, before in held
                    ),
                    f"the engine has ended, and its memory is not back after {_RELEASE_TIMEOUT_S:.0f} s",
                    "End these processes; the next model would not fit.",
                )
            time.sleep(_POLL_S)

    def _used(self) -> list[int]:
        return [pynvml.nvmlDeviceGetMemoryInfo(device).used for device in self._devices]

    def _energy_mj(self) -> int | None:
        try:
            readings = [pynvml.nvmlDeviceGetTotalEnergyConsumption(device) for device in self._devices]
        except pynvml.NVMLError_NotSupported:
            return None
        return sum(readings) if readings else None


@contextlib.contextmanager
def metered(gpus: int) -> Iterator[GpuMeter]:
    """A meter while an engine on `gpus` GPUs lives; afterwards its memory is back.

    Where the engine uses none, or there is no NVIDIA driver, the meter reads None and nothing waits.

    Raises:
        StudyError: see `GpuMeter.wait_released`, or the driver gives no readings.
    """
    try:
        with _driver(gpus) as present:
            meter = GpuMeter(_visible() if present else [])
            try:
                yield meter
            finally:
                meter.wait_released()
    except pynvml.NVMLError as error:
        raise StudyError("NVIDIA driver", error, "it gives no readings", "See what `nvidia-smi` says.") from error


@contextlib.contextmanager
def _driver(gpus: int) -> Iterator[bool]:
    if not gpus:
        yield False
        return
    try:
        pynvml.nvmlInit()
    except (pynvml.NVMLError_LibraryNotFound, pynvml.NVMLError_DriverNotLoaded):
        yield False
        return
    try:
        yield True
    finally:
        pynvml.nvmlShutdown()


def _visible() -> list[Any]:
    # As CUDA reads it: indices or identifiers; other people's GPUs beside them are not the study's business.
    names = os.environ.get("CUDA_VISIBLE_DEVICES")
    if names is None:
        return [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
    return [
        pynvml.nvmlDeviceGetHandleByIndex(int(name)) if name.isdigit() else pynvml.nvmlDeviceGetHandleByUUID(name)
        for name in filter(None, map(str.strip, names.split(",")))
    ]


def _holders(device: Any) -> str:
    named = [f"{process.pid} ({_name(process.pid)})" for process in pynvml.nvmlDeviceGetComputeRunningProcesses(device)]
    return f"held by process {', '.join(named)}" if named else "held by a process that the driver does not name"


def _name(pid: int) -> str:
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return "not visible from here"
