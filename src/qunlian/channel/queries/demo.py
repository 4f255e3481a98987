"""The demo enterprise, when there is one."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.models import Account, Enterprise
from qunlian.channel.queries.actors import enterprise_ids
from qunlian.kernel import scope
from qunlian.kernel.actor import Role, system_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEnterprise:
    """
    The enterprise that holds sample data.

    :ivar founder_account_id: the first log-in of its headquarters
    :ivar is_finished: False while its loader was interrupted
    """

    enterprise_id: int
    founder_account_id: int
    founded_at: datetime
    is_finished: bool


def demo_enterprise() -> DemoEnterprise | None:
    """Return the first enterprise that was founded as a demo; reads the registry, needs no scope."""
    for enterprise_id in sorted(enterprise_ids()):
        with scope.reading(system_actor(enterprise_id)):
            home = Enterprise.objects.get(pk=enterprise_id)
        if home.is_demo:
            founder = Account.objects.filter(
                enterprise_id=enterprise_id, role=Role.HEADQUARTERS
            ).earliest("pk")
            return DemoEnterprise(
                enterprise_id=enterprise_id,
                founder_account_id=founder.pk,
                founded_at=home.created_at,
                is_finished=not home.is_being_laid,
            )
    return None
