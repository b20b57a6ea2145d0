# `make help` lists the targets. Environments are built from the locks in envs/.
PYTHON ?= python3
SNAKEMAKE = .venv/bin/snakemake
# CPU build of PyTorch for the vLLM environment; empty where pip's own configuration finds it.
TORCH_INDEX ?=
# What `make bench-generate` measures. On a GPU: BENCH_ENV=serve-gpu, a study on vLLM and one of its models.
BENCH_STUDY ?= config/laptop-vllm.yaml
BENCH_MODEL ?= smollm2-135m
BENCH_ENV ?= serve-cpu
BENCH_FLAGS ?=

.DEFAULT_GOAL := help
.PHONY: help laptop laptop-vllm test test-vllm test-export bench-generate bench-scale bench-episodes lint figures docs cpu-study envs cluster clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

laptop: envs  ## Whole workflow, live, on three small models without a GPU (an hour and more on 2 slow cores)
	$(SNAKEMAKE) --cores 2 --configfile config/laptop.yaml

laptop-vllm: envs .venvs/serve-cpu  ## The same study on vLLM's CPU build
	$(SNAKEMAKE) --cores 2 --configfile config/laptop-vllm.yaml

test: envs  ## Unit, property, security and workflow tests
	.venv/bin/pytest --numprocesses logical --maxprocesses 4 --dist loadfile

test-vllm: envs .venvs/serve-cpu  ## The vLLM path: a small model end to end, the five architectures with random weights
	.venv/bin/pytest -m vllm

test-export: envs .venvs/export  ## The exported data set, read by the packages of its formats
	.venv/bin/pytest -m export

bench-generate: envs .venvs/$(BENCH_ENV)  ## Tokens/s against vLLM's own client and against one battle at a time
	$(SNAKEMAKE) results/models/$(BENCH_MODEL)/manifest.json --cores 1 --configfile $(BENCH_STUDY) --config mode=run
	.venv/bin/python tests/benchmarks/bench_generate.py --study $(BENCH_STUDY) --model $(BENCH_MODEL) $(BENCH_FLAGS)

bench-scale: envs  ## The workflow at 10,000 battles of a fake engine, against one job per battle
	.venv/bin/python tests/benchmarks/bench_scale.py $(BENCH_FLAGS)

bench-episodes: envs  ## What an episode costs beside model and sandbox, against the same loop without A2A
	.venv/bin/python tests/benchmarks/bench_episodes.py $(BENCH_FLAGS)

figures: envs  ## Rebuild figures, tables, paper and report from the cached battles
	$(SNAKEMAKE) --cores 2

docs: envs  ## Write the keys into config/README.md, and what the cached study found into README.md
	$(SNAKEMAKE) --cores 2 -- config_page readme

cpu-study: envs .venvs/serve-cpu  ## Fight the cached CPU study again and freeze it (3 hours; wants AVX-512)
	$(SNAKEMAKE) --cores 2 --config study=cpu mode=run -- all freeze
	$(SNAKEMAKE) --cores 2 --config study=cpu mode=replay -- record

lint: envs  ## ruff, mypy, snakefmt, snakemake --lint
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/snakefmt --check Snakefile rules
	$(SNAKEMAKE) --lint

envs: .venv .venvs/paper .venvs/serve-llama  ## Build the environments of the laptop study

cluster: envs  ## Add the Slurm and Kubernetes executors to the study's environment
	VIRTUAL_ENV=.venv .venvs/uv/bin/uv pip install --require-hashes --requirement envs/cluster.lock

.venvs/uv:
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --require-hashes --requirement envs/uv.lock

# --compile-bytecode: uv leaves that to the first import, and where bytecode may not be written then, to every import.
.venv: envs/study.lock envs/study.overrides pyproject.toml | .venvs/uv
	.venvs/uv/bin/uv venv --quiet --clear --python $(PYTHON) $@
	VIRTUAL_ENV=$@ .venvs/uv/bin/uv pip install --compile-bytecode --require-hashes --override envs/study.overrides --requirement envs/study.lock
	VIRTUAL_ENV=$@ .venvs/uv/bin/uv pip install --quiet --no-deps --editable .
	touch $@

.venvs/paper .venvs/serve-llama .venvs/serve-gpu .venvs/export: .venvs/%: envs/%.lock | .venvs/uv
	.venvs/uv/bin/uv venv --quiet --clear --python $(PYTHON) $@
	VIRTUAL_ENV=$@ .venvs/uv/bin/uv pip install --require-hashes --requirement $<
	touch $@

# pip, because the CPU build of PyTorch may be known to pip's configuration alone. --no-deps keeps out the
# CUDA builds of torchvision, torchaudio and torchcodec, which break the import of transformers.
.venvs/serve-cpu: envs/serve-cpu.lock
	$(PYTHON) -m venv --clear $@
	$@/bin/python -m pip install --quiet --no-deps --require-hashes $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) --requirement $<
	touch $@

clean:  ## Remove environments and everything the workflow made, except the cache
	rm -rf .venv .venvs .snakemake paper/paper.pdf
	find results -mindepth 1 -maxdepth 1 ! -name cached -exec rm -rf {} +
