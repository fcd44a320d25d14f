"""What of a person is in the database, and what is left once they are erased."""

import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import build
import psycopg
import pytest
from conftest import Servers

from policy_credit_loans.application.handlers import HANDLERS, MAPPER
from policy_credit_shared.store.books import Books, Command, decide
from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.postgres import PostgresEventStore
from policy_credit_shared.store.signing import kept
from policy_credit_shared.store.vault import Vault, WrongKey

KEY, OTHER_KEY = (b64encode(bytes([n]) * 32).decode() for n in (1, 2))
NEIGHBOUR = build.MEMBERS[1]


@pytest.fixture
def database(servers: Servers) -> str:
    return servers.database()


@pytest.fixture
def store(database: str) -> Iterator[PostgresEventStore]:
    store = PostgresEventStore(database, MAPPER, Vault(KEY))
    store.migrate()
    yield store
    store.close()


def carry_out(store: PostgresEventStore, *commands: Command) -> None:
    store.append(decide(Books(store, build.OFFICER), build.clock, HANDLERS, commands))


def everything(database: str) -> str:
    """All rows of all tables, bytes as they are and as text."""
    found = []
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f"SELECT * FROM {table}"):
                found += [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row]
    return "\n".join(found)


def rows(database: str, table: str, subject: UUID) -> int:
    query = f"SELECT count(*) FROM {table} WHERE subject = %s"
    with psycopg.connect(database) as connection:
        found = connection.execute(query, (subject,)).fetchone()
    assert found is not None
    return int(found[0])


def test_the_database_holds_no_person_in_the_clear(
    store: PostgresEventStore, database: str
) -> None:
    carry_out(store, *(build.register(m) for m in build.MEMBERS), build.correct(), build.form())
    held = everything(database)
    assert str(build.HOUSEHOLD) in held
    assert "household_registered" in held
    for value in (*build.PERSON.values(), "Nguy", "Bưởi"):
        assert value not in held
        assert value.encode().decode("latin-1") not in held
    content = store.personal(build.HOUSEHOLD)
    assert content is not None
    assert json.loads(content)["name"] == "Nguyễn Thị Bười"


def test_the_same_person_is_sealed_differently_each_time(
    store: PostgresEventStore, database: str
) -> None:
    carry_out(store, build.register(), build.register(NEIGHBOUR))
    with psycopg.connect(database) as connection:
        for table, column in (("personal_key", "wrapped"), ("personal_data", "sealed")):
            query = f"SELECT count(DISTINCT {column}) FROM {table}"
            assert connection.execute(query).fetchone() == (2,)


def test_what_is_sealed_opens_for_its_own_household_only(
    store: PostgresEventStore, database: str
) -> None:
    carry_out(store, build.register(), build.register(NEIGHBOUR))
    with psycopg.connect(database) as connection:
        connection.execute(
            "UPDATE personal_key SET wrapped ="
            " (SELECT wrapped FROM personal_key WHERE subject = %s) WHERE subject = %s",
            (NEIGHBOUR, build.HOUSEHOLD),
        )
    with pytest.raises(WrongKey):
        store.personal(build.HOUSEHOLD)
    assert store.personal(NEIGHBOUR) is not None


def test_an_erased_persons_key_and_data_are_gone(store: PostgresEventStore, database: str) -> None:
    carry_out(store, build.register(), build.register(NEIGHBOUR))
    carry_out(store, build.erase())
    for table in ("personal_key", "personal_data"):
        assert rows(database, table, build.HOUSEHOLD) == 0
        assert rows(database, table, NEIGHBOUR) == 1
    assert store.personal(build.HOUSEHOLD) is None


def test_a_sheet_of_registrations_is_kept_whole_and_opened_one_by_one(
    store: PostgresEventStore,
) -> None:
    people = {build.some_id(str(n)): f"Trần Văn {n}" for n in range(500)}
    lines = [build.register(h, person=build.PERSON | {"name": n}) for h, n in people.items()]
    carry_out(store, *lines)
    for household, name in people.items():
        assert json.loads(store.personal(household) or b"")["name"] == name


def test_one_call_keeps_some_and_erases_others(store: PostgresEventStore) -> None:
    carry_out(store, build.register())
    store.append(Changes(personal={build.HOUSEHOLD: None, NEIGHBOUR: b"a name"}))
    assert (store.personal(build.HOUSEHOLD), store.personal(NEIGHBOUR)) == (None, b"a name")


def test_a_wrong_key_opens_nothing_and_says_so(store: PostgresEventStore, database: str) -> None:
    assert store.keeper_fits()
    carry_out(store, build.register())
    assert store.keeper_fits()
    with closing(PostgresEventStore(database, MAPPER, Vault(OTHER_KEY))) as other:
        assert not other.keeper_fits()
        with pytest.raises(WrongKey, match=f"{build.HOUSEHOLD} was not sealed with this key"):
            other.personal(build.HOUSEHOLD)


def test_an_installation_makes_its_key_once_and_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "personal-key"
    made = kept(path, Vault.new_key)
    Vault(made)
    assert kept(path, Vault.new_key) == made
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert kept(tmp_path / "another", Vault.new_key) != made
    assert sorted(p.name for p in tmp_path.iterdir()) == ["another", "personal-key"]


@pytest.mark.parametrize("key", ["", "short", b64encode(bytes(31)).decode(), "é" * 44])
def test_a_key_is_32_bytes_in_base64(key: str) -> None:
    with pytest.raises(ValueError, match="is not 32 bytes in base64"):
        Vault(key)
