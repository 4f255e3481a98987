"""What the adapter keeps: its corp, what is scarce, its mass messages and welcomes, and its inbox."""

from qunlian.platforms.wecom.models.archive import ArchiveGap, ArchiveReading
from qunlian.platforms.wecom.models.corp import CallbackCode, Corp, Pace, Quota, Ticket, Token
from qunlian.platforms.wecom.models.inbox import Callback, HeardRoom, InboxKey, Tally
from qunlian.platforms.wecom.models.sending import MassPost, MassTask, Room, Upload
from qunlian.platforms.wecom.models.welcomes import RoomWelcome, WelcomeTemplate

__all__ = [
    "ArchiveGap",
    "ArchiveReading",
    "Callback",
    "CallbackCode",
    "Corp",
    "HeardRoom",
    "InboxKey",
    "MassPost",
    "MassTask",
    "Pace",
    "Quota",
    "Room",
    "RoomWelcome",
    "Tally",
    "Ticket",
    "Token",
    "Upload",
    "WelcomeTemplate",
]
