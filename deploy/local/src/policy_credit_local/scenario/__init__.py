"""The demo's world: a district as a report on five years of Directive 40-CT/TW describes one.

Published: outstanding 262,149 million dong, a little over 6,100 borrowing households, overdue
ratio 0.12 % against 0.11 % for the province, overdue debt stuck in a few communes. The report
leaves the district's name out; the units here are real, that they had these figures is not.
Households are numbers: none of them is anybody.

Everything follows from the seed: the same seed makes the same calls, to the byte.
"""
