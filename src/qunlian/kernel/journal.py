"""Write facts. Call inside the transaction that made them true, once per action."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from qunlian.kernel.actor import Actor

#: Set by the interface for the length of one request or job; written beside each fact.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: The fact and what it is about in one round trip: every action of the house pays for this.
_FACT = """
WITH fact AS (
    INSERT INTO kernel_fact (enterprise_id, name, account_id, happened_at, payload, request_id)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s) RETURNING enterprise_id, id, happened_at
), about AS (
    INSERT INTO kernel_fact_entity (enterprise_id, fact_id, happened_at, kind, entity_id)
    SELECT f.enterprise_id, f.id, f.happened_at, e.kind, e.entity_id
    FROM fact f, unnest(%s::text[], %s::bigint[]) AS e (kind, entity_id)
)
SELECT id FROM fact
"""


def record(
    name: str,
    /,
    *,
    actor: Actor,
    at: datetime,
    about: Mapping[str, Iterable[int]] | None = None,
    **payload: Any,
) -> int:
    """
    Append one fact and return its id.

    ``record("community.group_renamed", actor=actor, at=now, about={"group": [7]}, name="…")``

    :param name: ``<slice>.<noun_past_tense_verb>``
    :param about: entity kind (singular: store, group, person, order …) → ids
    :param payload: what else is worth knowing; never contact data
    """
    encoded = DjangoJSONEncoder().encode(payload)
    kinds: list[str] = []
    ids: list[int] = []
    for kind, entity_ids in (about or {}).items():
        for entity_id in entity_ids:
            kinds.append(kind)
            ids.append(entity_id)
    with connection.cursor() as cursor:
        cursor.execute(
            _FACT,
            [
                actor.enterprise_id,
                name,
                actor.account_id,
                at,
                encoded,
                request_id.get(),
                kinds,
                ids,
            ],
        )
        (fact_id,) = cursor.fetchone()
    return int(fact_id)
