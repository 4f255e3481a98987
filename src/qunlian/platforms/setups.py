"""What a set-up page shows of a platform: steps with what is entered, copied over there, and checked."""

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """How something is entered; what is secret is never shown again."""

    TEXT = "text"
    NUMBER = "number"
    URL = "url"
    SECRET = "password"  # noqa: S105 (the kind of a field)
    LONG_SECRET = "textarea"  # noqa: S105 (the kind of a field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One thing that is entered; label and hint are translated.

    :ivar value: what is entered now; of a secret always ""
    :ivar is_set: of a secret, whether there is one
    """

    name: str
    label: str
    kind: EntryKind = EntryKind.TEXT
    value: str = ""
    is_set: bool = False
    hint: str = ""

    @property
    def is_secret(self) -> bool:
        """Tell whether it is never shown."""
        return self.kind in {EntryKind.SECRET, EntryKind.LONG_SECRET}


@dataclass(frozen=True, slots=True)
class ToCopy:
    """Something to be copied into the platform's console."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """
    One step of the walk; texts are translated.

    :ivar checks: names of the findings that belong to it
    :ivar makes_keys: secrets for the other side are made here, and shown once
    :ivar is_advanced: numbers and addresses that hardly anybody changes
    """

    key: str
    title: str
    text: str = ""
    entries: tuple[Entry, ...] = ()
    to_copy: tuple[ToCopy, ...] = ()
    checks: tuple[str, ...] = ()
    makes_keys: bool = False
    is_advanced: bool = False
