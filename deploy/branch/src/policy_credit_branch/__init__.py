"""What a branch runs: sessions without a line, and the import of its existing books."""
