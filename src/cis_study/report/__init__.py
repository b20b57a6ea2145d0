"""One HTML file that shows the study and every battle of it, from disk and without a network."""
