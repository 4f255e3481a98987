"""The optional parts of the larger components, as keywords of their tags; a misnamed one is an error."""

from collections.abc import Sequence
from dataclasses import dataclass

from qunlian.site.wording import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelParts:
    """``flush`` drops the padding, for a table that fills the box."""

    hint: str = ""
    link: str = ""
    link_label: str = ""
    flush: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmParts:
    """``action`` is posted to; ``tone`` is danger or primary."""

    action: str
    button: str
    tone: str = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class SliderParts:
    """A slider goes from ``least`` to ``most``; ``low`` and ``high`` say in words what the ends mean."""

    least: int = 0
    most: int = 100
    step: int = 1
    low: str = ""
    high: str = ""
    unit: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatParts:
    """
    ``change`` is relative (0.12); ``good`` says which way is welcome: up, down or none.

    ``is_points``: what changed is itself a share, so the change is told in percentage points.
    """

    unit: str = ""
    change: Number | None = None
    is_points: bool = False
    good: str = "up"
    against: str = ""
    spark: Sequence[Number] = ()
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressParts:
    """``url`` is polled while ``state`` is running; other states: done, failed, cancelled."""

    url: str = ""
    cancel_url: str = ""
    note: str = ""
    seconds_left: float | None = None
    state: str = "running"
    bad: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadParts:
    """
    A column head: ``first`` is where sorting begins (up or down).

    ``hidden`` until the reader asks for it, ``wide`` shown by itself on a wide screen only.
    """

    sort: str = ""
    align: str = "start"
    first: str = "up"
    hidden: bool = False
    wide: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeParts:
    """A branch: with ``children_url`` its inner nodes are fetched when it is first opened."""

    url: str = ""
    children_url: str = ""
    count: str = ""
    open: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldParts:
    """What a field of a form may have; each kind uses those that fit it."""

    hint: str = ""
    error: str = ""
    required: bool = False
    type: str = ""
    unit: str = ""
    placeholder: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    rows: int = 4
    limit: int | None = None
    empty: str = ""
    accept: str = ""
    value: str = "on"
    checked: bool = False
