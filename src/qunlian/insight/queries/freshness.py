"""Whether the counts still tell the truth: the journal knows what happened since."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max

from qunlian.insight.models import Tally
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.models import Fact

CHINA = ZoneInfo("Asia/Shanghai")


def is_tally_stale(actor: Actor, now: datetime) -> bool:
    """Tell whether today has no tally yet, or the channel or its groups changed since the last."""
    with scope.reading(actor):
        last = Tally.objects.filter(taken_on=now.astimezone(CHINA).date()).aggregate(
            at=Max("taken_at")
        )["at"]
        if last is None:
            return True
        changes = Fact.objects.filter(happened_at__gte=last)
        return (
            changes.filter(name__startswith="channel.").exclude(name__endswith="_viewed").exists()
            or changes.filter(name__startswith="community.").exists()
        )
