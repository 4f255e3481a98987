"""
Each adapter is whole: of what it means to be it has every part, with the same parameters.

``isinstance`` on a protocol falls silent when the protocol grows and an adapter does not, and the feature is gone;
mypy tells it of the types, this of the rest.
"""

import inspect
from typing import Protocol

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from qunlian.platforms import extensions, port

EXTENSIONS = [
    one for one in vars(extensions).values() if isinstance(one, type) and Protocol in one.__bases__
]
ADAPTERS = sorted(settings.QUNLIAN_PLATFORMS.items())


def parts(protocol: type) -> set[str]:
    """Return what a protocol asks for: verbs and values."""
    verbs = {name for name, one in vars(protocol).items() if inspect.isfunction(one)}
    return {name for name in verbs | set(protocol.__annotations__) if not name.startswith("_")}


def lacking(adapter: type, protocol: type) -> list[str]:
    """Return what an adapter lacks of a protocol, or takes otherwise."""
    found = []
    for name in sorted(parts(protocol)):
        asked, own = getattr(protocol, name, None), getattr(adapter, name, None)
        if own is None or (inspect.isfunction(asked) and _shape(own) != _shape(asked)):
            found.append(f"{adapter.__name__}.{name} of {protocol.__name__}")
    return found


def _shape(verb: object) -> list[tuple[str, object, bool]]:
    assert callable(verb)
    given = inspect.signature(verb).parameters.values()
    return [(one.name, one.kind, one.default is one.empty) for one in given]


@pytest.mark.parametrize(("name", "path"), ADAPTERS)
def test_an_adapter_is_a_whole_platform(name: str, path: str) -> None:
    assert lacking(import_string(path), port.Platform) == []


@pytest.mark.parametrize(("name", "path"), ADAPTERS)
def test_an_adapter_that_begins_an_extension_has_all_of_it(name: str, path: str) -> None:
    adapter = import_string(path)
    begun = [each for each in EXTENSIONS if any(hasattr(adapter, part) for part in parts(each))]
    assert [one for each in begun for one in lacking(adapter, each)] == []


def test_no_part_belongs_to_two_extensions() -> None:
    """Else an adapter of the one would seem to have begun the other."""
    names = [name for each in (port.Platform, *EXTENSIONS) for name in parts(each)]
    assert len(EXTENSIONS) > 5
    assert len(names) == len(set(names))


def test_what_an_adapter_lacks_is_told() -> None:
    class Grown(extensions.Counter, Protocol):
        def count_activity(self, enterprise_id: int) -> None: ...

        def count_more(self) -> None: ...

    wecom = import_string(settings.QUNLIAN_PLATFORMS["wecom"])
    assert lacking(wecom, Grown) == [
        "WeComPlatform.count_activity of Grown",
        "WeComPlatform.count_more of Grown",
    ]
