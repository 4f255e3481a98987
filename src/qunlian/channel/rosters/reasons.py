"""Why a row cannot be loaded, in the words of the reader: told without the library that reads rows."""

from collections.abc import Mapping
from types import MappingProxyType

from qunlian.channel.rosters.fields import gettext_noop as _

#: ``%(value)s`` is what stands in the cell, or what explains the problem.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "missing": _("is empty"),
        "too_long": _("is too long: “%(value)s”"),
        "not_a_number": _("“%(value)s” is not a number that can stand here"),
        "not_money": _("“%(value)s” is not an amount of money"),
        "not_a_date": _("“%(value)s” is not a date; write 2026-03-01"),
        "not_a_phone": _("“%(value)s” is not a phone number"),
        "not_a_choice": _("“%(value)s” is not one of the words for this column"),
        "out_of_range": _("%(value)s is out of range"),
        "duplicate": _("stands in line %(value)s already"),
        "taken": _("“%(value)s” is the code of something outside your area; use another code"),
        "unknown_territory": _("there is no territory “%(value)s” in your area"),
        "ambiguous_territory": _("several territories are called “%(value)s”; write the code"),
        "no_territory": _("no territory: fill in the territory, or province and city"),
        "unknown_distributor": _("there is no distributor “%(value)s” in your area"),
        "ambiguous_distributor": _("several distributors are called “%(value)s”; write the code"),
        "no_distributor": _("name a distributor of your own network"),
        "unknown_staff": _("there is no member of staff “%(value)s”"),
        "ambiguous_staff": _("several members of staff are called “%(value)s”; write the number"),
        "unknown_store": _("there is no store “%(value)s” in your area"),
        "parent_bad": _("“%(value)s” cannot be loaded itself"),
        "no_parent": _("name a parent within your area"),
        "cycle": _("“%(value)s” would end up below itself"),
        "no_coordinates": _("these are no possible coordinates: %(value)s"),
        "swapped_coordinates": _("longitude and latitude are the other way round: %(value)s"),
        "left_before_joined": _("left before joining"),
    }
)
