"""How an outside platform is set up."""

from dataclasses import dataclass

from qunlian.channel import access
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import NotFound, PlatformTrouble
from qunlian.platforms import registry
from qunlian.platforms.extensions import Connectable
from qunlian.platforms.setups import SetupStep


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSetup:
    """The walk with what is entered; no secret is in it."""

    platform: str
    is_set_up: bool
    steps: tuple[SetupStep, ...]


def platform_setup(actor: Actor, platform: str) -> PlatformSetup:
    """
    Return how a platform is set up.

    :raises Forbidden: only headquarters sees this
    :raises NotFound: there is no such platform, or nothing about it is entered here
    """
    access.headquarters_only(actor)
    adapter = registry.platform(platform) if platform in registry.names() else None
    if not isinstance(adapter, Connectable):
        raise NotFound(kind="platform", id=platform)
    return PlatformSetup(
        platform=platform,
        is_set_up=_is_set_up(actor, platform),
        steps=adapter.setup_steps(actor.enterprise_id),
    )


def _is_set_up(actor: Actor, platform: str) -> bool:
    """Tell whether it is, even if its secrets cannot be opened any more."""
    try:
        return registry.platform(platform).is_connected(actor.enterprise_id)
    except PlatformTrouble:
        return True
