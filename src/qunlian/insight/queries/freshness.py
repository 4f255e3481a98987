"""Whether to count again: the journal knows what happened since, and what the last count took."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from qunlian.insight.models import Tally
from qunlian.insight.rules import rest_after
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.models import Fact

CHINA = ZoneInfo("Asia/Shanghai")


def is_tally_due(actor: Actor, now: datetime) -> bool:
    """Tell whether today has no tally, or something changed since the last and its rest is over."""
    with scope.reading(actor):
        last = Tally.objects.filter(taken_on=now.astimezone(CHINA).date()).aggregate(
            at=Max("taken_at")
        )["at"]
        if last is None:
            return True
        facts = Fact.objects.filter(happened_at__gte=last)
        count = facts.filter(name="insight.tally_taken").values_list("payload", flat=True).first()
        took = timedelta(milliseconds=count.get("took_ms", 0)) if count else timedelta()
        if now < last + rest_after(took):
            return False
        return (
            facts.filter(name__startswith="channel.").exclude(name__endswith="_viewed").exists()
            or facts.filter(name__startswith="community.").exists()
        )
