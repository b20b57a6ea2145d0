"""Judges and human raters: what they are shown, what they say, and who of them may count."""
