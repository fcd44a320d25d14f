"""Benchmarks: scripts, not tests. `make help` lists them, docs/benchmarks.md shows results."""
