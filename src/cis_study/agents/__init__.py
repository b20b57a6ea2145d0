"""Episodes: a contestant works in small steps, with tools, on a module and its tests."""
