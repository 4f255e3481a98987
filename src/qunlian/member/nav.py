"""The tabs at the foot of the member pages: one line per page that somebody starts from."""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberNavItem:
    """One tab: ``url_name`` leads to it, ``icon`` is a Tabler icon's name."""

    url_name: str
    label: str | Promise
    icon: str
    unread: int = 0


MEMBER_NAV: tuple[MemberNavItem, ...] = (
    MemberNavItem(url_name="messaging_my_chats", label=_("Chats"), icon="message-circle"),
    MemberNavItem(url_name="member_commerce_list_offers", label=_("Shop"), icon="shopping-cart"),
    MemberNavItem(url_name="member_commerce_list_orders", label=_("Orders"), icon="receipt"),
    MemberNavItem(url_name="member_me", label=_("Me"), icon="user"),
)


#: What staff and consumers have on the phone: the chats; they buy nothing for a store.
_WITHOUT_STORE = frozenset({"messaging_my_chats", "member_me"})


def tabs(*, unread: int, has_store: bool) -> tuple[MemberNavItem, ...]:
    """Return the tabs, the chats' one with how many messages are new."""
    chats, *others = MEMBER_NAV
    shown = (replace(chats, unread=unread), *others)
    return shown if has_store else tuple(item for item in shown if item.url_name in _WITHOUT_STORE)
