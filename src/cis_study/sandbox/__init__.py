"""Run code nobody has read: bubblewrap or Landlock, a filter, limits, and a verdict the code cannot choose."""
