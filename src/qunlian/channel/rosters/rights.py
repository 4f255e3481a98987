"""Who may import and export what."""

from collections.abc import Mapping
from types import MappingProxyType

from qunlian.channel.rosters.fields import Kind
from qunlian.kernel.actor import Role

_EVERYTHING = frozenset(Kind)
_BY_ROLE: Mapping[Role, frozenset[Kind]] = MappingProxyType(
    {
        Role.HEADQUARTERS: _EVERYTHING,
        Role.SYSTEM: _EVERYTHING,
        Role.MANAGER: frozenset({Kind.TERRITORIES, Kind.DISTRIBUTORS, Kind.STORES, Kind.SALES}),
        Role.REP: frozenset({Kind.STORES, Kind.SALES}),
        Role.DISTRIBUTOR: frozenset({Kind.DISTRIBUTORS, Kind.STORES, Kind.SALES}),
    }
)


def kinds_of(role: Role) -> frozenset[Kind]:
    """Return what a role may import; all of it only within its reach."""
    return _BY_ROLE.get(role, frozenset())
