"""Figures drawn from the tables of the analysis; nothing is estimated here."""
