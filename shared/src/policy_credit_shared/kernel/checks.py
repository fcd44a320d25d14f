"""Invariants that `python -O` cannot remove."""


class InvariantBroken(Exception):
    """The program is wrong, not its input; the process stops rather than keep a wrong figure."""


def check(condition: bool, claim: str) -> None:
    """Raise InvariantBroken with the claim that does not hold."""
    if not condition:
        raise InvariantBroken(claim)
