"""The rows of the community: plans, groups, and what it reads of the channel."""

from qunlian.community.models.bindings import Binding, ClaimTry
from qunlian.community.models.breaches import Breach
from qunlian.community.models.channel_views import (
    AssignmentView,
    DistributorPersonView,
    DistributorView,
    HandleView,
    PersonView,
    PlaceView,
    StaffView,
    StorePersonView,
    StoreView,
    TerritoryView,
)
from qunlian.community.models.comparisons import (
    ComparedGroup,
    ComparedLoad,
    ComparedStore,
    Comparison,
)
from qunlian.community.models.doors import Door, PosterRun, Welcome
from qunlian.community.models.groups import (
    Group,
    GroupDistributor,
    GroupStore,
    GroupView,
    Member,
    MemberView,
    Request,
    Waiting,
)
from qunlian.community.models.layers import Layer, OwnerAccount
from qunlian.community.models.personal import RoomSheet, ToldRoom
from qunlian.community.models.plan_maps import PlanCell, PlanPlace
from qunlian.community.models.plans import Plan, PlanDistributor, PlanGroup, PlanStore
from qunlian.community.models.rooms import FoundRoom, Occupant
from qunlian.community.models.store_groups import StoreGroup, StoreGroupJoin
from qunlian.community.models.task_terms import TaskTerms
from qunlian.community.models.tasks import Task, TaskGroup

__all__ = [
    "AssignmentView",
    "Binding",
    "Breach",
    "ClaimTry",
    "ComparedGroup",
    "ComparedLoad",
    "ComparedStore",
    "Comparison",
    "DistributorPersonView",
    "DistributorView",
    "Door",
    "FoundRoom",
    "Group",
    "GroupDistributor",
    "GroupStore",
    "GroupView",
    "HandleView",
    "Layer",
    "Member",
    "MemberView",
    "Occupant",
    "OwnerAccount",
    "PersonView",
    "PlaceView",
    "Plan",
    "PlanCell",
    "PlanDistributor",
    "PlanGroup",
    "PlanPlace",
    "PlanStore",
    "PosterRun",
    "Request",
    "RoomSheet",
    "StaffView",
    "StoreGroup",
    "StoreGroupJoin",
    "StorePersonView",
    "StoreView",
    "Task",
    "TaskGroup",
    "TaskTerms",
    "TerritoryView",
    "ToldRoom",
    "Waiting",
    "Welcome",
]
