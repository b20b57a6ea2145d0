"""Task folders: generated mutants, and a check of all that a task needs. Needs no model, GPU or network."""


# No output, as for the lock: banks made from the present files stay as they are.
rule build_mutants:
    log:
        "results/logs/build_mutants.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
    message:
        "Generate the mutants of tasks that have none, or whose files changed"
    script:
        "../scripts/build_mutants.py"


# No output: what is wrong is worth reading, and Snakemake would delete it.
rule check_tasks:
    log:
        "results/logs/check_tasks.log",
    conda:
        "../envs/study.yaml"
    threads: 2
    params:
        tasks_dir="config/tasks",
        found="results/tasks/check.json",
        only=CHECKED_TASK,
    message:
        "Check the task folders"
    script:
        "../scripts/check_tasks.py"
