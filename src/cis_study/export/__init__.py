"""A finished study as a data set for others: tables, data card, metadata, Inspect logs."""
