"""Tokens per second of the workflow's generator against vLLM's own benchmark client and against one battle at a time.

All three ask one server, started once by the workflow's supervisor, for the same greedy replies. In every round they
take turns; ratios are of one round, and their median is reported. `make bench-generate` runs it.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import logging
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import RESULTS, gpu_names, leave_nothing_behind, machine, medians, print_table, verdict, write_results
from throughput import Pass, of_battles, of_vllm_result, roofline_share, same_work

from cis_study.battles.asking import Contest, ask_missing, engine_opener
from cis_study.battles.record import identify
from cis_study.battles.tally import Tally
from cis_study.config import ReplicateBlock, Study, load_tasks
from cis_study.errors import StudyError
from cis_study.journal import Journal
from cis_study.models.candidate import load_candidates
from cis_study.models.manifest import weights_identity
from cis_study.models.registry import load_model
from cis_study.plan import blocks, plan_block
from cis_study.serving.endpoint import Endpoint
from cis_study.serving.identity import identify_engine
from cis_study.serving.launch import interpreter
from cis_study.yamlfile import read_yaml

CONFIG = Path("config")
WANTED_OF_CLIENT = 0.95
WANTED_OF_ALONE = 6.0
PASSES = ("generator", "vllm_client", "alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="study file with engine.kind vllm")
    parser.add_argument("--model", required=True, help="name in config/models/; its manifest must exist")
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--battles", type=int, default=96, help="requests of a pass")
    parser.add_argument("--alone", type=int, default=16, help="requests of a pass that asks one at a time")
    parser.add_argument("--max-tokens", type=int, default=128, help="limit of a reply")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    leave_nothing_behind()
    RESULTS.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(filename=RESULTS / "generate.log", filemode="w", level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    place = machine()
    with tempfile.TemporaryDirectory(dir=RESULTS) as scratch:
        bench = Bench(options, Path(scratch))
        result = bench.run()
    result["machine"] = place
    report(result)
    print(f"written to {write_results('generate', result)}")


class Bench:
    """One server, and the three ways to ask it."""

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self.options, self.scratch = options, scratch
        study = greedy(read_yaml(options.study, Study), options)
        manifest = json.loads(Path(f"results/models/{options.model}/manifest.json").read_bytes())
        self.study = study
        self.contest = Contest(
            model=load_model(CONFIG / "models" / f"{options.model}.yaml"),
            engine=study.engine,
            manifest=manifest,
            results_dir=Path("results"),
            engine_log=RESULTS / "generate.engine.log",
            identities=scratch / "engines.json",
            gpus=study.gpu,
        )
        self.battles = planned(study, self.contest)[: options.battles]
        self.requests = scratch / "requests.jsonl"
        self.requests.write_text("".join(json.dumps(battle["request"]) + "\n" for battle in self.battles))

    def run(self) -> dict[str, Any]:
        """Warm up, measure, and say what came out. Raises StudyError where anything failed."""
        with engine_opener(self.contest)() as endpoint:
            identity = identify_engine(endpoint, self.contest.manifest)
            ways: dict[str, Callable[[Endpoint], Pass]] = {
                "generator": self.by_generator,
                "vllm_client": self.by_vllm_client,
                "alone": self.alone,
            }
            # Both clients meet the same filled prefix cache afterwards.
            for name in ("generator", "vllm_client"):
                announce("warm-up", name, ways[name](endpoint))
            rounds = []
            for number in range(1, self.options.rounds + 1):
                order = PASSES if number % 2 else PASSES[::-1]
                passes = {}
                for name in order:
                    passes[name] = ways[name](endpoint)
                    announce(f"round {number}", name, passes[name])
                rounds.append(passes)
        return self.result(identity, rounds)

    def by_generator(self, endpoint: Endpoint) -> Pass:
        return self._fought(endpoint, self.battles, self.options.concurrency)

    def alone(self, endpoint: Endpoint) -> Pass:
        """The generator again, one battle at a time, as the original study asked."""
        return self._fought(endpoint, self.battles[: self.options.alone], 1)

    def _fought(self, endpoint: Endpoint, battles: list[dict[str, Any]], concurrency: int) -> Pass:
        engine = self.contest.engine.model_copy(update={"concurrency": concurrency})
        contest = dataclasses.replace(self.contest, engine=engine)
        path = self.scratch / "journal.jsonl"
        path.unlink(missing_ok=True)
        tally = Tally()
        with Journal(path) as journal:
            ask_missing(contest, battles, journal, tally, open_engine=lambda: contextlib.nullcontext(endpoint))
        return of_battles(tally.battles.values(), tally.wall_s)

    def by_vllm_client(self, endpoint: Endpoint) -> Pass:
        python = interpreter(self.contest.engine, Path.cwd())
        command = [str(python), str(Path(__file__).with_name("vllm_bench_client.py")), "--requests", str(self.requests)]
        command += ["--backend", "openai-chat", "--endpoint", "/v1/chat/completions", "--base-url", endpoint.root_url]
        command += ["--model", endpoint.served_model, "--max-concurrency", str(self.options.concurrency)]
        # Its default data set would ask for replies that do not end by themselves.
        command += ["--dataset-name", "custom", "--num-prompts", str(len(self.battles))]
        command += ["--skip-tokenizer-init", "--disable-tqdm"]
        command += ["--save-result", "--result-dir", str(self.scratch), "--result-filename", "vllm.json"]
        log = RESULTS / "generate.vllm_client.log"
        with log.open("wb") as stream:
            offline = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "NO_PROXY": "127.0.0.1"}
            done = subprocess.run(command, stdout=stream, stderr=stream, env={**os.environ, **offline}, check=False)
        if done.returncode != 0:
            raise StudyError(log, f"exit status {done.returncode}", "vLLM's benchmark client failed", "Read the log.")
        return of_vllm_result(self.scratch / "vllm.json", len(self.battles))

    def result(self, identity: dict[str, Any], rounds: list[dict[str, Pass]]) -> dict[str, Any]:
        options = self.options
        candidate = load_candidates(CONFIG / "models" / "candidates").get(options.model)
        shares = [roofline_share(r["generator"], candidate, options.concurrency, gpu_names()) for r in rounds]
        return {
            "benchmark": "generate",
            "study": self.study.study,
            "engine": identity,
            "model": options.model,
            "concurrency": options.concurrency,
            "max_tokens": options.max_tokens,
            "rounds": [
                {name: {**dataclasses.asdict(done), "tokens_per_s": done.tokens_per_s} for name, done in passes.items()}
                for passes in rounds
            ],
            "same_work": [same_work(passes["generator"], passes["vllm_client"]) for passes in rounds],
            "median_tokens_per_s": medians({name: done.tokens_per_s for name, done in r.items()} for r in rounds),
            "median_ratio": medians(ratios(passes) for passes in rounds),
            "roofline_share": None if None in shares else medians({"share": s} for s in shares if s)["share"],
        }


def greedy(study: Study, options: argparse.Namespace) -> Study:
    """The study with replies that everybody gets alike and to their end, and as many as the benchmark asks for.

    The client's caps are off: they could cut a reply that loops, and vLLM's client has none.

    Raises:
        StudyError: its engine is not vLLM.
    """
    if study.engine.kind != "vllm":
        raise StudyError("engine.kind", study.engine.kind, "vLLM's client measures vLLM", "Name a study on vLLM.")
    sampling = study.sampling.model_copy(update={"temperature": 0.0, "max_tokens": options.max_tokens})
    engine = study.engine.model_copy(update={"concurrency": options.concurrency})
    replicates = -(-options.battles // len(study.tasks))
    one_block = [ReplicateBlock(replicates=replicates)]
    changed = {"sampling": sampling, "budget": None, "engine": engine, "replicate_blocks": one_block}
    return study.model_copy(update=changed)


def planned(study: Study, contest: Contest) -> list[dict[str, Any]]:
    """Every battle of the study's one block, replicate by replicate, so that a beginning holds all tasks."""
    (block,) = blocks(study)
    reply_format = (CONFIG / "tasks" / "reply_format.txt").read_text()
    battles = plan_block(study, load_tasks(study, CONFIG), reply_format, block, contest.model.reasoning_effort)
    weights = weights_identity(contest.manifest)
    known = [identify(battle, contest.model.name, study.engine.kind, weights) for battle in battles]
    return sorted(known, key=lambda battle: battle["replicate"])


