"""The alternative that the workflow is measured against: a job of its own for every battle."""

from pathlib import Path


rule all:
    input:
        Path(config["battles"]).read_text().split(),


rule battle:
    output:
        "battles/{model}/{task}/{replicate}.json",
    params:
        ask=config["ask"],
        request="requests/{task}/{replicate}.json",
    shell:
        "python {params.ask} {wildcards.model} {params.request} {output}"
