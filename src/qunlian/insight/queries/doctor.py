"""What is right and wrong about how an enterprise's outside platforms are set up."""

from datetime import datetime

from qunlian.community.queries.platform_people import people_of_platform
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden, PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.extensions import Examinable
from qunlian.platforms.findings import Finding


def examinable() -> tuple[str, ...]:
    """Return the platforms that can be examined."""
    return tuple(
        name for name in registry.names() if isinstance(registry.platform(name), Examinable)
    )


def is_set_up(actor: Actor, name: str) -> bool:
    """Tell whether the enterprise uses a platform, even if its secrets cannot be opened any more."""
    try:
        return registry.platform(name).is_connected(actor.enterprise_id)
    except PlatformTrouble:
        return True


def examine_platform(actor: Actor, name: str, *, now: datetime) -> tuple[Finding, ...]:
    """
    Examine a platform's set-up; asks the platform, outside any transaction.

    :raises Forbidden: only headquarters sets platforms up
    :raises UnknownPlatform: the settings name none
    """
    if not actor.is_headquarters:
        raise Forbidden
    adapter = registry.platform(name)
    if not isinstance(adapter, Examinable):
        return ()
    return adapter.examine(actor.enterprise_id, people_of_platform(actor, name, now=now), now=now)
