"""Tables as people read them, from the tables of the analysis."""
