"""A session's sheet without a line: lines, totals, and what is wrong with them."""
