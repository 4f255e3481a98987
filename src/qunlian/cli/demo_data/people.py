"""Names and telephone numbers of people who do not exist."""

from dataclasses import dataclass, field

import numpy as np

from qunlian.cli.demo_data.words import GIVEN_MEN, GIVEN_WOMEN, SURNAMES

#: Network codes in use; the four digits after them are always 0000, so that a number is hardly anyone's.
_NETWORKS = (
    *(
        "130",
        "131",
        "132",
        "133",
        "135",
        "136",
        "137",
        "138",
        "139",
        "150",
        "151",
        "152",
        "153",
        "155",
    ),
    *("156", "157", "158", "159", "180", "181", "182", "183", "185", "186", "187", "188", "189"),
)
_LAST_FOUR = 10_000


@dataclass(slots=True)
class People:
    """Hands out names, and numbers that are each given once."""

    dice: np.random.Generator
    _given: int = 0
    _order: list[int] = field(default_factory=list)

    def name(self) -> str:
        """Return a name, a woman's or a man's."""
        givens = GIVEN_WOMEN if self.dice.random() < 0.46 else GIVEN_MEN  # noqa: PLR2004
        return self.surname() + givens[int(self.dice.integers(len(givens)))]

    def surname(self) -> str:
        """Return a surname; those at the front of the list are commoner."""
        place = int(self.dice.beta(1, 2.2) * len(SURNAMES))
        return SURNAMES[place]

    def phone(self) -> str:
        """Return a mobile number in E.164 that was not handed out before."""
        if not self._order:
            self._order = self.dice.permutation(len(_NETWORKS) * _LAST_FOUR).tolist()
        network, last = divmod(self._order[self._given], _LAST_FOUR)
        self._given += 1
        return f"+86{_NETWORKS[network]}0000{last:04d}"


def is_woman(name: str) -> bool:
    """Tell whether a name that was handed out is a woman's."""
    return name[1:] in GIVEN_WOMEN
