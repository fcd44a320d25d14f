"""For auditors: whether the log is whole and unaltered."""
