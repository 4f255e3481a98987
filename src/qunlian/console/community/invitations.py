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
from qunlian.community.queries.join import Invitation, invitation_of_store, invitations
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.console.qr import qr_code
from qunlian.kernel import sheets
from qunlian.kernel.actor import Actor
from qunlian.kernel.sheets import Column
from qunlian.kernel.typed import whole

MOST_POSTERS = 500
_CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """One sheet: whom it invites, its QR code as SVG and the link in words."""

    invited: Invitation
    link: str
    code: SafeString

    @property
    def words(self) -> str:
        """Return the link to type: without the note that it came from a poster."""
        return self.link.partition("?")[0]


@page(EVERYBODY)
def posters(request: HttpRequest) -> HttpResponse:
    """Show a poster for a store, or for each of a group or a patch, or for a group of seed users."""
    actor = actor_of(request)
    invited = list(islice(_invited(request, actor), MOST_POSTERS + 1))
    links = _links(request, actor, invited, "poster")
    facts = {
        "brand": enterprise_card(actor).name,
        "posters": [
            Poster(invited=each, link=links[each.target_id], code=qr_code(links[each.target_id]))
            for each in invited[:MOST_POSTERS]
            if each.target_id in links
        ],
        "is_cut": len(invited) > MOST_POSTERS,
        "most": MOST_POSTERS,
        "export_url": f"{reverse('community_export_join_links')}?{request.GET.urlencode()}",
    }
    return render(request, "console/community/posters.html", facts)


@page(EVERYBODY)
def export_join_links(request: HttpRequest) -> HttpResponse:
    """Hand out every store's own link as a spreadsheet, for a group, a part of the tree, or all."""
    actor = actor_of(request)
    invited = _invited(request, actor)

    def rows() -> Iterator[tuple[str, str, str, str]]:
        while part := list(islice(invited, _CHUNK)):
            links = _links(request, actor, part, "link")
            for each in part:
                yield each.code, each.name, each.group_name, links.get(each.target_id, "")

    columns = (
        Column(_("Store code")),
        Column(_("Store"), width=28),
        Column(_("Group"), width=28),
        Column(_("Link to join"), width=48),
    )
    return sheets.answer("join-links", request.GET.get("format", "xlsx"), columns, rows())  # type: ignore[return-value]


def _invited(request: HttpRequest, actor: Actor) -> Iterator[Invitation]:
    group, territory, store = (
        request.GET.get(name, "") for name in ("group", "territory", "store")
    )
    if store:
        return iter((invitation_of_store(actor, _number(store) or 0),))
    return invitations(actor, group_id=_number(group), territory_id=_number(territory))


def _number(text: str) -> int | None:
    if not text:
        return None
    found = whole(text)
    if found is None:
        raise Http404
    return found


def _links(
    request: HttpRequest, actor: Actor, invited: list[Invitation], source: str
) -> dict[int, str]:
    """Return the links to join by what they lead to; all are of one kind."""
    kind = invited[0].kind if invited else "store"
    codes = codes_of(actor.enterprise_id, kind, [each.target_id for each in invited])
    suffix = "?from=poster" if source == "poster" else ""
    return {
        target_id: request.build_absolute_uri(reverse("community_join_group", args=[code])) + suffix
        for target_id, code in codes.items()
    }
