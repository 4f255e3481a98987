"""What the parts of the score and the units of a roll-out are called, and what is known behind each part."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qunlian.activation.queries.scores import Suitability
from qunlian.activation.rules import PARTS, Weights

NAMES: dict[str, str | Promise] = {
    "activity": _("Activity"),
    "influence": _("Influence"),
    "closeness": _("Closeness"),
    "nomination": _("Nominations"),
}
HINTS: dict[str, str | Promise] = {
    "activity": _(
        "Reads 1, answers 2, says something 4, orders 10; each counts half after 14 days."
    ),
    "influence": _(
        "What others answered to its people (1 each), and who came by its link (2 each), in 90 days."
    ),
    "closeness": _("How close the store is to us, 0 to 100, from the roster."),
    "nomination": _("Named once is half, twice three quarters, and so on."),
}
UNITS = {
    "store": _("Single stores, the best suited of every group"),
    "group": _("Whole groups, by the mean of their stores"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """One part of a score: its value, its weight, what it adds, and the facts behind it."""

    name: str
    label: str | Promise
    hint: str | Promise
    value: float
    weight: int
    adds: float
    facts: str


def part_rows(found: Suitability, weights: Weights) -> list[PartRow]:
    """Return the parts of a score, told one by one; what they add makes the score."""
    heavy = {name: getattr(weights, name) for name in PARTS}
    facts = {
        "activity": gettext("%(n)s points of signs of life") % {"n": round(found.acts, 1)},
        "influence": gettext("%(replies)s answers by others, %(people)s brought in")
        % {"replies": found.replies, "people": found.brought},
        "closeness": "",
        "nomination": gettext("named by %(n)s") % {"n": found.namings},
    }
    return [
        PartRow(
            name=name,
            label=NAMES[name],
            hint=HINTS[name],
            value=getattr(found, name),
            weight=heavy[name],
            adds=getattr(found, name) * heavy[name] / sum(heavy.values()),
            facts=facts[name],
        )
        for name in PARTS
    ]
