"""Find the adapter behind a platform's name; which there are is wired by the settings."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from qunlian.kernel.errors import Invalid
from qunlian.platforms.port import Feature, Means, Platform


class UnknownPlatform(Invalid):
    """This installation has no such chat platform."""

    code = "platforms.unknown_platform"


def names() -> tuple[str, ...]:
    """Return the platforms this installation speaks to."""
    return tuple(settings.QUNLIAN_PLATFORMS)


@cache
def platform(name: str) -> Platform:
    """
    Return the adapter of a platform.

    :raises UnknownPlatform: the settings name none
    """
    path = settings.QUNLIAN_PLATFORMS.get(name)
    if path is None:
        raise UnknownPlatform(name=name)
    adapter: Platform = import_string(path)()
    return adapter


def load() -> None:
    """Import all adapters: a process that is asked by one should not begin with that."""
    for name in names():
        platform(name)


def with_own_accounts() -> tuple[str, ...]:
    """Return the platforms whose rooms only their own people fill: who sits there is read, never decided."""
    return tuple(name for name in names() if platform(name).has_own_accounts)


def without(feature: Feature) -> tuple[str, ...]:
    """Return the platforms that do not do this by themselves."""
    return tuple(name for name in names() if means(name, feature) is not Means.API)


def means(name: str, feature: Feature) -> Means:
    """Say by which means a platform does something; what it never declared it cannot do."""
    return platform(name).capabilities.get(feature, Means.NONE)


def note(name: str, feature: Feature) -> str:
    """Return what to know about a feature on a platform, an untranslated msgid; "" when there is nothing."""
    return platform(name).notes.get(feature, "")
