"""Refusals: each kind has a code of its own that callers can rely on."""

import re

from policy_credit_loans.domain import books_refusals, credit_refusals, people_refusals
from policy_credit_loans.domain import refusals as loans
from policy_credit_oversight.domain import governing_refusals, rating_refusals
from policy_credit_oversight.domain import refusals as oversight
from policy_credit_repayments.domain import refusals as repayments
from policy_credit_shared.kernel import refusals as shared
from policy_credit_shared.kernel.refusals import Refusal
from policy_credit_shared.store.books import KeyReused

MODULES = (
    shared,
    loans,
    credit_refusals,
    people_refusals,
    books_refusals,
    repayments,
    oversight,
    rating_refusals,
    governing_refusals,
)


def declared(module: object) -> list[type[Refusal]]:
    return [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
    ]


def test_every_refusal_has_a_code_of_its_own() -> None:
    kinds = {kind for module in MODULES for kind in declared(module)} | {KeyReused}
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_the_docstring_of_a_module_draws_all_of_its_refusals() -> None:
    for module in MODULES:
        for kind in declared(module):
            assert f"── {kind.__name__}" in str(module.__doc__), kind
