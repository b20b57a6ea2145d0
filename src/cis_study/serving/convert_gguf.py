"""Convert a GGUF file into a safetensors folder that vLLM reads. Usage: convert_gguf.py FILE.gguf FOLDER

Stand-alone: run by the interpreter of the vLLM environment. Weights are dequantized to bfloat16; tokenizer and
chat template come from the GGUF header. The folder appears only when it is complete.
"""

import shutil
import sys
from pathlib import Path

import torch
import transformers


def convert(source: Path, target: Path) -> None:
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        source.parent,
        gguf_file=source.name,
        dtype=torch.bfloat16,
        quantization_config=transformers.GgufConfig(dequantize=True),
    )
    model.save_pretrained(partial)
    transformers.AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name).save_pretrained(partial)
    partial.rename(target)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
