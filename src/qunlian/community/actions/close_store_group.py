"""Take a store's own group off the list: it has ended, or is nobody's business any more."""

from datetime import datetime

from qunlian.community import access
from qunlian.community.models import StoreGroup
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def close_store_group(*, actor: Actor, store_group_id: int, now: datetime) -> None:
    """
    Close it: its links count nobody any more; what came by it stays counted.

    :raises NotFound: no such open group of his store
    """
    with scope.writing(actor):
        row = access.store_group_for(actor, store_group_id)
        StoreGroup.objects.filter(pk=row.pk, closed_at=None).update(
            closed_at=now, code_token="", code_until_at=None
        )
        journal.record(
            "community.store_group_closed", actor=actor, at=now, about={"store": [row.store_id]}
        )
