"""What a study publishes, described and recorded; and whether it can be made again from the cache."""

JUDGE_FILES = [RUBRIC, "config/judging/attacks.yaml"] * bool(JUDGES)
ENGINE_ENVIRONMENT = [STUDY.engine.environment] * bool(STUDY.engine.environment)


rule study_manifest:
    input:
        settings="config/analysis.yaml",
        files=[
            *hidden_files(TASKS),
            "config/tasks/reply_format.txt",
            "config/tasks/controls.yaml",
            *JUDGE_FILES,
        ],
        locks=expand("envs/{name}.lock", name=["study", "paper", *ENGINE_ENVIRONMENT]),
        weights=[manifest_of(model) for model in MODELS | JUDGES],
        battles=every_battle() + every_episode(),
        frozen=[f"{CACHE}/manifest.json"] * Path(CACHE, "manifest.json").is_file(),
    output:
        STUDY_MANIFEST,
    log:
        f"{RESULTS}/logs/study_manifest.log",
    conda:
        "../envs/study.yaml"
    params:
        study=canonical_json(STUDY.model_dump(mode="json")),
        jobs=[
            *([model, block] for model in MODELS for block in BLOCKS),
            *(["judges", judge] for judge in JUDGES),
        ],
        written=[f"{RESULTS}/analysis.json", f"{CACHE}/analysis.json"],
    message:
        "Manifest of the study {STUDY.study}"
    script:
        "../scripts/describe_study.py"


# No output: the record is committed, and Snakemake would delete it before the job.
rule record:
    log:
        f"{RESULTS}/logs/record.log",
    conda:
        "../envs/study.yaml"
    threads: 4
    params:
        study=canonical_json(STUDY.model_dump(mode="json")),
    message:
        "Rebuild the study {STUDY.study} from its cache and record what it publishes"
    script:
        "../scripts/record.py"


# No output: what differs is worth reading, and Snakemake would delete it.
rule verify:
    log:
        f"{RESULTS}/logs/verify.log",
    conda:
        "../envs/study.yaml"
    threads: 4
    params:
        study=canonical_json(STUDY.model_dump(mode="json")),
        found=f"{RESULTS}/verification.csv",
    message:
        "Recompute what the study {STUDY.study} published from its cache"
    script:
        "../scripts/verify.py"
