"""Funnel limits: which units have too many cases for their size to be put down to chance.

Of each unit's `of` loans, `cases` are overdue, say. If all units shared the ratio of them all
together, θ = Σ cases ÷ Σ of, a unit's cases would be binomial. A unit is out of line when as many
cases or more have a probability of at most 1/40 (the upper 95 % limit) or 1/1000 (the upper 99.8 %
limit), summed exactly: with a normal approximation, two overdue loans would put any small commune
beyond its limit.

Units differ for reasons that are nobody's fault: a flood, a crop. So the limits are widened by the
overdispersion φ that the units themselves show:

    z = (cases − of·θ) ÷ √(of·θ·(1 − θ))
    φ = mean of the winsorised z², at least 1

Winsorised: the tenth of the z at each end, at least one, is set to the next z, so that the units
to be found do not widen the limits that should find them. Of normal z that takes away about a third
of their mean square, which is given back. Then a unit's cases are taken as beta-binomial with φ
times the binomial variance. With fewer than five units nothing is said.

Source: D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in
Medicine 24 (2005) 1185-1202; the exact beta-binomial tail in place of z ÷ √φ is for small counts.
"""

from collections.abc import Mapping, Sequence
from math import exp, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from policy_credit_shared.kernel.checks import check

UNITS_MIN: Final = 5
WINSORISED: Final = 0.1
SPREAD_MIN: Final = 1.001
"""A smaller one is none: its logarithms would differ in digits that a float does not have."""
CORRELATION_MAX: Final = 1 - 1e-9
NEGLIGIBLE: Final = 1e-12

Limit = Literal["95", "99.8"]
PROBABILITY: Final[dict[Limit, float]] = {"99.8": 0.001, "95": 0.025}
"""Of being above the upper limit by chance; the stricter limit first."""


class Counted(NamedTuple):
    """How many cases among how many."""

    cases: int
    of: int


class Outlier(Struct, frozen=True, kw_only=True):
    """A unit above a limit: `usual_max` cases would have been below it."""

    unit: str
    counted: Counted
    limit: Limit
    usual_max: int
    probability: float


class Funnel(Struct, frozen=True, kw_only=True):
    """All units together, the overdispersion φ among them, and those out of line, worst first."""

    units: int
    total: Counted
    overdispersion: float
    outliers: Sequence[Outlier]


def funnel(counts: Mapping[str, Counted]) -> Funnel | None:
    """Hold each unit's cases against all of them; None with fewer than five units to compare."""
    for unit, (cases, of) in counts.items():
        check(0 <= cases <= of, f"{unit}: cases are among what they are counted of")
    units = {unit: counted for unit, counted in counts.items() if counted.of}
    if len(units) < UNITS_MIN:
        return None
    total = Counted(sum(c.cases for c in units.values()), sum(c.of for c in units.values()))
    if not 0 < total.cases < total.of:
        return Funnel(units=len(units), total=total, overdispersion=1.0, outliers=[])
    ratio = total.cases / total.of
    spread = overdispersion(list(units.values()), ratio)
    found = [
        outlier
        for unit, counted in units.items()
        if counted.cases > counted.of * ratio
        and (outlier := _outlier(unit, counted, ratio, spread))
    ]
    found.sort(key=lambda one: (one.probability, one.unit))
    return Funnel(units=len(units), total=total, overdispersion=spread, outliers=found)


def overdispersion(counts: Sequence[Counted], ratio: float) -> float:
    """φ: by how much more the units vary than chance alone would let them; at least 1."""
    variance = ratio * (1 - ratio)
    z = sorted((c.cases - c.of * ratio) / sqrt(c.of * variance) for c in counts)
    end = max(1, int(WINSORISED * len(z)))
    lowest, highest = z[end], z[-1 - end]
    squares = sum(min(max(one, lowest), highest) ** 2 for one in z)
    return max(1.0, squares / len(z) / _kept_of_normal(end / len(z)))


def probability_of(cases: int, of: int, ratio: float, spread: float) -> float:
    """Of `cases` or more among `of`, with `spread` times the binomial variance."""
    if cases <= 0:
        return 1.0
    total = 0.0
    for k in range(cases, of + 1):
        term = exp(_log_probability(k, of, ratio, spread))
        total += term
        if term < total * NEGLIGIBLE:
            break
    return min(total, 1.0)


def _outlier(unit: str, counted: Counted, ratio: float, spread: float) -> Outlier | None:
    probability = probability_of(*counted, ratio, spread)
    for limit, allowed in PROBABILITY.items():
        if probability <= allowed:
            return Outlier(
                unit=unit,
                counted=counted,
                limit=limit,
                usual_max=_usual_max(counted, ratio, spread, allowed),
                probability=probability,
            )
    return None


def _usual_max(above: Counted, ratio: float, spread: float, allowed: float) -> int:
    """The most cases that are not above a limit, found by halves; `above.cases` are."""
    usual, unusual = int(above.of * ratio), above.cases
    while unusual - usual > 1:
        middle = (usual + unusual) // 2
        if probability_of(middle, above.of, ratio, spread) <= allowed:
            unusual = middle
        else:
            usual = middle
    return usual


def _log_probability(k: int, of: int, ratio: float, spread: float) -> float:
    ways = lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)
    if spread < SPREAD_MIN or of == 1:
        return ways + k * log(ratio) + (of - k) * log1p(-ratio)
    correlation = min((spread - 1) / (of - 1), CORRELATION_MAX)
    weight = 1 / correlation - 1
    a, b = ratio * weight, (1 - ratio) * weight
    return ways + _log_beta(k + a, of - k + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _kept_of_normal(end: float) -> float:
    """The mean square of normal z of which the share `end` at each end is winsorised."""
    z = NormalDist().inv_cdf(1 - end)
    density = exp(-z * z / 2) / sqrt(2 * pi)
    return 1 - 2 * end + 2 * end * z * z - 2 * z * density
