"""What each event of the lending process moves, and what holds of every event."""

from collections import Counter
from itertools import pairwise

import pytest
from effects import GOLDEN, event, moved, moved_in_all
from msgspec.structs import replace

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_shared.events.catalogue import EVENT_TYPES
from policy_credit_shared.events.public import LoanEvent, PublicEvent

BUCKETS = ("1_90", "91_180", "181_360", "over_360")


def variants() -> list[PublicEvent]:
    """Every golden event, in every class, bucket and direction that it can name."""
    found = list(GOLDEN)
    for kind in EVENT_TYPES.values():
        for field in ("debt_class", "from_class", "to_class"):
            if field in kind.__struct_fields__:
                classes = ("in_term", "frozen") if field == "debt_class" else ("in_term",)
                found += [event(kind.NAME, **{field: c, "bucket": None}) for c in classes]
                overdue = {field: "overdue"}
                found += [event(kind.NAME, **overdue, bucket=b) for b in (*BUCKETS, None)]
    found += [event("loan.transferred", direction=d) for d in ("out", "in")]
    found += [
        event("overdue.aged", from_bucket=one, to_bucket=other) for one, other in pairwise(BUCKETS)
    ]
    found += [event("overdue.cured", bucket=b) for b in BUCKETS]
    of_loans = [kind for kind in EVENT_TYPES.values() if issubclass(kind, LoanEvent)]
    found += [event(kind.NAME, category=c) for kind in of_loans for c in ("poor", "student")]
    found += [event("loan.disbursed", place=p) for p in ("point", "office")]
    found += [
        event(f"mobilised.{d}", kind=k)
        for d in ("deposited", "withdrawn")
        for k in ("individual", "organisation")
    ]
    return found


@pytest.mark.parametrize("one", variants(), ids=lambda one: one.NAME)
def test_parts_move_as_their_whole_does(one: PublicEvent) -> None:
    amounts = Counter(moved(one))
    classes = ("in_term", "overdue", "frozen")
    assert amounts["outstanding"] == sum(amounts[c] for c in classes)
    assert amounts["overdue"] == sum(amounts[f"overdue_{b}"] for b in BUCKETS)
    kinds = ("individuals", "organisations")
    assert amounts["mobilised"] == sum(amounts[f"mobilised_{k}"] for k in kinds)
    if one.NAME != "savings.carried_over":
        assert amounts["savings"] == amounts["savings_deposited"] - amounts["savings_withdrawn"]
    outcomes = ("confirmed", "rejected")
    assert amounts["entitlements_decided"] == sum(amounts[f"entitlements_{o}"] for o in outcomes)


@pytest.mark.parametrize("one", variants(), ids=lambda one: one.NAME)
def test_a_sum_moves_as_its_parts_do_together(one: PublicEvent) -> None:
    amounts = moved_in_all(one)
    for whole in ALGEBRA.measures.values():
        if whole.sums:
            assert amounts[whole.name] == sum(amounts[part.name] for part in whole.sums)


@pytest.mark.parametrize(
    "name", ["disbursed", "collected", "interest_collected", "savings_deposited"]
)
def test_what_was_handled_at_the_point_is_part_of_the_whole(name: str) -> None:
    kinds = {e.NAME for e in GOLDEN if name in moved(e)}
    assert kinds
    for kind in kinds:
        at_point, at_office = moved(event(kind, place="point")), moved(event(kind, place="office"))
        assert at_point[f"{name}_at_point"] == at_point[name]
        assert f"{name}_at_point" not in at_office


def test_a_payment_moves_its_class_and_bucket_only() -> None:
    paid = event("principal.collected", amount=3, place="office", bucket="91_180")
    assert moved(paid) == {
        "collected": 3,
        "outstanding": -3,
        "overdue": -3,
        "overdue_91_180": -3,
    }
    in_term = event(
        "principal.collected", amount=3, place="office", debt_class="in_term", bucket=None
    )
    assert moved(in_term) == {"collected": 3, "outstanding": -3, "in_term": -3}


