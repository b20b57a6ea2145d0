"""From a stored reply to a score: parse, collect evidence in the sandbox, then compute, in that order."""
