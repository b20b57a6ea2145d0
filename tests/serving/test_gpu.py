"""Waiting for GPU memory, against a fake of NVIDIA's library: no machine that runs these tests need have a GPU."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import pynvml
import pytest

from cis_study.errors import StudyError
from cis_study.serving import gpu
from cis_study.serving.gpu import TOLERANCE_BYTES, metered

GIB = 1 << 30


@dataclass
class FakeNvml:
    """Two devices, 0 and 1; `used` and `energy_mj` are what they say, a callable where it changes."""

    used: dict[int, Callable[[], int]] = field(default_factory=lambda: {0: lambda: GIB, 1: lambda: 0})
    energy_mj: Callable[[], int] = lambda: 0
    driver: bool = True
    holders: tuple[int, ...] = ()
    running: bool = False

    def install(self, monkeypatch: pytest.MonkeyPatch) -> FakeNvml:
        for name, function in {
            "nvmlInit": self._init,
            "nvmlShutdown": self._shutdown,
            "nvmlDeviceGetCount": lambda: 2,
            "nvmlDeviceGetName": lambda device: f"H100 number {device}",
            "nvmlDeviceGetHandleByIndex": lambda index: index,
            "nvmlDeviceGetHandleByUUID": {"GPU-a": 0, "GPU-b": 1}.__getitem__,
            "nvmlDeviceGetMemoryInfo": lambda device: SimpleNamespace(used=self.used[device]()),
            "nvmlDeviceGetTotalEnergyConsumption": lambda _: self.energy_mj(),
            "nvmlDeviceGetComputeRunningProcesses": lambda _: [SimpleNamespace(pid=p) for p in self.holders],
        }.items():
            monkeypatch.setattr(gpu.pynvml, name, function)
        monkeypatch.setattr(gpu, "_POLL_S", 0.0)
        return self

    def _init(self) -> None:
        if not self.driver:
            raise pynvml.NVMLError_LibraryNotFound
        self.running = True

    def _shutdown(self) -> None:
        self.running = False


@pytest.fixture(autouse=True)
def all_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def sequence(*values: int) -> Callable[[], int]:
    """Each value once, then the last for ever."""
    left = list(values)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize(("gpus", "driver"), [(0, True), (1, False)])
def test_without_a_gpu_or_a_driver_nothing_is_read_and_nothing_waits(
    monkeypatch: pytest.MonkeyPatch, gpus: int, driver: bool
) -> None:
    used: dict[int, Callable[[], int]] = {0: sequence(0, GIB), 1: lambda: 0}
    nvml = FakeNvml(used=used, driver=driver).install(monkeypatch)
    with metered(gpus) as meter:
        assert not nvml.running
        meter.sample()
        assert (meter.peak_bytes, meter.energy_j) == (None, None)


def test_it_returns_once_the_memory_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [GIB, 60 * GIB, 60 * GIB, 30 * GIB, GIB + TOLERANCE_BYTES]
    nvml = FakeNvml(used={0: sequence(*readings), 1: lambda: 0}).install(monkeypatch)
    with metered(1) as meter:
        meter.sample()
        assert meter.peak_bytes == 60 * GIB
    assert nvml.used[0]() == GIB + TOLERANCE_BYTES
    assert not nvml.running


def test_memory_that_stays_is_an_error_with_the_names_of_its_holders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "_RELEASE_TIMEOUT_S", 0.0)
    nvml = FakeNvml(used={0: sequence(GIB, 60 * GIB), 1: lambda: 0}, holders=(os.getpid(), 2**30)).install(monkeypatch)
    said = rf"61440 MiB, 1024 before, held by process {os.getpid()} \(.*py.*\), {2**30} \(not visible from here\)"
    with pytest.raises(StudyError, match=said), metered(1):
        pass
    assert not nvml.running


def test_the_cause_is_kept_where_memory_stays_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "_RELEASE_TIMEOUT_S", 0.0)
    FakeNvml(used={0: sequence(GIB, 60 * GIB), 1: lambda: 0}).install(monkeypatch)
    with pytest.raises(StudyError, match="does not name") as caught, metered(1):
        raise ZeroDivisionError
    assert isinstance(caught.value.__context__, ZeroDivisionError)


@pytest.mark.parametrize("visible", ["0", "GPU-a", " 0,"])
def test_other_peoples_gpus_do_not_count(monkeypatch: pytest.MonkeyPatch, visible: str) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(gpu, "_RELEASE_TIMEOUT_S", 0.0)
    FakeNvml(used={0: lambda: GIB, 1: sequence(0, 70 * GIB)}).install(monkeypatch)
    with metered(1) as meter:
        meter.sample()
        assert meter.peak_bytes == GIB
        assert meter.names == ["H100 number 0"]


def test_energy_is_the_difference_in_joule(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeNvml(energy_mj=sequence(1000, 5000, 3500, 7500)).install(monkeypatch)
    with metered(1) as meter:
        assert meter.energy_j == (3500 + 7500 - 1000 - 5000) / 1000


def test_a_gpu_that_counts_no_energy_says_nothing_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported() -> int:
        raise pynvml.NVMLError_NotSupported

    FakeNvml(energy_mj=unsupported).install(monkeypatch)
    with metered(1) as meter:
        assert (meter.energy_j, meter.peak_bytes) == (None, GIB)


def test_a_driver_that_fails_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> int:
        raise pynvml.NVMLError_GpuIsLost

    FakeNvml(used={0: lost, 1: lambda: 0}).install(monkeypatch)
    with pytest.raises(StudyError, match=re.escape("NVIDIA driver: GPU is lost")), metered(1):
        pytest.fail("nothing can be read")
