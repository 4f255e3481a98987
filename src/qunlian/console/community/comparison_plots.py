"""The figures and pictures of a comparison: each measure of both sides with its difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunlian.community.queries.plans import LIKENESS_STEPS, SIZE_STEP

#: Key, name, whether it is a share.
_FIGURES = (
    ("groups", _("Groups"), False),
    ("stores", _("Stores in a group"), False),
    ("without_group", _("Stores without a group"), False),
    ("people_median", _("People in the middle group"), False),
    ("people_least", _("People in the smallest group"), False),
    ("people_most", _("People in the largest group"), False),
    ("too_small", _("Too small groups"), False),
    ("likeness", _("Mean likeness"), True),
    ("purity_type", _("Stores among their own type"), True),
    ("purity_management", _("Stores among their own management attribute"), True),
)
_LOADS = (
    ("people", _("Colleagues with a group"), False),
    ("confirms", _("Messages to confirm a day, all together"), False),
    ("most_confirms", _("to confirm, the busiest owner's account"), False),
    ("most_owned", _("Groups of the busiest owner's account"), False),
    ("most_managed", _("Groups of the busiest group manager"), False),
    ("most_groups", _("Most groups that a colleague sits in"), False),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One line: a measure of both sides; ``is_share`` of one, told in percent."""

    name: str | Promise
    one: float
    other: float
    is_share: bool

    @property
    def difference(self) -> float:
        """Return by how much the other side is more."""
        return self.other - self.one


def figures(summary: Mapping[str, Any]) -> list[Measure]:
    """Return the measures of both sides' groups."""
    return _measures(_FIGURES, summary)


def loads(summary: Mapping[str, Any]) -> list[Measure]:
    """Return what both sides ask of people."""
    return _measures(_LOADS, summary)


def _measures(
    known: Sequence[tuple[str, str | Promise, bool]], summary: Mapping[str, Any]
) -> list[Measure]:
    one, other = summary["one"], summary["other"]
    return [Measure(name, one[key], other[key], is_share) for key, name, is_share in known]


def sizes(summary: Mapping[str, Any], names: tuple[str, str]) -> dict[str, Any]:
    """Return how many groups of each size both sides have, in people of the stores."""
    bars = [dict(summary[side]["sizes"]) for side in ("one", "other")]
    last = max((number for each in bars for number in each), default=0)
    return {
        "kind": "bar",
        "x_name": gettext("People of the stores"),
        "value_name": gettext("Groups"),
        "x": [f"{b * SIZE_STEP}-{(b + 1) * SIZE_STEP - 1}" for b in range(last + 1)],
        "series": _series(bars, names, last + 1),
    }


def likeness(summary: Mapping[str, Any], names: tuple[str, str]) -> dict[str, Any]:
    """Return how many groups of each likeness both sides have."""
    bars = [dict(summary[side]["alike"]) for side in ("one", "other")]
    step = 100 // LIKENESS_STEPS
    return {
        "kind": "bar",
        "x_name": gettext("Likeness"),
        "value_name": gettext("Groups"),
        "x": [f"{b * step}-{(b + 1) * step}%" for b in range(LIKENESS_STEPS)],
        "series": _series(bars, names, LIKENESS_STEPS),
    }


def _series(bars: list[dict[int, int]], names: tuple[str, str], count: int) -> list[dict[str, Any]]:
    return [
        {"name": name, "values": [each.get(number, 0) for number in range(count)]}
        for name, each in zip(names, bars, strict=True)
    ]
