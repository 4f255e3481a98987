"""What an app may ask: one file per area, each call registered under its path."""

from qunlian.sandboxes.wecom.calls import (
    app_chats,
    apps,
    archive,
    customers,
    departments,
    group_statistics,
    groups,
    intercept_rules,
    join_ways,
    login,
    mass,
    media,
    tags,
    transfers,
    welcome_templates,
)
from qunlian.sandboxes.wecom.gate import CALLS

__all__ = [
    "CALLS",
    "app_chats",
    "apps",
    "archive",
    "customers",
    "departments",
    "group_statistics",
    "groups",
    "intercept_rules",
    "join_ways",
    "login",
    "mass",
    "media",
    "tags",
    "transfers",
    "welcome_templates",
]
