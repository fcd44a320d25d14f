"""Oversight's intake killed again and again while loans are paid out: each is checked once."""

from random import Random

import httpx
from lending import Lender, over_http

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player

OFFICE, COMMUNE = "347", "13285"
SHEETS, LOANS_PER_SHEET = 12, 10
SEED = 5


def test_each_loan_paid_out_is_to_be_checked_once_though_the_intake_is_killed(
    town: Installation, player: Player
) -> None:
    random = Random(SEED)
    lender = Lender(over_http(player, OFFICE), OFFICE, COMMUNE)
    lender.fund()
    loans = lender.approved(SHEETS * LOANS_PER_SHEET)
    assert town.supervisor is not None
    for start in range(0, len(loans), LOANS_PER_SHEET):
        lender.disburse(loans[start : start + LOANS_PER_SHEET])
        if random.random() < 0.7:
            town.supervisor.crash("oversight.intake")
            town.supervisor.restart("oversight.intake")

    player.await_settled(lambda *_: None)
    answer = httpx.get(
        f"{town.url('oversight')}/api/v1/offices/{OFFICE}/loan-use-checks",
        params={"on": "2019-04-05", "limit": 500},
        headers={"Authorization": f"Bearer {player.token(OFFICE, 'credit_officer')}"},
        timeout=60,
    ).json()
    assert (answer["open"], answer["late"]) == (len(loans), len(loans))
    assert sorted(check["loan"] for check in answer["checks"]) == sorted(loans)

    said = sum(player.publication("oversight")["heads"].values())
    assert said == len(loans)
