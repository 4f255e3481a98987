"""Getting people in: posters with QR codes to print, and links to hand out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.queries.public_codes import codes_of
from qunlian.community.queries.join import StoreToInvite, store_to_invite, stores_to_invite
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.console.qr import qr_code
from qunlian.kernel import sheets
from qunlian.kernel.actor import Actor
from qunlian.kernel.sheets import Column

MOST_POSTERS = 500
_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """One store's sheet: its QR code as SVG and the link in words."""

    store: StoreToInvite
    link: str
    code: SafeString

    @property
    def words(self) -> str:
        """Return the link to type: without the note that it came from a poster."""
        return self.link.partition("?")[0]


@page(EVERYBODY)
def posters(request: HttpRequest) -> HttpResponse:
    """Show a poster for a store, or for each of a group or a patch, ready to print."""
    actor = actor_of(request)
    stores = list(islice(_stores(request, actor), MOST_POSTERS + 1))
    links = _links(request, actor, stores, "poster")
    facts = {
        "brand": enterprise_card(actor).name,
        "posters": [
            Poster(store=store, link=links[store.store_id], code=qr_code(links[store.store_id]))
            for store in stores[:MOST_POSTERS]
            if store.store_id in links
        ],
        "is_cut": len(stores) > MOST_POSTERS,
        "most": MOST_POSTERS,
        "export_url": f"{reverse('community_export_join_links')}?{request.GET.urlencode()}",
    }
    return render(request, "console/community/posters.html", facts)


@page(EVERYBODY)
def export_join_links(request: HttpRequest) -> HttpResponse:
    """Hand out every store's own link as a spreadsheet, for a group, a part of the tree, or all."""
    actor = actor_of(request)
    stores = _stores(request, actor)

    def rows() -> Iterator[tuple[str, str, str, str]]:
        while part := list(islice(stores, _CHUNK)):
            links = _links(request, actor, part, "link")
            for store in part:
                yield store.code, store.name, store.group_name, links.get(store.store_id, "")

    columns = (
        Column(_("Store code")),
        Column(_("Store"), width=28),
        Column(_("Group"), width=28),
        Column(_("Link to join"), width=48),
    )
    return sheets.answer("join-links", request.GET.get("format", "xlsx"), columns, rows())  # type: ignore[return-value]


def _stores(request: HttpRequest, actor: Actor) -> Iterator[StoreToInvite]:
    group, territory, store = (
        request.GET.get(name, "") for name in ("group", "territory", "store")
    )
    if store:
        return iter((store_to_invite(actor, _number(store) or 0),))
    return stores_to_invite(actor, group_id=_number(group), territory_id=_number(territory))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise Http404
    return int(text)


def _links(
    request: HttpRequest, actor: Actor, stores: list[StoreToInvite], source: str
) -> dict[int, str]:
    codes = codes_of(actor.enterprise_id, "store", [store.store_id for store in stores])
    suffix = "?from=poster" if source == "poster" else ""
    return {
        store_id: request.build_absolute_uri(reverse("community_join_group", args=[code])) + suffix
        for store_id, code in codes.items()
    }
