"""Documentation that is written from what it describes: the keys of the configuration, and what the study found."""
