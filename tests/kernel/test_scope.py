"""Scope is the only way to the database, and the database itself says so."""

import pytest
from django.db import DatabaseError, connection

from qunlian.channel.models import Store
from qunlian.kernel import scope
from tests.cast_words import Cast


def test_a_query_outside_a_scope_is_refused(cast: Cast) -> None:
    with pytest.raises(DatabaseError):
        Store.objects.count()


def test_a_query_after_a_scope_is_refused_too(cast: Cast) -> None:
    with scope.reading(cast.hua):
        assert Store.objects.count() == 7
    with pytest.raises(DatabaseError):
        Store.objects.count()


def test_one_enterprise_never_sees_another_even_in_raw_sql(cast: Cast) -> None:
    with scope.reading(cast.wai), connection.cursor() as cursor:
        cursor.execute("SELECT code FROM channel_store")
        assert cursor.fetchall() == [("X1",)]


def test_a_row_of_another_enterprise_cannot_be_written(cast: Cast) -> None:
    with pytest.raises(DatabaseError), scope.writing(cast.wai), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channel_person (enterprise_id, name, phone, created_at) VALUES (%s, 'x', '', now())",
            [cast.ids["brand"]],
        )


def test_a_reference_cannot_point_into_another_enterprise(cast: Cast) -> None:
    with pytest.raises(DatabaseError), scope.writing(cast.wai):
        Store.objects.filter(code="X1").update(territory_id=cast.ids["PA"])


def test_reading_cannot_write(cast: Cast) -> None:
    with pytest.raises(DatabaseError), scope.reading(cast.hua):
        Store.objects.update(name="x")


def test_the_published_view_keeps_to_the_actors_reach(cast: Cast) -> None:
    seen = {}
    for name in ("hua", "ma", "rong", "song", "du", "oyang", "wei"):
        with scope.reading(getattr(cast, name)), connection.cursor() as cursor:
            cursor.execute("SELECT code FROM channel_store_view ORDER BY code")
            seen[name] = " ".join(code for (code,) in cursor.fetchall())
    assert seen == {
        "hua": "A1 A2 A3 A4 B1 B2 B3",
        "ma": "A1 A2 A3 A4 B1 B2 B3",
        "rong": "A1 A2 A3 A4",
        "song": "B1 B2 B3",
        "du": "A1 A2",
        "oyang": "A1",
        "wei": "X1",
    }
