"""The house as it stands keeps its laws."""

import os

import psycopg
import pytest

from tests.architecture import checks
from tests.cast_words import Cast

LAWS = [
    checks.sizes,
    checks.one_name,
    checks.undocumented_refusals,
    checks.clocks_below_interfaces,
    checks.forbidden_names,
    checks.rooms_without_a_map,
    checks.hidden_writes,
    checks.navigation_races,
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_sources_keep_the_law(law) -> None:
    assert law() == []


@pytest.mark.parametrize("room", ["tests", "benchmarks", "tools"])
def test_what_stands_beside_the_sources_keeps_the_sizes(room: str) -> None:
    assert checks.sizes(checks.TESTS.parent / room) == []


def test_every_tenant_table_is_fenced(owner: psycopg.Connection) -> None:
    assert checks.unfenced_tables(owner) == []


def test_the_serving_role_owns_nothing_and_bypasses_nothing(database: str) -> None:
    with psycopg.connect(os.environ["QUNLIAN_DATABASE_URL"], dbname=database) as serving:
        assert checks.dangerous_role(serving) == []


def test_no_tenant_table_answers_outside_a_scope(cast: Cast, owner: psycopg.Connection) -> None:
    tables = [row[0] for row in owner.execute(checks._TABLES) if row[0] not in checks.OPEN_TABLES]
    assert len(tables) > 5
    url = os.environ["QUNLIAN_DATABASE_URL"]
    with psycopg.connect(url, dbname=owner.info.dbname, autocommit=True) as serving:
        for table in tables:
            with pytest.raises(psycopg.Error):
                serving.execute(f"SELECT * FROM {table}")


def test_another_enterprises_scope_shows_no_row_of_ours(
    cast: Cast, owner: psycopg.Connection
) -> None:
    url = os.environ["QUNLIAN_DATABASE_URL"]
    with psycopg.connect(url, dbname=owner.info.dbname) as serving:
        serving.execute(
            "SELECT set_config('qunlian.enterprise', %s, true)", [str(cast.ids["other"])]
        )
        for table, _, _, _, has_enterprise in owner.execute(checks._TABLES).fetchall():
            if has_enterprise and table not in checks.OPEN_TABLES:
                query = f"SELECT count(*) FROM {table} WHERE enterprise_id <> %s"
                assert serving.execute(query, [cast.ids["other"]]).fetchone() == (0,), table
