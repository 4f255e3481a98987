"""The pictures of a plan, as specs for ``{% plot %}``."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from qunlian.community.queries.plans import LIKENESS_STEPS, SIZE_STEP, PlanShape


def modes(summary: dict[str, Any], names: Mapping[str, str | Promise]) -> list[dict[str, Any]]:
    """Return the three modes side by side, each with its figures."""
    found = summary.get("modes", {})
    return [{"mode": mode, "name": names[mode], **found[mode]} for mode in names if mode in found]


def curve(summary: dict[str, Any]) -> dict[str, Any]:
    """Return groups against unlikeness for each price of a group: the trade-off."""
    points = summary.get("curve", [])
    return {
        "kind": "scatter",
        "x_name": gettext("Groups"),
        "y_name": gettext("Unlikeness"),
        "series": [
            {
                "name": gettext("One more group must save"),
                "points": [
                    {"x": groups, "y": round(spread, 1), "name": f"λ={price:g}"}
                    for price, groups, spread in points
                ],
            }
        ],
    }


def curve_note(summary: dict[str, Any]) -> str:
    """Say what a dot is, and that the dots are estimates where only a part of the roster was tried."""
    if summary.get("curve_sampled", 1) < 1:
        return gettext(
            "Each dot is a plan for another price λ of one more group, estimated on a sample of patches"
        )
    return gettext("Each dot is a plan for another price λ of one more group")


def sizes(shape: PlanShape) -> dict[str, Any]:
    """Return how many groups there are of each size, in people."""
    return {
        "kind": "bar",
        "x_name": gettext("People in the group"),
        "value_name": gettext("Groups"),
        "x": [f"{b * SIZE_STEP}-{(b + 1) * SIZE_STEP - 1}" for b, _ in shape.sizes],
        "series": [{"name": gettext("Groups"), "values": [n for _, n in shape.sizes]}],
    }


def likeness(shape: PlanShape) -> dict[str, Any]:
    """Return how many groups there are of each likeness."""
    step = 100 // LIKENESS_STEPS
    counts = dict.fromkeys(range(LIKENESS_STEPS), 0)
    for number, groups in shape.likeness:
        counts[min(number, LIKENESS_STEPS - 1)] += groups
    return {
        "kind": "bar",
        "x_name": gettext("Likeness"),
        "value_name": gettext("Groups"),
        "x": [f"{b * step}-{(b + 1) * step}%" for b in counts],
        "series": [{"name": gettext("Groups"), "values": list(counts.values())}],
    }
