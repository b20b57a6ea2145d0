"""What can become of a battle, and whether it then carries scores."""

CARRIES_SCORES = ("scored", "model_failure", "budget_exhausted")
MISSING = ("infra_failure", "sandbox_failure", "judge_failure")
STATUSES = CARRIES_SCORES + MISSING
