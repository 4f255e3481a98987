"""What a code that a stranger brings leads to; the registry answers without a scope."""

from dataclasses import dataclass

from qunlian.channel.models import PublicCode


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTarget:
    """A thing of one enterprise. Open it with ``system_actor(enterprise_id)``."""

    enterprise_id: int
    kind: str
    target_id: int


def resolve(code: str) -> PublicTarget | None:
    """Return what a public code leads to, or None."""
    row = PublicCode.objects.filter(code=code.strip().lower()).first()
    if row is None:
        return None
    return PublicTarget(enterprise_id=row.enterprise_id, kind=row.kind, target_id=row.target_id)


def codes_of(enterprise_id: int, kind: str, target_ids: list[int]) -> dict[int, str]:
    """Return the codes that these things of an enterprise have already, by their ids."""
    rows = PublicCode.objects.filter(
        enterprise_id=enterprise_id, kind=kind, target_id__in=target_ids
    )
    return dict(rows.values_list("target_id", "code"))
