"""
A picker: one or several out of very many, found by typing a part of the name.

A list of all would be megabytes at thirty thousand territories, and one cut short loses what stands
beyond the cut when the form is saved.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qunlian.channel.queries.choices import Choice
from qunlian.kernel.actor import Actor
from qunlian.kernel.typed import whole

_LONGEST_TEXT = 40

Finder = Callable[[Actor, str, Sequence[int]], tuple[Choice, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picks:
    """
    What ``{% pick_field %}`` draws.

    :ivar name: the form's field
    :ivar url: where it searches: answers with ``pick_options``
    :ivar choices: each with whether it is chosen
    :ivar is_empty: something was typed, and nothing found
    """

    name: str
    url: str
    choices: tuple[tuple[Choice, bool], ...]
    is_many: bool = False
    is_empty: bool = False

    @property
    def has_chosen(self) -> bool:
        """Tell whether anything is chosen."""
        return any(is_on for _, is_on in self.choices)


def picks(
    find: Finder,
    actor: Actor,
    *,
    field: tuple[str, str],
    chosen: Iterable[object],
    text: str = "",
    is_many: bool = False,
) -> Picks:
    """
    Return what a picker offers now.

    :param field: its name and where it searches
    :param chosen: ids, as they stand in the database or as they came from a form
    """
    ids = [number for one in chosen if (number := whole(one)) is not None]
    tidy = text.strip()[:_LONGEST_TEXT]
    found = find(actor, tidy, ids)
    name, url = field
    return Picks(
        name=name,
        url=url,
        choices=tuple((one, one.id in ids) for one in found),
        is_many=is_many,
        is_empty=bool(tidy) and not any(one.id not in ids for one in found),
    )
