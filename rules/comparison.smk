"""The numbers of two studies side by side: `snakemake compare_numbers --config studies=NAME,NAME`."""

COMPARISON = f"results/comparisons/{'-to-'.join(COMPARED) or 'none'}"


localrules:
    compare,
    compare_numbers,


rule compare:
    input:
        "paper/numbers.yml",
    output:
        csv=f"{COMPARISON}.csv",
        text=f"{COMPARISON}.txt",
    log:
        f"{COMPARISON}.log",
    conda:
        "../envs/study.yaml"
    params:
        studies=COMPARED,
        # No input: numbers are compared as they lie there, never built for it.
        found=[sha256_file(p) for p in map(numbers_file, COMPARED) if p.is_file()],
    message:
        "Compare the numbers of two studies"
    script:
        "../scripts/compare_numbers.py"


# No output: it says each time what differs.
rule compare_numbers:
    input:
        text=f"{COMPARISON}.txt",
    log:
        "results/logs/compare_numbers.log",
    conda:
        "../envs/study.yaml"
    message:
        "What differs between the numbers of two studies"
    shell:
        "tee {log} < {input.text}"
