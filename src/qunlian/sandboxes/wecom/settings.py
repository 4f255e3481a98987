"""
What differs between companies, or what the vendor's pages do not say.

What is marked *hearsay* comes from forums or issue threads; set it to what you see.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Settings:
    """What may be set when a sandbox starts or later by ``/_sandbox/settings``."""

    #: Source: page 91039, 7200 seconds unless the vendor shortens it
    token_seconds: int = 7200
    #: Source: page 90454 (2023-08-28), per corp and API, and per address and API
    corp_calls_per_minute: int = 10_000
    corp_calls_per_hour: int = 150_000
    address_calls_per_minute: int = 20_000
    address_calls_per_hour: int = 600_000
    #: 45033: page 90313 gives no number; hearsay is 5 for ``remark``
    concurrent_calls: int = 50
    concurrent_calls_of: dict[str, int] = field(
        default_factory=lambda: {"externalcontact/remark": 5}
    )
    #: wrong secrets before an address is shut out for an hour; hearsay (page 90313 gives no number)
    wrong_secrets: int = 30
    #: whether a field that the API doesn't know is refused (40058); the real one says nothing of it
    refuses_unknown_fields: bool = True
    #: mass messages that a customer or group may get; page 92135 (2025-11-17): as many as the month has days
    mass_per_month: int | None = None
    #: 41063: how long after its making a mass message cannot be asked about; no number is written
    mass_dispatch_seconds: float = 0.0
    #: members of a customer group; 500 is the client's limit, and what a join way fills is hearsay
    group_seats: int = 500
    join_way_seats: int = 200
    #: how a leaver's groups are listed, where the sources contradict each other; a client asks both ways.
    #: "named": only where ``owner_filter`` names him (page 93414, 2025-01-13); "unnamed": only without the
    #: filter, his name being 40003 (WeCom's staff in its community, 2021 to 2023, post
    #: 000080533e43f064cf4cfaa7656c00)
    leavers_groups: Literal["named", "unnamed", "both"] = "both"
    #: how long a group of a leaver stays "being inherited" (status 2); no number is written
    group_inherit_seconds: float = 0.0
    #: Source: pages 94081 and 92125: the customer moves over after 24 hours unless he refuses
    customer_transfer_seconds: float = 24 * 3600.0
    #: Source: page 92137, a welcome message may be sent within 20 seconds of the event
    welcome_seconds: float = 20.0
    #: Source: page 91144: an answer within 5 seconds, else three repetitions
    callback_timeout_seconds: float = 5.0
    callback_repeats: int = 3
    callback_repeat_after_seconds: float = 1.0
    #: how many callbacks are under way at once; one keeps them in order in calm weather
    callbacks_at_once: int = 1
    #: Source: page 91770, a group robot takes 20 messages a minute
    robot_messages_per_minute: int = 20