def test_existing_books_bring_stocks_and_no_flow() -> None:
    kinds = {measure.name: measure.kind for measure in ALGEBRA.measures.values()}
    for name in ("loan.carried_over", "savings.carried_over"):
        assert {kinds[measure] for measure in moved(event(name))} == {"stock"}
    assert moved(event("savings.carried_over", amount=5)) == {"savings": 5}
    carried = moved(event("loan.carried_over"))
    assert carried == {
        "outstanding": 15_000_000,
        "in_term": 7_000_000,
        "overdue": 3_000_000,
        "overdue_91_180": 1_000_000,
        "overdue_181_360": 2_000_000,
        "frozen": 5_000_000,
        "loans": 1,
        "overdue_loans": 1,
    }


def test_an_event_from_before_there_were_buckets_is_in_the_first() -> None:
    """Nothing aged then: whatever had fallen overdue stayed where it had entered."""
    old = event("principal.collected", amount=3, debt_class="overdue", bucket=None)
    assert moved(old)["overdue_1_90"] == -3


def test_principal_falls_overdue_into_the_first_bucket_and_ages_from_there() -> None:
    assert moved(event("principal.fell_overdue", amount=9)) == {
        "fell_overdue": 9,
        "in_term": -9,
        "overdue": 9,
        "overdue_1_90": 9,
    }
    aged = event("overdue.aged", amount=9, from_bucket="181_360", to_bucket="over_360")
    assert moved(aged) == {"overdue_181_360": -9, "overdue_over_360": 9}
    assert moved(event("overdue.cured", amount=9, bucket="1_90")) == {
        "cured": 9,
        "in_term": 9,
        "overdue": -9,
        "overdue_1_90": -9,
    }


def test_unfreezing_undoes_freezing_in_every_stock() -> None:
    frozen = moved(event("loan.frozen", amount=7, from_class="overdue", bucket="91_180"))
    unfrozen = moved(event("loan.unfrozen", amount=7, to_class="overdue", bucket="91_180"))
    assert (frozen.pop("newly_frozen"), unfrozen.pop("unfrozen")) == (7, 7)
    assert frozen == {"frozen": 7, "overdue": -7, "overdue_91_180": -7}
    assert unfrozen == {measure: -amount for measure, amount in frozen.items()}


def test_a_write_off_takes_principal_off_and_the_loan_with_its_last_dong() -> None:
    part = event("loan.written_off", amount=5, debt_class="frozen", bucket=None, closes=0)
    assert moved(part) == {"written_off": 5, "outstanding": -5, "frozen": -5}
    assert moved(event("loan.written_off", closes=1))["loans"] == -1


def test_a_recovery_moves_no_debt() -> None:
    assert moved(event("debt.recovered", amount=4)) == {"recovered": 4}


def test_a_transfer_moves_stocks_from_one_place_to_another_and_no_flow() -> None:
    out = moved(event("loan.transferred", direction="out"))
    into = moved(event("loan.transferred", direction="in"))
    assert {m: -n for m, n in out.items()} == into
    assert into == {
        "outstanding": 21,
        "in_term": 1,
        "frozen": 2,
        "overdue": 18,
        "overdue_1_90": 3,
        "overdue_91_180": 4,
        "overdue_181_360": 5,
        "overdue_over_360": 6,
        "loans": 1,
        "overdue_loans": 1,
    }
    assert all(ALGEBRA.measures[measure].kind == "stock" for measure in into)


def test_an_instalment_that_falls_due_counts_what_was_paid_of_it() -> None:
    fell = event("principal.fell_due", amount=10, paid=4)
    assert moved(fell) == {"principal_due": 10, "principal_due_paid": 4}
    assert moved(event("instalment.carried_forward", amount=6)) == {"carried_forward": 6}


def test_capital_is_kept_by_fund_and_can_be_taken_back() -> None:
    effects = ALGEBRA.effects(event("capital.allocated", amount=-8, fund="local"))
    (capital,) = (effect for effect in effects if effect.measure == "capital")
    assert (capital.cell.fund, capital.cell.programme, capital.amount) == ("local", "", -8)


@pytest.mark.parametrize("one", variants(), ids=lambda one: one.NAME)
@pytest.mark.parametrize("name", ["outstanding", "overdue", "loans", "entitlements_confirmed"])
def test_categories_move_as_their_whole_does(name: str, one: PublicEvent) -> None:
    whole = ALGEBRA.measures[name]
    parts = [m.name for m in ALGEBRA.measures.values() if m.part and m.part.of is whole]
    amounts = moved_in_all(one)
    assert parts
    assert amounts[name] == sum(amounts[part] for part in parts)


