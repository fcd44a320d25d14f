"""What a teller types, read: codes from the beginning of them, amounts with or without points."""

from collections.abc import Mapping
from typing import Final, Literal, TypeVar
from uuid import UUID

from msgspec import Struct

from policy_credit_branch.outbox.carried import Carried
from policy_credit_branch.sheet.lines import Deposit, Kind, Line, Payment, Via, Withdrawal, kind_of
from policy_credit_branch.sheet.numbers import read_amount, written
from policy_credit_branch.sheet.refusals import ChoiceUnknown, CodeUnknown, LineRefused
from policy_credit_branch.sheet.totals import Totals, totals_of
from policy_credit_shared.kernel.identifiers import Association

FieldName = Literal["kind", "code", "principal", "interest", "via", "amount", "group"]

CHOICES: Final[dict[str, Kind]] = {"1": "payment", "2": "deposit", "3": "withdrawal"}
FIELDS: Final[dict[Kind, tuple[FieldName, ...]]] = {
    "payment": ("kind", "code", "principal", "interest", "via"),
    "deposit": ("kind", "code", "amount", "group"),
    "withdrawal": ("kind", "code", "amount"),
}
"""In the order in which they are typed."""

LABELS: Final[dict[FieldName, tuple[str, str]]] = {
    "kind": ("Loại", "Kind"),
    "code": ("Mã", "Code"),
    "principal": ("Gốc", "Principal"),
    "interest": ("Lãi", "Interest"),
    "via": ("Ai nộp", "Paid by"),
    "amount": ("Số tiền", "Amount"),
    "group": ("Tổ, hội", "Group"),
}
HINTS: Final[dict[FieldName, str]] = {
    "kind": "1 thu nợ, lãi · 2 gửi TK · 3 rút TK",
    "code": "4 ký tự đầu trở lên của mã vay, mã hộ",
    "principal": "đồng",
    "interest": "đồng",
    "via": "1 người vay · 2 tổ trưởng",
    "amount": "đồng",
    "group": "trống: như sổ cũ; mới: mã tổ, rồi N P C T",
}
_VIA: Final[dict[str, Via]] = {"": "borrower", "1": "borrower", "2": "group_leader"}
_ASSOCIATIONS: Final[dict[str, Association]] = {
    "n": "farmers",
    "p": "women",
    "c": "veterans",
    "t": "youth",
}
"""Nông dân, phụ nữ, cựu chiến binh, thanh niên."""

T = TypeVar("T")

_NOWHERE: Final = UUID(int=0)


class Form(Struct, frozen=True, kw_only=True):
    """Everything as it was typed."""

    kind: str = "1"
    code: str = ""
    principal: str = ""
    interest: str = ""
    via: str = ""
    amount: str = ""
    group: str = ""

    @property
    def fields(self) -> tuple[FieldName, ...]:
        """Those that a line of this kind has."""
        return FIELDS[CHOICES.get(self.kind.strip(), "payment")]


def read(form: Form, carried: Carried) -> Line:
    """The line that was typed; raises a LineRefused that names the field."""
    match _kind(form):
        case "payment":
            return Payment(
                loan=carried.loan("code", form.code),
                principal=read_amount("principal", form.principal),
                interest=read_amount("interest", form.interest),
                via=_chosen("via", form.via, _VIA),
            )
        case "deposit":
            household = carried.household("code", form.code)
            group, association = _through(form, carried, household)
            return Deposit(
                household=household,
                group=group,
                association=association,
                amount=read_amount("amount", form.amount),
            )
        case "withdrawal":
            return Withdrawal(
                household=carried.household("code", form.code),
                amount=read_amount("amount", form.amount),
            )


def preview(form: Form) -> Totals:
    """What the line will come to, as far as it is typed; nothing while it cannot be read."""
    try:
        kind = _kind(form)
        amount = read_amount("amount", form.amount)
        principal = read_amount("principal", form.principal)
        interest = read_amount("interest", form.interest)
    except LineRefused:
        return Totals()
    if kind == "payment":
        return totals_of([Payment(loan=_NOWHERE, principal=principal, interest=interest)])
    if kind == "withdrawal":
        return totals_of([Withdrawal(household=_NOWHERE, amount=amount)])
    return Totals(lines=1, deposited=amount)


def form_of(line: Line) -> Form:
    """The form in which a line would be typed."""
    kind = next(key for key, kind in CHOICES.items() if kind == kind_of(line))
    match line:
        case Payment():
            return Form(
                kind=kind,
                code=str(line.loan),
                principal=written(line.principal) if line.principal else "",
                interest=written(line.interest) if line.interest else "",
                via="2" if line.via == "group_leader" else "",
            )
        case Deposit():
            letter = next(key for key, name in _ASSOCIATIONS.items() if name == line.association)
            through = f"{line.group} {letter}"
            amount = written(line.amount)
            return Form(kind=kind, code=str(line.household), amount=amount, group=through)
        case Withdrawal():
            return Form(kind=kind, code=str(line.household), amount=written(line.amount))


def known(form: Form, carried: Carried) -> str:
    """What is carried of the loan or household that is typed, or nothing."""
    try:
        if _kind(form) == "payment":
            owed = carried.owed(carried.loan("code", form.code))
            if owed is None:
                return ""
            return (
                f"QH {written(owed.overdue)} · đến hạn {written(owed.instalments_due)}"
                f" · lãi {written(owed.interest_due)} · trong hạn {written(owed.in_term)}"
                f" · {owed.programme}"
            )
        saved = carried.saved(carried.household("code", form.code))
    except LineRefused:
        return ""
    return "" if saved is None else f"Số dư tiết kiệm · saved {written(saved.balance)}"


def dues(form: Form, carried: Carried) -> Form:
    """The form with what is due by what is carried; as it was, where nothing is known."""
    try:
        owed = carried.owed(carried.loan("code", form.code)) if _kind(form) == "payment" else None
    except LineRefused:
        owed = None
    if owed is None:
        return form
    principal = owed.overdue + owed.instalments_due
    return Form(
        kind=form.kind,
        code=form.code,
        principal=written(principal) if principal else "",
        interest=written(owed.interest_due) if owed.interest_due else "",
        via=form.via,
    )


def _kind(form: Form) -> Kind:
    return _chosen("kind", form.kind, CHOICES)


def _chosen(field: str, text: str, choices: Mapping[str, T]) -> T:
    try:
        return choices[text.strip().lower()]
    except KeyError:
        raise ChoiceUnknown(field, [choice for choice in choices if choice]) from None


def _through(form: Form, carried: Carried, household: UUID) -> tuple[UUID, Association]:
    """The group and its association: as last saved through, or as typed."""
    saved = carried.saved(household)
    if not form.group.strip():
        if saved is None or not saved.parts:
            raise CodeUnknown("group", "")
        return saved.parts[-1].group, saved.parts[-1].association
    code, _, letter = form.group.strip().partition(" ")
    group = carried.group("group", code)
    parts = (part for other in carried.savings for part in other.parts)
    same = next((part.association for part in parts if part.group == group), None)
    if same is None or letter:
        return group, _chosen("group", letter, _ASSOCIATIONS)
    return group, same
