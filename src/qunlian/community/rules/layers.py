"""What the groups of a layer are to be like: the template that an enterprise keeps for each layer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from string import Formatter
from typing import Any, Final

from qunlian.community.rules import names
from qunlian.community.rules.ladder import Ladder
from qunlian.community.rules.staffing import Posts

LAYERS: Final = ("distributor", "store", "consumer")
PURPOSES: Final = ("manage", "activate", "link", "spread", "sell")
STEWARD_ROLES: Final = ("rep", "manager", "group_manager", "headquarters")
OWNER_POLICIES: Final = ("named", "steward", "superior", "least_loaded")
MOST_SUPERIORS: Final = 2
SMALLEST: Final = 2
LARGEST: Final = 2000
LONGEST_THEME: Final = 80
LONGEST_RULES: Final = 2000
#: Of what greets newcomers; 3,000 bytes are what a platform takes.
LONGEST_WELCOME: Final = 900
MOST_MESSAGES: Final = 50
MOST_GROUPS: Final = 10_000
#: What the names of each layer's groups may hold.
PLACES: Final[Mapping[str, frozenset[str]]] = {
    "distributor": frozenset({"brand", "branch", "tier", "n"}),
    "store": names.PLACES,
    "consumer": frozenset({"brand", "place"}),
}
#: What sets a layer's groups apart, so that no pattern may leave it out.
NEEDED: Final = {
    "distributor": frozenset({"branch", "tier"}),
    "store": frozenset({"n"}),
    "consumer": frozenset({"place"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTemplate:
    """
    How groups of one layer are named, ruled, seated and staffed.

    ``welcome`` greets newcomers, where their platform lets us; ``ladder`` is what follows for who breaks the
    rules. Seats are people; ``soft`` and ``hard`` None
    take the enterprise's own. ``messages_per_day`` is what one group is expected to be sent in a day. One
    person can follow ``follow_limit`` groups of this layer, a group manager has ``manager_limit`` at most.
    """

    name_pattern: str
    theme: str
    rules: str
    purposes: tuple[str, ...]
    platform: str = "web"
    soft: int | None = None
    hard: int | None = None
    reserved: int = 5
    steward_role: str = "manager"
    superiors: int = 2
    has_manager: bool = True
    owner_policy: str = "named"
    messages_per_day: float = 1.0
    follow_limit: int = 30
    manager_limit: int = 60
    welcome: str = ""
    ladder: Ladder = field(default_factory=Ladder)

    def problem(self, layer: str) -> str:
        """Return the name of the field that cannot be, or an empty text."""
        sound = {
            "name_pattern": is_pattern(self.name_pattern, layer),
            "theme": len(self.theme) <= LONGEST_THEME,
            "rules": len(self.rules) <= LONGEST_RULES,
            "welcome": len(self.welcome) <= LONGEST_WELCOME,
            "purposes": bool(self.purposes) and set(self.purposes) <= set(PURPOSES),
            "soft": self.soft is None or SMALLEST <= self.soft <= LARGEST,
            "hard": self.hard is None or (self.soft or SMALLEST) <= self.hard <= LARGEST,
            "reserved": 0 <= self.reserved < (self.soft or self.hard or LARGEST),
            "steward_role": self.steward_role in STEWARD_ROLES,
            "superiors": 0 <= self.superiors <= MOST_SUPERIORS,
            "owner_policy": self.owner_policy in OWNER_POLICIES,
            "messages_per_day": 0 <= self.messages_per_day <= MOST_MESSAGES,
            "follow_limit": 1 <= self.follow_limit <= MOST_GROUPS,
            "manager_limit": 1 <= self.manager_limit <= MOST_GROUPS,
            "ladder": not self.ladder.problem(),
        }
        return next((name for name, is_sound in sound.items() if not is_sound), "")

    def seated(self, *, soft: int, hard: int) -> "LayerTemplate":
        """Return it with seats: its own, else these of the enterprise."""
        cap = self.hard if self.hard is not None else max(hard, self.soft or 0)
        return replace(self, soft=min(self.soft if self.soft is not None else soft, cap), hard=cap)

    def posts(self, accounts: Sequence[tuple[int, int | None]]) -> Posts:
        """Return the places that a group of this layer has, and who may own it."""
        return Posts(
            steward_role=self.steward_role,
            superiors=self.superiors,
            has_manager=self.has_manager,
            owner_policy=self.owner_policy,
            accounts=accounts,
            messages_per_day=self.messages_per_day,
            manager_limit=self.manager_limit,
        )

    def as_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return asdict(self) | {"purposes": list(self.purposes), "ladder": self.ladder.as_json()}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "LayerTemplate":
        """Read what ``as_json`` kept; what an older version did not know yet has its default."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        ladder = Ladder.of(kept.get("ladder", {}))
        return cls(**known | {"purposes": tuple(kept["purposes"]), "ladder": ladder})


#: What an enterprise begins with. Its own words may take their place.
DEFAULTS: Final[Mapping[str, LayerTemplate]] = {
    "distributor": LayerTemplate(
        name_pattern="{brand}·{branch}·{tier}级经销商{n}群",
        theme="政策、订货与区域经营",
        rules="一、只谈经营：政策、订货、库存、窜货。\n二、有问题当天答复。\n三、不发广告，不外传价格。",
        purposes=("manage",),
        steward_role="manager",
        messages_per_day=1.0,
    ),
    "store": LayerTemplate(
        name_pattern=names.DEFAULT_TEMPLATE,
        theme="",
        rules="",
        purposes=("activate",),
        steward_role="rep",
        messages_per_day=2.0,
    ),
    "consumer": LayerTemplate(
        name_pattern="{brand}·{place}·种子用户群",
        theme="新品先尝、真话先说、好物先传",
        rules="一、说真话，好坏都说。\n二、不发广告和链接。\n三、群里的福利不转卖。",
        purposes=("spread",),
        steward_role="group_manager",
        superiors=1,
        has_manager=False,
        messages_per_day=3.0,
    ),
}


def is_pattern(pattern: str, layer: str) -> bool:
    """Tell whether a pattern can name a layer's groups apart: known places only, the needed among them."""
    if layer == "store":
        return names.is_template(pattern)
    try:
        places = {place for _, place, *_ in Formatter().parse(pattern) if place is not None}
    except ValueError:
        return False
    return NEEDED[layer] <= places <= PLACES[layer] and len(pattern) <= 2 * names.LONGEST


def name_of(pattern: str, parts: Mapping[str, str]) -> str:
    """Fill a checked pattern; what is too long loses its brand first, then the end of its place."""
    words = dict(parts)
    made = ""
    for place in ("", "brand", "branch", "place"):
        if place in words:
            over = len(made) - names.LONGEST
            words[place] = words[place][: max(0, len(words[place]) - over)]
        made = " ".join(pattern.format(**words).split())
        if len(made) <= names.LONGEST:
            return made
    return made[: names.LONGEST]
