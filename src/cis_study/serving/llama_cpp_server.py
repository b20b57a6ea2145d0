"""Serve one GGUF file with llama.cpp over the OpenAI API on a free loopback port.

Stand-alone: run by the interpreter of the serving environment, imports nothing of the study.
Reports `{"port", "engine", "version"}` as one JSON line on the descriptor `--report-fd`, then serves
until its parent dies or it is signalled.
"""

import argparse
import ctypes
import importlib.metadata
import json
import os
import signal
import urllib.parse

# Before libgomp is loaded: threads that spin at a barrier keep the core their late sibling waits for. Where another
# process is busy this made the engine 2.5 times faster, on a quiet machine it costs nothing.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

import xllamacpp

PR_SET_PDEATHSIG = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report-fd", type=int, required=True)
    parser.add_argument("--model", required=True, help="path of the GGUF file")
    parser.add_argument("--served-model-name", required=True)
    parser.add_argument("--max-model-len", type=int, required=True, help="context of one request, tokens")
    parser.add_argument("--max-num-seqs", type=int, required=True, help="requests in flight")
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    params = xllamacpp.CommonParams()
    params.model.path = args.model
    params.model_alias = [args.served_model_name]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = args.max_num_seqs
    params.n_ctx = args.max_model_len * args.max_num_seqs
    params.kv_unified = False
    params.cache_prompt = False
    params.cpuparams.n_threads = args.threads
    params.cpuparams_batch.n_threads = args.threads
    # Weights in anonymous memory: page faults on a mapped file cost up to a third of the throughput.
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    params.use_jinja = True
    server = xllamacpp.Server(params)
    report = {
        "port": urllib.parse.urlsplit(server.listening_address).port,
        "engine": "llama_cpp",
        "version": importlib.metadata.version("xllamacpp"),
    }
    os.write(args.report_fd, json.dumps(report).encode() + b"\n")
    os.close(args.report_fd)
    signal.pause()


if __name__ == "__main__":
    main()
