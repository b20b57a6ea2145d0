"""The packet for human raters, and the key to what they send back."""


rule rating_packet:
    input:
        exhibits=f"{RESULTS}/exhibits.jsonl",
        scores=SCORES,
        rubric="config/judging/rubric.yaml",
    output:
        packet=f"{RESULTS}/rating_packet/packet.json",
        form=f"{RESULTS}/rating_packet/form.html",
        letter=f"{RESULTS}/rating_packet/letter.md",
        template=f"{RESULTS}/rating_packet/ratings_template.json",
        # Beside the folder that is sent, not in it.
        key=f"{RESULTS}/rating_key.json",
    log:
        f"{RESULTS}/logs/rating_packet.log",
    conda:
        "../envs/study.yaml"
    params:
        design=DESIGN,
        raters=STUDY.raters.model_dump(),
        seed=STUDY.seed,
    message:
        "Draw what human raters are shown"
    script:
        "../scripts/rating_packet.py"
