"""What staff and customers do on their phones: groups, contacts, mass messages, the company's own affairs."""

from qunlian.sandboxes.wecom.people import contacts, groups, mass, members, staff
from qunlian.sandboxes.wecom.people.acts import ACTS, Impossible, perform

__all__ = ["ACTS", "Impossible", "contacts", "groups", "mass", "members", "perform", "staff"]