def test_debt_is_kept_by_the_category_that_its_events_state() -> None:
    lent = moved_in_all(event("loan.disbursed", amount=40, tranche=1, category="near_poor"))
    assert (lent["outstanding_near_poor"], lent["loans_near_poor"]) == (40, 1)
    old = moved_in_all(event("loan.disbursed", amount=40, tranche=1, category=None))
    assert (old["outstanding_unstated"], old["loans_unstated"]) == (40, 1)


def test_capital_of_local_budgets_is_counted_apart_too() -> None:
    local = moved_in_all(event("capital.allocated", amount=8, fund="local"))
    central = moved_in_all(event("capital.allocated", amount=8, fund="central"))
    assert (local["capital"], local["local_capital"]) == (8, 8)
    assert (central["capital"], central["local_capital"]) == (8, 0)


def test_a_plan_assigned_again_replaces_the_one_before() -> None:
    first = event("plan.assigned", target=100, previous=0)
    again = event("plan.assigned", target=120, previous=100)
    assert moved(first)["plan"] + moved(again)["plan"] == 120


def test_groups_and_their_members_come_and_go() -> None:
    names = ("formed", "member_joined", "member_left", "dissolved")
    assert [moved(event(f"group.{name}")) for name in names] == [
        {"groups": 1},
        {"group_members": 1},
        {"group_members": -1},
        {"groups": -1},
    ]


def test_a_confirmation_counts_the_days_since_the_list() -> None:
    confirmed = event("entitlement.confirmed", days_since_listed=12, days_since_posted=7)
    assert moved(confirmed) == {
        "entitlements_confirmed": 1,
        "entitlements_decided": 1,
        "entitlement_days": 12,
    }


def test_the_days_from_confirmation_to_money_are_those_of_the_first_tranche() -> None:
    known = {"confirmed_on": "2019-02-25", "occurred_on": "2019-03-05"}
    first = moved(event("loan.disbursed", **known))
    assert (first["lead_days"], first["confirmed_loans"]) == (8, 1)
    second = moved(event("loan.disbursed", **known, tranche=2))
    assert "lead_days" not in second
    unknown = moved(event("loan.disbursed", confirmed_on=None))
    assert "confirmed_loans" not in unknown


def test_an_approval_counts_its_amount_and_days() -> None:
    approved = event("loan.approved", amount=40, days_since_applied=3)
    assert moved(approved) == {"approvals": 1, "approved": 40, "approval_days": 3}
    assert moved(event("loan.applied")) == {"applications": 1}
    assert moved(event("loan.declined")) == {"declined": 1}


def test_terms_and_approvals_move_nothing_by_themselves() -> None:
    names = ("rerated", "freezing_approved", "unfreezing_approved", "write_off_approved")
    for name in (*names, "reassigned"):
        assert moved(event(f"loan.{name}")) == {}


def test_what_is_mobilised_is_kept_by_who_deposits_it() -> None:
    deposited = event("mobilised.deposited", kind="organisation", amount=6)
    assert moved(deposited) == {"mobilised": 6, "mobilised_organisations": 6}
    withdrawn = event("mobilised.withdrawn", kind="individual", amount=6)
    assert moved(withdrawn) == {"mobilised": -6, "mobilised_individuals": -6}


def test_a_session_counts_once_and_its_money_by_the_events_themselves() -> None:
    assert moved(event("session.held")) == {"sessions": 1}


def test_a_fee_is_what_its_association_earned() -> None:
    (effect,) = ALGEBRA.effects(event("entrustment_fee.accrued", amount=5, association="farmers"))
    assert (effect.measure, effect.amount) == ("entrustment_fees", 5)
    assert effect.cell.association == "farmers"


def test_a_check_of_loan_use_is_open_until_it_is_made_or_not_needed() -> None:
    opened = event("loan_use.check_opened", again=0, overdue=0)
    assert moved(opened) == {"use_checks_opened": 1, "use_checks_open": 1}
    made = {"fell_due": 0, "closes": 1, "overdue": 0}
    assert moved(event("loan_use.checked", result="right_use", on_time=1, **made)) == {
        "use_checks": 1,
        "use_checks_on_time": 1,
        "use_checks_due": 1,
        "use_checks_open": -1,
    }
    assert moved(event("loan_use.check_closed", overdue=0)) == {"use_checks_open": -1}


