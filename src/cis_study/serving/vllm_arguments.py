"""Check server arguments against the vLLM that is installed. Usage: vllm_arguments.py COMMANDS.json REFUSED.json

Stand-alone: run by the interpreter of the serving environment, imports nothing of the study. COMMANDS maps names to
argument lists; REFUSED gets `{name: message}` of those that this vLLM does not take.
"""

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import NoReturn, get_args

from vllm.config.model import TokenizerMode
from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.model_executor.layers.quantization import QUANTIZATION_METHODS
from vllm.model_executor.model_loader import LoadFormats
from vllm.reasoning import ReasoningParserManager
from vllm.tool_parsers import ToolParserManager
from vllm.transformers_utils.config import ConfigFormat
from vllm.utils.argparse_utils import FlexibleArgumentParser

# vLLM takes any text here and fails only once the model loads, or at the first request.
NAMES = {
    "config_format": get_args(ConfigFormat),
    "load_format": get_args(LoadFormats),
    "quantization": QUANTIZATION_METHODS,
    "reasoning_parser": ReasoningParserManager.list_registered(),
    "tokenizer_mode": get_args(TokenizerMode),
    "tool_call_parser": ToolParserManager.list_registered(),
}


def parse(arguments: list[str]) -> Namespace:
    """The arguments as `vllm serve` reads them.

    Raises:
        ValueError: an unknown flag, a value of the wrong kind, or a name that nothing is registered under.
    """
    # A shortened flag would be read as another one.
    parser = make_arg_parser(FlexibleArgumentParser(allow_abbrev=False))
    parser.error = _raise
    args: Namespace = parser.parse_args(arguments)
    try:
        validate_parsed_serve_args(args)
    except TypeError as error:
        raise ValueError(str(error)) from error
    for key, names in NAMES.items():
        value = getattr(args, key)
        if value and value not in names:
            raise ValueError(f"--{key.replace('_', '-')} {value}: it is none of {', '.join(sorted(names))}")
    return args


def _raise(message: str) -> NoReturn:
    raise ValueError(message)


def main() -> None:
    refused = {}
    for name, arguments in json.loads(Path(sys.argv[1]).read_text()).items():
        try:
            parse(arguments)
        except ValueError as error:
            refused[name] = str(error)
    Path(sys.argv[2]).write_text(json.dumps(refused))


if __name__ == "__main__":
    main()