def ratios(passes: dict[str, Pass]) -> dict[str, float]:
    """The generator's rate as a multiple of the others'."""
    mine = passes["generator"].tokens_per_s
    return {name: mine / passes[name].tokens_per_s for name in ("vllm_client", "alone")}


def announce(when: str, name: str, done: Pass) -> None:
    print(f"{when}: {name}: {done.completion_tokens} tokens, {done.tokens_per_s:.1f} tokens/s", flush=True)


def report(result: dict[str, Any]) -> None:
    rows = []
    for number, passes in enumerate(result["rounds"], start=1):
        speeds = [passes[name]["tokens_per_s"] for name in PASSES]
        counted = [passes[name]["completion_tokens"] for name in PASSES[:2]]
        rows.append([str(number), *(f"{speed:.1f}" for speed in speeds), *map(str, counted),
                     f"{speeds[0] / speeds[1]:.3f}", f"{speeds[0] / speeds[2]:.2f}"])  # fmt: skip
    middle, ratio = result["median_tokens_per_s"], result["median_ratio"]
    rows.append(["median", *(f"{middle[name]:.1f}" for name in PASSES), "", "",
                 f"{ratio['vllm_client']:.3f}", f"{ratio['alone']:.2f}"])  # fmt: skip
    print_table(
        ["round", "generator", "vLLM's client", "one at a time", "tokens", "its tokens", "ratio", "x alone"], rows
    )
    print(f"against vLLM's client, {verdict(ratio['vllm_client'], WANTED_OF_CLIENT, at_least=True)}")
    print(f"against one at a time, {verdict(ratio['alone'], WANTED_OF_ALONE, at_least=True)}")
    if not all(result["same_work"]):
        print("NOT the same work: token counts differ by more than 2 %, or prompts do; the first ratio is not fair")
    if result["roofline_share"] is not None:
        print(f"share of the roofline: {result['roofline_share']:.1%}")


if __name__ == "__main__":
    main()
