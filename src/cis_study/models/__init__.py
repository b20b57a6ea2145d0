"""Contestants' weights: where they come from, what they are, whether they fit."""
