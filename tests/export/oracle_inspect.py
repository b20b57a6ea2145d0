"""Read an Inspect log with Inspect itself and print what it found as JSON. Runs in `.venvs/export`."""

import json
import sys

from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries, recompute_metrics

log = read_eval_log(sys.argv[1])
means = {score.name: score.metrics["mean"].value for score in log.results.scores}
recompute_metrics(log)
samples = [
    {
        "place": [sample.id, sample.epoch],
        "scores": {name: score.as_dict() for name, score in sample.scores.items()},
        "error": sample.error and sample.error.message,
        "limit": sample.limit and sample.limit.type,
        "kinds": [part.type for message in sample.messages[2:] for part in message.content_list],
        "completion": sample.output.completion,
        "input_tokens": sample.output.usage and sample.output.usage.input_tokens,
    }
    for sample in log.samples
]
print(
    json.dumps(
        {
            "status": log.status,
            "created": log.eval.created,
            "means": means,
            "recomputed": {score.name: score.metrics["mean"].value for score in log.results.scores},
            "completed": log.results.completed_samples,
            "samples": samples,
            "summaries": [[one.id, one.epoch, one.error] for one in read_eval_log_sample_summaries(sys.argv[1])],
        }
    )
)
