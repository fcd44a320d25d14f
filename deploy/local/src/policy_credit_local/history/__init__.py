"""A made-up history of public events: valid to the last hash, the same from the same seed.

`published` says how much of everything there is, `ground` who lives where, `portfolio` what they
owe; `opening`, `sessions`, `closing`, `treating`, `moving`, `entrusting`, `lending` and
`overseeing` say what a month brings; `rows` keeps it as columns, `tally` adds it up, `words` and
`wording` turn it into bytes, `chaining` numbers them, `files` and `sending` take them out, and
`making`, `simulating` and `running` do it all.
"""
