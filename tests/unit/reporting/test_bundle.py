"""A bundle is checked by its own verifier, with nothing but Python's standard library."""

import gzip
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import build
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Raw
from msgspec.structs import replace

from policy_credit_reporting.audit.bundle import LogTooShort, hashes, write_bundle
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.reports.closing import FiguresPublished
from policy_credit_reporting.reports.report_period import report_period
from policy_credit_reporting.reports.statement import (
    GENESIS,
    ChainHead,
    NextOffset,
    Person,
    Published,
    Taken,
    canonical,
    digest,
)
from policy_credit_reporting.reports.taking import reported, reported_units
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.envelope import decode, encode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.messaging.chain import GENESIS as FIRST
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming, Outgoing, place_headers
from policy_credit_shared.store.progress import Progress
from policy_credit_shared.store.signing import Signer

SOURCE = "/policy-credit/loans"
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
"""Of a key made for tests."""

DIRECTOR = Person(subject="d", unit="587", role="branch_director")
GOLDEN = Path(__file__).parents[2] / "golden" / "events.jsonl"
UNREADABLE = b'{"specversion":"1.0"}\n'


def undone(event: PublicEvent, on: date) -> PublicEvent:
    """The reversal of an event."""
    return EntryReversed(
        office=event.office,
        locality=event.locality,
        occurred_on=on,
        entry_id=build.some_id("event"),
        entry_type=event.type(),
        entry=Raw(msgspec.json.encode(event)),
        reason="booked twice",
    )


def history() -> list[PublicEvent]:
    """An event of every type and, forty days later, its reversal; and loans that stay.

    One loan is of the month before, one is taken back within its month, one comes after, one is
    elsewhere.
    """
    golden = [decode(line)[1] for line in GOLDEN.read_bytes().splitlines()]
    mistake = build.loan_disbursed(amount=9_000_000, occurred_on=date(2019, 3, 5))
    return [
        *golden,
        *(
            undone(event, event.occurred_on + timedelta(days=40))
            for event in golden
            if not isinstance(event, EntryReversed)
        ),
        build.loan_disbursed(amount=40_000_000, occurred_on=date(2019, 2, 6)),
        mistake,
        undone(mistake, date(2019, 3, 29)),
        build.loan_disbursed(amount=7_000_000, occurred_on=date(2019, 7, 1)),
        build.loan_disbursed(
            amount=3_000_000, occurred_on=date(2019, 3, 6), locality="22366-22366", office="568"
        ),
    ]


def records_of(events: Sequence[PublicEvent]) -> tuple[list[Incoming], Head]:
    """The events as one source's records, one of them sent twice and one unreadable; the head."""
    log, head = MemoryLog(), FIRST
    values = [
        encode(
            event,
            event_id=build.some_id(f"event {number}"),
            source=SOURCE,
            subject="test",
            recorded_at=build.NOW,
        )
        for number, event in enumerate(events)
    ]
    for value in [values[0], UNREADABLE, *values[1:]]:
        head = head.next(value)
        record = Outgoing("loans", 0, b"", value, place_headers(SOURCE, head))
        log.append(record)
        if value == UNREADABLE:
            log.append(record)
    log.append(Outgoing("loans", 0, b"", b"no headers", ()))
    log.append(Outgoing("loans", 1, b"", b"not in the figures", ()))
    return log.read(Progress.none(), 10**6), head


RECORDS, HEAD = records_of(history())


def taken(unit: str, name: str) -> Taken:
    """The figures of a period, added up event by event."""
    period, tree = report_period(name), dated_trees()["bank"].on(report_period(name).last)
    units = reported_units(tree, unit)
    figures: dict[str, Counter[str]] = {u.code: Counter() for u in units}
    for event in history():
        for effect in ALGEBRA.effects(event):
            is_flow = ALGEBRA.measures[effect.measure].kind == "flow"
            if event.occurred_on > period.last or (is_flow and event.occurred_on < period.first):
                continue
            for one in units:
                if tree.contains(one.code, effect.cell.unit):
                    figures[one.code][effect.measure] += effect.amount
    return Taken(
        unit=unit,
        period=name,
        first_day=period.first,
        last_day=period.last,
        units=[reported(one) for one in units],
        kinds={measure.name: measure.kind for measure in ALGEBRA.measures.values()},
        ratios={},
        figures={
            code: {name: found[name] for name in ALGEBRA.measures}
            for code, found in figures.items()
        },
        generation="figures_of_a_test",
        offsets=[NextOffset(topic="loans", partition=0, next_offset=len(RECORDS) - 1)],
        heads=[
            ChainHead(
                topic="loans",
                partition=0,
                source=SOURCE,
                sequence=HEAD.sequence,
                chain=HEAD.digest.hex(),
            )
        ],
        heard={SOURCE: build.NOW},
        taken_at=datetime(2019, 8, 2, tzinfo=UTC),
        gaps=[],
    )


