"""Checks this folder with nothing but Python: python3 verify.py [public key, in hex]
Names whatever is wrong; exit code 0 if nothing is. README.md says what it does and how."""
import gzip, json, sys, zlib
from base64 import b64decode
from collections import Counter
from datetime import date
from hashlib import sha256, sha512
from pathlib import Path
HERE, FAULTS = Path(__file__).resolve().parent, []
sys.stdout.reconfigure(errors="replace")  # Some consoles know no Vietnamese letters.
def fault(text):
    FAULTS.append(text)
    print("SAI / WRONG:", text)
# Ed25519 as RFC 8032, 5.1, has it: points of a curve as pairs, their sums and multiples.
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
def point(raw):
    y = int.from_bytes(raw, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square:
        return 0, 0  # No point of the curve, and no sum with it is one.
    return (x if x % 2 == raw[31] >> 7 else P - x), y
def add(a, b):
    k, x, y = D * a[0] * b[0] * a[1] * b[1], a[0] * b[1] + b[0] * a[1], a[1] * b[1] + a[0] * b[0]
    return x * pow(1 + k, -1, P) % P, y * pow(1 - k, -1, P) % P
def times(n, a):
    return add(times(n // 2, add(a, a)), a if n % 2 else (0, 1)) if n else (0, 1)
def is_signed(content, signature, key):
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    s, hashed = int.from_bytes(signature[32:], "little"), sha512(signature[:32] + key + content)
    k = int.from_bytes(hashed.digest(), "little") % ORDER
    return s < ORDER and times(s, base) == add(point(signature[:32]), times(k, point(key)))
# 1. Every file is the one that the manifest names.
manifest = json.loads((HERE / "manifest.json").read_bytes())
there = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*") if path.is_file()}
for name in sorted(there - {"manifest.json"} | manifest["files"].keys()):
    if name not in there or name not in manifest["files"]:
        fault(f"{name} is missing {'here' if name not in there else 'in manifest.json'}")
    elif sha256((HERE / name).read_bytes()).hexdigest() != manifest["files"][name]:
        fault(f"{name} is not the file that manifest.json names")
# 2. The statement is the one that was signed.
content, signature = ((HERE / name).read_bytes() for name in ("statement.json", "signature.bin"))
key = b64decode((HERE / "public-key.pem").read_text().split("-----")[2])[-32:]
if sha256(content).hexdigest() != manifest["digest"]:
    fault("statement.json does not have the digest that manifest.json names")
if not is_signed(content, signature, key) or sys.argv[1:] not in ([], [key.hex()]):
    fault("statement.json is not signed with this key")
# 3. The events follow each other to the published heads, and add up to the published figures.
report, meaning = json.loads(content)["report"], json.loads((HERE / "meaning.json").read_bytes())
FLOWS, figures = {m for m, kind in report["kinds"].items() if kind == "flow"}, Counter()
def count(kind, data, day, sign=1):
    if kind == meaning["reversal"]:
        return count(data["entry_type"], data["entry"], day, -sign)
    event, units = meaning["events"].get(kind), meaning["units"].get(data["locality"])
    if event and units and day <= report["last_day"]:
        fields = event["defaults"] | data
        for measure, posted, amount, where in event["postings"]:
            if (measure not in FLOWS or day >= report["first_day"]) and all(
                    fields[f] is not None if w == ["given"] else fields[f] == w for f, w in where):
                days = [date.fromisoformat(fields[f]).toordinal() for f in amount[1:]]
                moved = days[1] - days[0] if days else int(fields.get(amount[0], amount[0]))
                for unit in units:
                    figures[unit, measure] += sign * posted * moved
def walk(topic, partition, end):
    place, at, reached = f"{topic}[{partition}]", 0, {}
    with gzip.open(HERE / "events" / f"{topic}-{partition}.gz") as file:
        while line := file.readline():
            offset, source, sequence, chain, size = json.loads(line)
            value, at = file.read(size), at + 1
            if file.read(1) != b"\n" or offset != at - 1:
                return fault(f"{place}: offset {at - 1} is missing")
            last, before = reached.get(source, (0, "00" * 32))
            if sequence != last + 1:
                continue  # Sent again, beyond a hole or not readable: it takes no effect.
            reached[source] = sequence, sha256(bytes.fromhex(before) + value).hexdigest()
            if reached[source][1] != chain:
                return fault(f"{place}: offset {offset} ({source} {sequence}) was altered")
            if [topic, partition, offset] not in meaning["excluded"]:
                event = json.loads(value)
                count(event["type"], event["data"], event["data"]["occurred_on"])
    heads = {head["source"]: (head["sequence"], head["chain"]) for head in report["heads"]
             if (head["topic"], head["partition"]) == (topic, partition)}
    if at != end or reached != heads:
        fault(f"{place}: its {at} records do not end at the published heads at offset {end}")
for part in report["offsets"]:
    try:
        walk(part["topic"], part["partition"], part["next_offset"])
    except (OSError, EOFError, ValueError, zlib.error) as error:
        fault(f"{part['topic']}[{part['partition']}] cannot be read: {error}")
for unit, measures in report["figures"].items():
    for measure, amount in measures.items():
        if figures[unit, measure] != int(amount):
            fault(f"{measure} of {unit}: {amount}, and its events give {figures[unit, measure]}")
print(f"{report['unit']} {report['period']}, SHA-256 {manifest['digest']}, public key {key.hex()}")
for measure, label in meaning["leading"].items():
    print(f"  {label}: {figures[report['unit'], measure]}")
print("SAI / WRONG" if FAULTS else "ĐÚNG / RIGHT: the figures are what these events add up to")
sys.exit(1 if FAULTS else 0)
