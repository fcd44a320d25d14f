"""A session at a transaction point from its opening to its close, on the command line."""
