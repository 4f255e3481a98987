"""The rows of messaging, and what it reads of the community and the channel."""

from qunlian.messaging.models.broadcasts import (
    Broadcast,
    Confirmation,
    Delivery,
    ProofTally,
    Receipt,
    Relay,
    Reminder,
)
from qunlian.messaging.models.messages import (
    Counter,
    IntakeCursor,
    Media,
    Message,
    MessageKey,
    ReadMark,
)
from qunlian.messaging.models.views import (
    DistributorView,
    GroupView,
    MemberView,
    PersonView,
    StaffView,
    StoreView,
    TaskView,
    TerritoryView,
)

__all__ = [
    "Broadcast",
    "Confirmation",
    "Counter",
    "Delivery",
    "DistributorView",
    "GroupView",
    "IntakeCursor",
    "Media",
    "MemberView",
    "Message",
    "MessageKey",
    "PersonView",
    "ProofTally",
    "ReadMark",
    "Receipt",
    "Relay",
    "Reminder",
    "StaffView",
    "StoreView",
    "TaskView",
    "TerritoryView",
]
