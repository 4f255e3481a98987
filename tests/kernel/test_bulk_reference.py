"""What a foreign key promises holds where it is looked at once per statement (kernel.tenancy.bulk_reference)."""

import threading

import psycopg
import pytest
from django.db import IntegrityError, connection

from qunlian.channel.models import Store, Territory
from qunlian.kernel import scope
from tests.cast_words import NOON, Cast


def test_a_reference_into_another_enterprise_is_refused(cast: Cast) -> None:
    with scope.reading(cast.wai):
        theirs = Territory.objects.first()
    assert theirs is not None
    for column in ("territory_id", "distributor_id", "owner_id"):
        with pytest.raises(IntegrityError, match=column), scope.writing(cast.hua):
            Store.objects.filter(code="A1").update(**{column: theirs.pk + 1_000_000})
    with pytest.raises(IntegrityError, match="territory_id"), scope.writing(cast.hua):
        Store.objects.filter(code="A1").update(territory_id=theirs.pk)
    with pytest.raises(IntegrityError, match="territory_id"), scope.writing(cast.hua):
        Store.objects.create(
            enterprise_id=cast.hua.enterprise_id,
            code="NEW",
            name="new",
            territory_id=theirs.pk,
            created_at=NOON,
            changed_at=NOON,
        )


def test_a_sale_of_no_store_of_ours_is_refused(cast: Cast, owner: psycopg.Connection) -> None:
    with scope.reading(cast.wai):
        theirs = Store.objects.first()
    assert theirs is not None
    sale = (  # before PostgreSQL 17 a part has no identity of its own
        "INSERT INTO {} (id, enterprise_id, store_id, sold_on, amount_fen) OVERRIDING SYSTEM VALUE"
        " VALUES (9000000, %s, %s, %s, 100)"
    )
    said = [cast.hua.enterprise_id, theirs.pk, NOON.date()]
    with (
        pytest.raises(IntegrityError, match="store_id"),
        scope.writing(cast.hua),
        connection.cursor() as cursor,
    ):
        cursor.execute(sale.format("channel_sale"), said)
    part = f"channel_sale_{NOON:%Y}"
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(sale.format(part), said)
    owner.execute(sale.format("channel_sale"), [theirs.enterprise_id, theirs.pk, NOON.date()])
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute("DELETE FROM channel_store WHERE id = %s", [theirs.pk])


def test_even_the_owner_of_the_tables_is_refused(cast: Cast, owner: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(
            "UPDATE channel_store SET enterprise_id = enterprise_id + 1 WHERE code = 'A1'"
        )


def alone(cast: Cast) -> Territory:
    """Return a territory that nothing refers to."""
    with scope.writing(cast.hua):
        return Territory.objects.create(
            enterprise_id=cast.hua.enterprise_id, path="/alone/", depth=0, code="ALONE", name="a"
        )


def test_what_is_referred_to_stays(cast: Cast) -> None:
    place = alone(cast)
    with scope.writing(cast.hua):
        Store.objects.filter(code="A1").update(territory_id=place.pk)
    with pytest.raises(IntegrityError, match="still referred to"), scope.writing(cast.hua):
        Territory.objects.filter(pk=place.pk).delete()
    with scope.writing(cast.hua):
        Store.objects.filter(code="A1").update(territory_id=cast.ids["PA"])
    with pytest.raises(IntegrityError, match="never changes"), scope.writing(cast.hua):
        Territory.objects.filter(pk=place.pk).update(id=999_999)
    with scope.writing(cast.hua):
        Territory.objects.filter(pk=place.pk).delete()


def test_a_store_and_the_end_of_its_territory_never_both_happen(cast: Cast) -> None:
    """Whoever comes second waits, and is refused."""
    place = alone(cast)
    outcome: list[str] = []

    def delete() -> None:
        try:
            with scope.writing(cast.hua):
                Territory.objects.filter(pk=place.pk).delete()
            outcome.append("deleted")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=delete)
    with scope.writing(cast.hua):
        Store.objects.filter(code="A1").update(territory_id=place.pk)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(10)
    assert outcome == ["refused"]
