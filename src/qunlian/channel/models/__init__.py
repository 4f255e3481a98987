"""Rows of the channel: roster.py and identity.py are tenants' data, registry.py is outside tenancy."""

from qunlian.channel.models.handles import Handle
from qunlian.channel.models.identity import LikelyDuplicate, PersonMerge, PersonUnmerge
from qunlian.channel.models.registry import (
    Account,
    ApiToken,
    LoginAttempt,
    PublicCode,
    ReturnLink,
    Session,
)
from qunlian.channel.models.roster import (
    Contact,
    Distributor,
    Enterprise,
    ImportRun,
    Person,
    Sale,
    Staff,
    Store,
    Territory,
    TerritoryAssignment,
)

__all__ = [
    "Account",
    "ApiToken",
    "Contact",
    "Distributor",
    "Enterprise",
    "Handle",
    "ImportRun",
    "LikelyDuplicate",
    "LoginAttempt",
    "Person",
    "PersonMerge",
    "PersonUnmerge",
    "PublicCode",
    "ReturnLink",
    "Sale",
    "Session",
    "Staff",
    "Store",
    "Territory",
    "TerritoryAssignment",
]
