"""Accounts of loans, households in debt and their savings: commands, private events, rules."""
