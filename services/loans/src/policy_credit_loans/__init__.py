"""The loans service: who is lent what, by whom, from which fund."""
