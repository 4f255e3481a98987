"""Let somebody go on who wants to log in by an account on an outside platform."""

from dataclasses import dataclass
from datetime import datetime

from qunlian.channel.rules import accounts as rules
from qunlian.channel.steps import attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmittedLogIn:
    """The platform may be asked; ``log_in_by_handle`` gives the attempt back."""

    address: str


def admit_log_in(*, address: str, now: datetime) -> AdmittedLogIn:
    """
    Count an attempt from a network address before the platform is asked who it is.

    :raises RateLimited: too many attempts from this address
    """
    attempts.take(rules.address_keys(address), now)
    return AdmittedLogIn(address=address)
