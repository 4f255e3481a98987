"""Lock out those whose last day has passed."""

from datetime import datetime

from qunlian.channel.rules.staff import day_of
from qunlian.channel.steps import leaving
from qunlian.community import handing
from qunlian.community.models import Group, Member
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor


def see_off_leavers(*, actor: Actor, now: datetime) -> tuple[int, ...]:
    """End the stays and accounts of all who were handed over for a day that has come; return the staff."""
    with scope.writing(actor):
        gone = leaving.leavers_still_let_in(actor, day_of(now))
        if not gone:
            return ()
        people = sorted(gone.values())
        seated = Member.objects.filter(person_id__in=people, left_at=None, store_id=None)
        groups = Group.objects.filter(pk__in=seated.values("group_id")).order_by("pk")
        ids = list(groups.select_for_update().values_list("pk", flat=True))
        handing.end_stays(actor, people, ids, now)
        leaving.close_accounts(actor, gone)
        journal.record(
            "community.leavers_seen_off",
            actor=actor,
            at=now,
            about={"staff": sorted(gone), "group": ids},
        )
        return tuple(sorted(gone))
