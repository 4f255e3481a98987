"""The rows of the community: plans, groups, and what it reads of the channel."""

from qunlian.community.models.channel_views import (
    AssignmentView,
    DistributorView,
    PersonView,
    PlaceView,
    StaffView,
    StoreView,
    TerritoryView,
)
from qunlian.community.models.groups import (
    Group,
    GroupStore,
    GroupView,
    Member,
    MemberView,
    Request,
    Waiting,
)
from qunlian.community.models.plans import Plan, PlanGroup, PlanStore

__all__ = [
    "AssignmentView",
    "DistributorView",
    "Group",
    "GroupStore",
    "GroupView",
    "Member",
    "MemberView",
    "PersonView",
    "PlaceView",
    "Plan",
    "PlanGroup",
    "PlanStore",
    "Request",
    "StaffView",
    "StoreView",
    "TerritoryView",
    "Waiting",
]
