"""Engines that serve a model over the OpenAI API, and the supervisor that owns their processes."""
