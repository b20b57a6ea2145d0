"""vLLM's own benchmark client. Usage: vllm_bench_client.py --requests FILE [arguments of `vllm bench serve`]

Stand-alone: run by the interpreter of the serving environment, imports nothing of the study. FILE holds one request of
the chat API per line; requests are sent as they are. Everything but their loading is vLLM's: `vllm bench serve` itself
does not start in the CPU build, which is not called vllm in its metadata, and its custom data set needs pandas and
holds the user's message alone.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from vllm.benchmarks import serve
from vllm.benchmarks.datasets import SampleRequest
from vllm.utils.argparse_utils import FlexibleArgumentParser


def main() -> None:
    own = argparse.ArgumentParser(description=__doc__, add_help=False, allow_abbrev=False)
    own.add_argument("--requests", type=Path, required=True)
    mine, rest = own.parse_known_args()
    lines = mine.requests.read_text(encoding="utf-8").splitlines()
    samples = [_sample(number, json.loads(line)) for number, line in enumerate(lines)]
    serve.get_samples = lambda *_: samples
    parser = FlexibleArgumentParser()
    serve.add_cli_args(parser)
    serve.main(parser.parse_args(rest))


def _sample(number: int, request: dict[str, Any]) -> SampleRequest:
    # Its length in tokens is taken from the server's own count later on.
    others = {name: value for name, value in request.items() if name not in ("messages", "max_tokens")}
    return SampleRequest(
        prompt="",
        prompt_len=0,
        expected_output_len=request["max_tokens"],
        request_id=f"bench-{number}",
        chat_messages=request["messages"],
        request_overrides=others,
    )


if __name__ == "__main__":
    main()
