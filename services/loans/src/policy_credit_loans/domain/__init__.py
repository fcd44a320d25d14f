"""Loans as the bank grants them: commands, private events, and the rules between them."""
