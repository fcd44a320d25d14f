"""Replay: any figure recomputed from the archive alone, as it was known at any moment."""
