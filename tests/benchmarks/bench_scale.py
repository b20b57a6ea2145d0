"""The workflow at 10,000 battles of a fake engine: planning, the generator's own cost, no-op runs, the way to figures.

Compared in the same run with one Snakemake job per battle. `make bench-scale` runs it. What a model takes is not in
these numbers, nor what the sandbox takes: the fake answers at once, and its replies hold no code. The sandbox is
measured beside them, on replies of the cached study.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from fake_scale import ROOT, STUDY, Copy, fake_models, make_copy
from measuring import RESULTS, leave_nothing_behind, machine, medians, print_table, verdict, write_results
from scale_steps import FEW, MANY, Generator, OneByOne, analysis, generation, no_op, rest, sandbox

from cis_study.config import Study
from cis_study.yamlfile import read_yaml

WANTED_PER_BATTLE_MS = 2.0
WANTED_NO_OP_S = 15.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=125, help="of each of five models and of every task")
    parser.add_argument("--one-by-one", type=int, default=300, help="battles that the alternative executes")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    leave_nothing_behind()
    RESULTS.mkdir(parents=True, exist_ok=True)
    models = read_yaml(ROOT / "config/h100.yaml", Study).contestants
    result: dict[str, Any] = {"benchmark": "scale", "machine": machine(), **vars(options)}
    with (
        tempfile.TemporaryDirectory(dir=RESULTS) as scratch,
        fake_models(FEW, models) as few,
        fake_models(MANY, models) as many,
    ):
        copy = make_copy(Path(scratch).resolve() / "copy", few, options.replicates, options.concurrency)
        result |= measured(copy, many, options)
    report(result)
    print(f"written to {write_results('scale', result)}")


def measured(copy: Copy, many: str, options: argparse.Namespace) -> dict[str, Any]:
    """Every step in every round, and the medians over the rounds."""
    study = read_yaml(copy.home / f"config/{STUDY}.yaml", Study)
    battles = len(study.contestants) * study.battles_per_model
    rounds: list[dict[str, float]] = []
    for number in range(1, options.rounds + 1):
        done = generation(copy, battles)
        tell(number, done)
        one_by_one = OneByOne(copy, study).measured(options.one_by_one, options.concurrency)
        done |= one_by_one | {"ratio": one_by_one["one_by_one_ms"] / done["battles_ms"]}
        tell(number, one_by_one)
        done |= Generator(copy, study).measured(many)
        done |= analysis(copy)
        tell(number, done)
        rounds.append(done)
    once = rest(copy)
    for done in rounds:
        done |= no_op(copy)
    size = {"models": len(study.contestants), "tasks": len(study.tasks), "battles": battles}
    return {**size, "rounds": rounds, "median": medians(rounds), "once": once | sandbox()}


def tell(number: int, done: dict[str, float]) -> None:
    print(f"round {number}: " + ", ".join(f"{name} {value:.4g}" for name, value in done.items()), flush=True)


def report(result: dict[str, Any]) -> None:
    m, once = result["median"], result["once"]
    size = f"{result['models']} models x {result['tasks']} tasks x {result['replicates']} replicates"
    print(f"\n{size} = {result['battles']:,} battles of a fake engine, {result['concurrency']} in flight")
    per_battle = [
        ("generator, wall without the fake's own", "generator_wall_ms", True),
        ("generator, CPU", "generator_cpu_ms", True),
        ("  of its wall, reading the journal and writing files", "files_wall_ms", False),
        ("  of its CPU, reading the journal and writing files", "files_cpu_ms", False),
        ("the fake alone, wall", "fake_alone_ms", False),
        ("whole workflow, wall", "battles_ms", False),
        ("one job per battle, wall", "one_by_one_ms", False),
    ]
    rows = [_step("snakemake -n, fresh study", m, "plan")]
    rows += [["per battle: " + label, f"{m[name]:.2f} ms", "", _wanted(m[name], WANTED_PER_BATTLE_MS) if judged else ""]
             for label, name, judged in per_battle]  # fmt: skip
    rows += [
        ["generator, CPU of one more piece of a reply", f"{m['piece_cpu_us']:.1f} us", "", ""],
        ["generator, start of the process", f"{m['start_wall_s']:.1f} s", f"{m['start_cpu_s']:.1f} s CPU", ""],
        ["one job per battle / whole workflow", f"{m['ratio']:.1f} x", f"{result['one_by_one']} executed", ""],
        _step("one job per battle: snakemake -n", m, "one_by_one_plan"),
        _step("all battles to figures, no code to run", m, "analysis"),
        _step("then tables, report, paper (once)", once, "rest"),
        [*_step("snakemake -n, all done", m, "no_op")[:3], _wanted(m["no_op_wall_s"], WANTED_NO_OP_S)],
    ]
    if once["sandbox_per_min_core"] is not None:
        rate = f"{once['sandbox_per_min_core']:.0f} / min / core"
        rows.append(["sandbox, real replies of the cached study", rate, f"{once['sandbox_battles']} run", ""])
    print_table(["", "median", "", "wanted"], rows)


def _step(label: str, taken: dict[str, float], step: str) -> list[str]:
    return [label, f"{taken[step + '_wall_s']:.1f} s", f"{taken[step + '_peak_bytes'] / 1e6:.0f} MB", ""]


def _wanted(value: float, limit: float) -> str:
    return verdict(value, limit, at_least=False)


if __name__ == "__main__":
    main()
