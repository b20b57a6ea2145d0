"""Determinism: the same battles fought again, and how often the replies are the same."""
