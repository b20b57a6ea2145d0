"""From scored battles to estimates with intervals, tests and computed verdicts."""
