"""Run code nobody has read: bubblewrap, a seccomp filter and limits, and a verdict the code cannot choose."""
