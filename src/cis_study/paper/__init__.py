"""What the manuscript may quote: numbers and sentences computed from the analysis, already as text."""
