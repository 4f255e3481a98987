"""How figures of a group come to be known: its platform's word on each, for beside the figures."""

from typing import Final

from django.utils.translation import gettext as _

from qunlian.console.platforms.setup import MEANS_TONES
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means
from qunlian.platforms.words import FEATURES, MEANS

#: What a group's page shows figures or lists of.
SHOWN: Final = (
    Feature.LIST_MEMBERS,
    Feature.READ_MESSAGES,
    Feature.READ_MARKS,
    Feature.COUNT_ACTIVITY,
)


def how_known(platform: str) -> list[tuple[str, str, str, str]]:
    """Return feature, means, its tone and what to know about it, in words; nothing where it is gone."""
    found: list[tuple[str, str, str, str]] = []
    if platform not in registry.names():
        return found
    for feature in SHOWN:
        means, note = registry.means(platform, feature), registry.note(platform, feature)
        tone = MEANS_TONES.get(means, "quiet")
        found.append((_(FEATURES[feature]), _(MEANS[means]), tone, _(note) if note else ""))
    return found


def is_heard(platform: str) -> bool:
    """Tell whether the platform hands over what is said in its groups."""
    is_there = platform in registry.names()
    return is_there and registry.means(platform, Feature.READ_MESSAGES) is Means.API