def published(report: Taken) -> FiguresPublished:
    """A report as it is kept, signed."""
    statement = Published(
        number=1,
        previous=GENESIS,
        edition=1,
        replaces=None,
        report=report,
        provisional_because="",
        proposed_by=DIRECTOR,
        approved_by=replace(DIRECTOR, unit="58"),
        published_at=report.taken_at,
    )
    content = canonical(statement)
    return FiguresPublished(
        number=1,
        edition=1,
        statement=content.decode(),
        digest=digest(content),
        signature=SIGNER.sign(content).hex(),
        key=SIGNER.public_key.hex(),
    )


def bundle(folder: Path, unit: str = "587", period: str = "2019-03") -> Path:
    write_bundle(ALGEBRA, published(taken(unit, period)), [RECORDS], folder)
    return folder


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a third party does: no packages, no environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(folder / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A bundle to be tampered with."""
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(
    ("unit", "period"), [("587", "2019-03"), ("58", "2019-Q2"), ("VN", "2019")]
)
def test_every_published_figure_is_what_the_verifier_adds_up(
    unit: str, period: str, tmp_path: Path
) -> None:
    """Of every event type and of reversals, at each level and for each kind of period."""
    done = verify(bundle(tmp_path, unit, period), SIGNER.public_key.hex())
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"{unit} {period}" in done.stdout
    assert "ĐÚNG / RIGHT" in done.stdout
    outstanding = taken(unit, period).figures[unit]["outstanding"]
    assert f"Dư nợ / Outstanding: {outstanding}\n" in done.stdout


def test_the_verifier_is_short_enough_to_be_read(whole: Path) -> None:
    lines = (whole / "verify.py").read_text().splitlines()
    assert len(lines) <= 100
    assert max(map(len, lines)) <= 100


def test_the_same_report_makes_the_same_bundle(whole: Path, tmp_path: Path) -> None:
    assert hashes(bundle(tmp_path)) == hashes(whole)


def test_what_takes_no_effect_is_named_with_its_reason(whole: Path) -> None:
    meaning = json.loads((whole / "meaning.json").read_bytes())
    assert (meaning["excluded"], meaning["reasons"]) == ([["loans", 0, 1]], ["not-an-event"])


def test_a_log_that_lost_its_end_makes_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(LogTooShort, match=r"loans\[0\] ends at offset 5"):
        write_bundle(ALGEBRA, published(taken("587", "2019-03")), [RECORDS[:5]], tmp_path)


def rewritten(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """A file of a bundle changed, and the manifest with it, as a forger would."""
    path = folder / name
    path.write_bytes(change(path.read_bytes()))
    manifest = json.loads((folder / "manifest.json").read_bytes())
    manifest["files"] = hashes(folder)
    manifest["digest"] = digest((folder / "statement.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps(manifest))


def events(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    """A change of the records, each a line about it and its bytes."""

    def changed(content: bytes) -> bytes:
        plain, records = gzip.decompress(content), []
        while plain:
            about, rest = plain.split(b"\n", 1)
            size = json.loads(about)[4]
            records.append(about + b"\n" + rest[: size + 1])
            plain = rest[size + 1 :]
        return gzip.compress(b"".join(change(records)))

    return changed


def renumbered(records: list[bytes]) -> list[bytes]:
    """The offsets made to follow each other again."""
    found = []
    for number, record in enumerate(records):
        about, rest = record.split(b"\n", 1)
        found.append(json.dumps([number, *json.loads(about)[1:]]).encode() + b"\n" + rest)
    return found


def rechained(records: list[bytes]) -> list[bytes]:
    """The last loan made larger, and its chain made to fit."""
    *before, last, after = records
    about, value = last.split(b"\n", 1)
    value = value.replace(b'"amount":3000000', b'"amount":4000000')
    offset, source, sequence, _, size = json.loads(about)
    chain = json.loads(before[-1].split(b"\n", 1)[0])[3]
    head = Head(sequence - 1, bytes.fromhex(chain)).next(value[:-1])
    line = json.dumps([offset, source, sequence, head.digest.hex(), size]).encode()
    return [*before, line + b"\n" + value, after]


EVENTS_FILE = "events/loans-0.gz"
FORGED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a byte of an event": (
        EVENTS_FILE,
        events(lambda found: [r.replace(b"40000000", b"40000001") for r in found]),
        "was altered",
    ),
    "an event left out": (
        EVENTS_FILE,
        events(lambda found: [*found[:9], *found[10:]]),
        "loans[0]: offset 9 is missing",
    ),
    "an event left out and the offsets closed up": (
        EVENTS_FILE,
        events(lambda found: renumbered([*found[:9], *found[10:]])),
        "do not end at the published heads",
    ),
    "the last events left out": (
        EVENTS_FILE,
        events(lambda found: found[:-5]),
        "do not end at the published heads",
    ),
    "two events swapped": (
        EVENTS_FILE,
        events(lambda found: renumbered([*found[:9], found[10], found[9], *found[11:]])),
        "do not end at the published heads",
    ),
    "an event altered with its chain": (
        EVENTS_FILE,
        events(rechained),
        "do not end at the published heads",
    ),
    "an event cut off": (
        EVENTS_FILE,
        lambda content: content[:-200],
        "cannot be read",
    ),
    "a figure": (
        "statement.json",
        lambda content: content.replace(b'"outstanding":', b'"outstanding":1', 1),
        "not signed with this key",
    ),
    "a figure against its events": (
        "statement.json",
        lambda content: content.replace(b'"outstanding":', b'"outstanding":1', 1),
        "and its events give",
    ),
    "the signature": (
        "signature.bin",
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        "not signed with this key",
    ),
    "what events mean": (
        "meaning.json",
        lambda content: content.replace(b'"outstanding",\n', b'"overdue",\n'),
        "and its events give",
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_was_forged_is_named(what: str, copy: Path) -> None:
    """Also if the manifest was made to fit."""
    name, change, fault = FORGED[what]
    before = (copy / name).read_bytes()
    rewritten(copy, name, change)
    assert (copy / name).read_bytes() != before
    done = verify(copy)
    assert (done.returncode, done.stderr) == (1, "")
    assert fault in done.stdout
    assert "ĐÚNG" not in done.stdout


@pytest.mark.parametrize("name", ["README.md", "figures.csv", "verify.py", EVENTS_FILE])
def test_a_file_that_is_not_the_manifests_is_named(name: str, copy: Path) -> None:
    with (copy / name).open("ab") as file:
        file.write(b"\n")
    done = verify(copy)
    assert done.returncode == 1
    assert f"{name} is not the file that manifest.json names" in done.stdout


def test_files_more_or_less_are_named(copy: Path) -> None:
    (copy / "figures.csv").rename(copy / "other.csv")
    done = verify(copy)
    assert done.returncode == 1
    assert "figures.csv is missing here" in done.stdout
    assert "other.csv is missing in manifest.json" in done.stdout


def test_a_digest_that_the_manifest_alone_has_is_named(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_bytes())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"digest": "00" * 32}))
    done = verify(copy)
    assert done.returncode == 1
    assert "does not have the digest" in done.stdout


def test_a_bundle_signed_with_another_key_is_not_the_banks(whole: Path) -> None:
    done = verify(whole, "00" * 32)
    assert done.returncode == 1
    assert "not signed with this key" in done.stdout


def test_openssl_finds_the_signature_right_too(whole: Path) -> None:
    done = subprocess.run(
        [
            *("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public-key.pem"),
            *("-rawin", "-in", "statement.json", "-sigfile", "signature.bin"),
        ],
        cwd=whole,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Verified Successfully" in done.stdout) == (0, True), done.stderr
