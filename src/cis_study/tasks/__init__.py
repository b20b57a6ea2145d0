"""Coding tasks as data: what the contestant is told and what the scorer knows."""
