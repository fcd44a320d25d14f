"""What is to be known of figures besides themselves: what they lack, and what became of a unit."""

from datetime import datetime, timedelta

from msgspec import Struct

from policy_credit_reporting.board.words import WORDS
from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.indicators.numbers import EN, VI
from policy_credit_reporting.store.answers import Completeness
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reflected import Incident, Position
from policy_credit_shared.kernel.clock import BUSINESS_ZONE
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.kernel.trees import UnitMerged, UnitSplit
from policy_credit_shared.kernel.units import UnitTree

POINTS_NAMED_MAX = 5


class Source(Struct, frozen=True):
    """A service, and when it stored the newest event that figures reflect."""

    label: Label
    at: datetime


def provisional(completeness: Completeness) -> list[Label]:
    """Why figures may still change by themselves; empty if nothing speaks for it."""
    found = [told(incident) for incident in completeness.incidents]
    if number := completeness.quarantined:
        found.append(
            Label(
                f"{VI.whole(number)} bản ghi bị cách ly, chưa tính vào số liệu",
                f"{EN.whole(number)} records are quarantined and in no figure",
            )
        )
    if missing := completeness.points_missing:
        named = ", ".join(
            f"{point.name} ({point.usual_day})" for point in completeness.missing[:POINTS_NAMED_MAX]
        )
        more = ", …" if missing > POINTS_NAMED_MAX else ""
        of = completeness.points_expected
        found.append(
            Label(
                f"{VI.whole(missing)}/{VI.whole(of)} điểm giao dịch xã chưa có phiên của tháng"
                f" (ngày giao dịch): {named}{more}",
                f"{EN.whole(missing)} of {EN.whole(of)} transaction points have not reported this"
                f" month's session (usual day): {named}{more}",
            )
        )
    return found


def told(incident: Incident) -> Label:
    """What is wrong in the log: a record that has not come, or one that breaks its chain."""
    place = f"{incident.topic}[{incident.partition}]"
    vi, en = VI.whole(incident.expected), EN.whole(incident.expected)
    if incident.fault == "missing":
        return Label(
            f"Nguồn {incident.source} chưa gửi lại bản ghi số {vi} ({place})",
            f"{incident.source} has not resent record {en} ({place})",
        )
    return Label(
        f"Bản ghi số {vi} của {incident.source} làm đứt chuỗi băm ({place}, {incident.fault})",
        f"Record {en} of {incident.source} breaks its chain ({place}, {incident.fault})",
    )


def became(code: str, question: Question) -> Label | None:
    """What became of a unit that has ended by the day asked for."""
    dated = dated_trees()[question.tree]
    if question.tree_date is not None:
        return None
    tree, ending = dated.latest_with(code, question.day)
    if ending is None:
        return None
    name = tree.unit(code).name
    after = dated.on(ending.valid_from)
    day, act = f"{ending.valid_from:%d/%m/%Y}", ending.legal_act
    match ending.event:
        case UnitMerged(into=into):
            names = _names(after, into)
            vi, en = f"sáp nhập vào {names}", f"was merged into {names}"
        case UnitSplit(into=into):
            names = _names(after, *into)
            vi, en = f"chia tách vào {names}", f"was split among {names}"
        case _:
            vi, en = "kết thúc hoạt động", "ended"
    return Label(f"{name} {vi} từ {day} ({act})", f"{name} {en} on {day} ({act})")


def sources(completeness: Completeness) -> list[Source]:
    """Each service that was heard of, with the newest that is reflected of it."""
    found = []
    for heard in completeness.sources:
        if heard.recorded_at is not None:
            name = heard.source.rpartition("/")[2]
            word = "oversight_service" if name == "oversight" else name
            label = WORDS.get(word, Label(name, name))
            found.append(Source(label, heard.recorded_at.astimezone(BUSINESS_ZONE)))
    return found


def newest(position: Position) -> datetime | None:
    """When the newest event that figures reflect was stored, in business time."""
    if not position.heard:
        return None
    return max(position.heard.values()).astimezone(BUSINESS_ZONE)


def records(position: Position) -> int:
    """How many records of the log figures reflect."""
    return sum(sum(offsets.values()) for offsets in position.offsets.values())


def lag_seconds(position: Position, now: datetime) -> float | None:
    """How old the newest event is."""
    found = newest(position)
    return None if found is None else max((now - found) / timedelta(seconds=1), 0.0)


def _names(tree: UnitTree, *codes: str) -> str:
    return ", ".join(tree.unit(code).name for code in codes)
