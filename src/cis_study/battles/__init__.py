"""Battles: asking a contestant, keeping what it said, publishing it as file targets."""
