"""Make new secrets for what an outside platform sends us."""

from dataclasses import dataclass, field
from datetime import datetime

from qunlian.channel import access
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound
from qunlian.platforms import registry
from qunlian.platforms.extensions import Connectable
from qunlian.platforms.setups import ToCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewedKeys:
    """What is to be copied over there; shown this once."""

    platform: str
    keys: tuple[ToCopy, ...] = field(repr=False)


def renew_callback_keys(*, actor: Actor, platform: str, now: datetime) -> RenewedKeys:
    """
    Make another token and key; what comes with the old ones is refused from now on.

    :raises Forbidden: only headquarters does this
    :raises NotFound: there is no such platform, or it sends us nothing
    :raises PlatformTrouble: nothing is set up yet
    """
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, Connectable):
        raise NotFound(kind="platform", id=platform)
    with scope.writing(actor):
        access.headquarters_only(actor)
        keys = adapter.renew_keys(actor, now=now)
        journal.record("channel.callback_keys_renewed", actor=actor, at=now, platform=platform)
        return RenewedKeys(platform=platform, keys=keys)
