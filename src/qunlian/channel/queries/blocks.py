"""
Who is worth comparing: people who share a number, a partner, or a sound of name in one place.

Never everybody with everybody: a block is a few people, a larger crowd says nothing about any two of them.
Places are gone through a few hundred at a time, so a million people are never in memory at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from django.db import connection

from qunlian.channel.rules import pinyin
from qunlian.channel.rules.likeness import CROWD, Human

Pair = tuple[int, int]
_PLACES_AT_ONCE = 200
_PEOPLE_AT_ONCE = 2000

#: A merged record's number is its human's: it leads to the kept one.
_BY_PHONE = """
SELECT array_agg(DISTINCT coalesce(merged_into_id, id)) FROM channel_person
WHERE enterprise_id = %(enterprise)s AND phone <> '' GROUP BY phone
HAVING count(DISTINCT coalesce(merged_into_id, id)) BETWEEN 2 AND %(crowd)s
"""
_BY_PARTNER = """
SELECT array_agg(DISTINCT person_id) FROM channel_contact WHERE enterprise_id = %(enterprise)s
GROUP BY store_id, distributor_id HAVING count(DISTINCT person_id) BETWEEN 2 AND %(crowd)s
"""
_PLACES = """
SELECT DISTINCT {column} FROM channel_store WHERE enterprise_id = %(enterprise)s AND {column} IS NOT NULL
ORDER BY 1
"""
_IN_PLACES = """
SELECT DISTINCT s.{column}, c.person_id, p.name
FROM channel_store s
JOIN channel_contact c ON c.enterprise_id = s.enterprise_id AND c.store_id = s.id
JOIN channel_person p ON p.enterprise_id = c.enterprise_id AND p.id = c.person_id
WHERE s.enterprise_id = %(enterprise)s AND s.{column} = ANY(%(places)s) AND p.name <> ''
"""
_HUMANS = """
SELECT p.id, p.name,
    ARRAY(SELECT o.phone FROM channel_person o WHERE o.enterprise_id = p.enterprise_id AND o.phone <> ''
          AND (o.id = p.id OR o.merged_into_id = p.id)),
    array_remove(array_agg(DISTINCT 's' || c.store_id) || array_agg(DISTINCT 'd' || c.distributor_id), NULL),
    array_remove(array_agg(DISTINCT s.territory_id), NULL),
    array_remove(array_agg(DISTINCT s.distributor_id), NULL),
    EXISTS (SELECT FROM channel_staff f WHERE f.enterprise_id = p.enterprise_id AND f.person_id = p.id)
FROM channel_person p
LEFT JOIN channel_contact c ON c.enterprise_id = p.enterprise_id AND c.person_id = p.id
LEFT JOIN channel_store s ON s.enterprise_id = c.enterprise_id AND s.id = c.store_id
WHERE p.enterprise_id = %(enterprise)s AND p.id = ANY(%(people)s) AND p.merged_into_id IS NULL
GROUP BY p.enterprise_id, p.id, p.name
"""


def blocks(enterprise_id: int) -> Iterator[set[Pair]]:
    """Return pairs worth comparing, some blocks at a time; inside a scope. A pair may come again."""
    facts = {"enterprise": enterprise_id, "crowd": CROWD}
    for query in (_BY_PHONE, _BY_PARTNER):
        yield {pair for (people,) in _rows(query, facts) for pair in _pairs(people)}
    for column in ("territory_id", "distributor_id"):
        places = [place for (place,) in _rows(_PLACES.format(column=column), facts)]
        for some in _slices(places, _PLACES_AT_ONCE):
            found = _rows(_IN_PLACES.format(column=column), {**facts, "places": some})
            yield _alike_in_places(found)


def humans(enterprise_id: int, person_ids: Iterable[int]) -> dict[int, Human]:
    """Return what is compared of these people; merged ones are left out. Inside a scope."""
    found = {}
    for some in _slices(sorted(set(person_ids)), _PEOPLE_AT_ONCE):
        for row in _rows(_HUMANS, {"enterprise": enterprise_id, "people": some}):
            found[row[0]] = Human(
                person_id=row[0],
                name=row[1],
                phones=frozenset(row[2]),
                partners=frozenset(row[3]),
                patches=frozenset(row[4]),
                suppliers=frozenset(row[5]),
                is_staff=row[6],
            )
    return found


def _alike_in_places(rows: Sequence[tuple[int, int, str]]) -> set[Pair]:
    """Put people of one place together whose names sound alike."""
    names = sorted({name for _, _, name in rows})
    sounds = dict(zip(names, pinyin.search_keys(names), strict=True))
    together: dict[tuple[int, str], set[int]] = defaultdict(set)
    for place, person_id, name in rows:
        together[place, sounds[name].partition(" ")[0]].add(person_id)
    return {
        pair for people in together.values() if 1 < len(people) <= CROWD for pair in _pairs(people)
    }


def _pairs(people: Iterable[int]) -> Iterator[Pair]:
    return combinations(sorted(people), 2)


def _slices(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    return (list(ids[at : at + size]) for at in range(0, len(ids), size))


def _rows(query: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, facts)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
