"""A made-up history of public events: valid to the last hash, the same from the same seed.

`published` says how much of everything there is, `ground` who lives where, `portfolio` what they
owe, `bodies` who governs; `opening`, `funding`, `sessions`, `closing`, `treating`, `moving`,
`entrusting`, `lending`, `overseeing`, `inspecting` and `governing` say what a month brings; `rows`
keeps it as columns, `tally` adds it up, `words` and `wording` turn it into bytes, `chaining`
numbers them, `files` and `sending` take them out, and `making`, `simulating` and `running` do it
all.

What a history does not say: balances are taken over as loans paid out and savings deposited, not
as carried over; what is frozen stays frozen, and who has settled a loan keeps it settled; a loan
lives until its use was checked, and a check is made where the loan was paid out; groups last; no
rate of these programmes was changed for loans that there were; and capital does not follow a loan
to another office, which may be in another partition. So `unfrozen` never moves, nor does
`obstacles_passed_up_above`, since nobody is above the head office, and `use_checks_overdue` comes
to nothing within the month as a rule.
"""
