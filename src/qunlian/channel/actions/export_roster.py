"""Let a roster leave the house, and remember who took it."""

from datetime import datetime

from qunlian.channel.queries import exports
from qunlian.channel.rosters.fields import Field, Kind
from qunlian.channel.rosters.rights import kinds_of
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Forbidden


def export_roster(
    *, actor: Actor, kind: Kind, has_contacts: bool = False, now: datetime
) -> tuple[Field, ...]:
    """
    Note that somebody exports everything of a kind within his reach; return the fields he gets.

    The rows themselves are read afterwards, as they are sent (``queries.exports.export_rows``).

    :param has_contacts: with names and phone numbers
    :raises Forbidden: this role doesn't handle this kind
    """
    if kind not in kinds_of(actor.role):
        raise Forbidden(kind=kind)
    with scope.writing(actor):
        journal.record(
            "channel.roster_exported", actor=actor, at=now, kind=kind, has_contacts=has_contacts
        )
    return exports.export_fields(kind, has_contacts=has_contacts)