def test_a_check_that_fell_due_is_overdue_until_it_is_made_and_due_only_once() -> None:
    fell, late = moved(event("loan_use.fell_due")), {"fell_due": 1, "closes": 1, "overdue": 1}
    assert fell == {"use_checks_fell_due": 1, "use_checks_due": 1, "use_checks_overdue": 1}
    assert moved(event("loan_use.checked", result="wrong_use", on_time=0, **late)) == {
        "use_checks": 1,
        "use_checks_late": 1,
        "wrong_uses": 1,
        "use_checks_open": -1,
        "use_checks_overdue": -1,
    }


def test_a_check_that_comes_back_is_not_opened_anew() -> None:
    again = moved(event("loan_use.check_opened", again=1, overdue=1))
    assert again == {"use_checks_open": 1, "use_checks_overdue": 1}
    closed = moved(event("loan_use.check_closed", overdue=1))
    assert {m: -n for m, n in closed.items()} == again


def test_checks_that_move_leave_one_place_and_come_to_another() -> None:
    out, into = (moved(event("loan_use.checks_moved", direction=d)) for d in ("out", "in"))
    assert into == {"use_checks_open": 2, "use_checks_overdue": 1}
    assert {m: -n for m, n in out.items()} == into


def test_a_check_from_before_checks_were_opened_moves_no_stock() -> None:
    old = next(e for e in GOLDEN if e.NAME == "loan_use.checked")
    assert not {"use_checks_open", "use_checks_overdue"} & set(moved(old))


def test_a_finding_is_open_until_it_is_remedied_and_due_only_once() -> None:
    assert moved(event("finding.raised")) == {"findings_raised": 1, "findings_open": 1}
    assert moved(event("finding.remedied", on_time=1, lapsed=0)) == {
        "findings_open": -1,
        "findings_remedied_on_time": 1,
        "findings_due": 1,
    }
    assert moved(event("finding.lapsed")) == {
        "findings_lapsed": 1,
        "findings_past_deadline": 1,
        "findings_due": 1,
    }
    assert moved(event("finding.remedied", on_time=0, lapsed=1)) == {
        "findings_open": -1,
        "findings_past_deadline": -1,
        "findings_remedied_late": 1,
    }


def test_inspections_are_counted_as_planned_as_carried_out_and_by_whom_they_reached() -> None:
    assert moved(event("inspection.planned", inspections=3)) == {"inspections_planned": 3}
    inspected = event("inspection.carried_out", groups_inspected=4, households_visited=20)
    assert moved(inspected) == {
        "inspections": 1,
        "inspections_as_planned": 1,
        "groups_inspected": 4,
        "households_visited": 20,
    }


def test_points_of_a_group_replace_those_of_its_last_rating() -> None:
    components = ("overdue", "at_point", "interest", "principal", "savings_growth")
    now = {f"points_{c}": n for n, c in enumerate((*components, "members_saving"), start=1)}
    first = event(
        "group.rated",
        previous=None,
        previously_scored=None,
        **{f"previous_{field}": None for field in ("points", *now)},
        **now,
        points=21,
    )
    expected = {f"{field.removeprefix('points_')}_points": n for field, n in now.items()}
    assert moved(first).items() >= {"groups_scored": 1, "points": 21, **expected}.items()
    before = {f"previous_{field}": n for field, n in now.items()}
    again = event("group.rated", **now, **before, points=21, previous_points=21)
    assert not any(n for m, n in moved(again).items() if m.endswith("points"))


def test_a_rating_of_before_there_were_points_is_no_score_of_nought() -> None:
    old = moved(next(known for known in GOLDEN if known.NAME == "group.rated"))
    assert not any(amount for measure, amount in old.items() if "points" in measure)
    assert "groups_scored" not in old


def test_the_end_of_a_rating_takes_back_what_it_moved() -> None:
    fields = {"rating": "fair", "points": 85, "points_overdue": 30}
    rated = event("group.rated", **fields, previous=None, previously_scored=None)
    rated = replace(
        rated, **{f: 0 for f in rated.__struct_fields__ if f.startswith("previous_points")}
    )
    ended = event("group.rating_ended", **fields)
    assert {m: -n for m, n in moved(ended).items()} == moved(rated)
