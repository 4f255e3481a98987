"""Getting people in: posters with QR codes as PDF, and links to hand out."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qunlian.channel.queries.enterprises import enterprise_card
from qunlian.channel.queries.public_codes import codes_of
from qunlian.community.actions.make_posters import PosterWish
from qunlian.community.actions.make_posters import make_posters as make_action
from qunlian.community.queries import posters as files_query
from qunlian.community.queries.join import (
    Invitation,
    invitation_by_door,
    invitation_of_store,
    invitations,
)
from qunlian.console.community import words
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.console.qr import qr_code
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Actor
from qunlian.kernel.sheets import Column
from qunlian.kernel.typed import whole

_CHOICES = ("store", "group", "territory", "door")
MOST_SHOWN = 12
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
@require_safe
def posters(request: HttpRequest) -> HttpResponse:
    """Show the codes of a store, a group or its stores, a part of the tree, or a way in; ask for the PDF."""
    actor = actor_of(request)
    invited = list(islice(_invited(request, actor), MOST_SHOWN + 1))
    links = _links(request, actor, invited, "poster")
    chosen = {name: request.GET[name] for name in _CHOICES if request.GET.get(name)}
    facts = {
        "brand": enterprise_card(actor).name,
        "posters": [
            Poster(invited=each, link=links[each.target_id], code=qr_code(links[each.target_id]))
            for each in invited[:MOST_SHOWN]
            if each.target_id in links
        ],
        "is_any": bool(invited),
        "is_cut": len(invited) > MOST_SHOWN,
        "chosen": chosen,
        "sizes": list(words.POSTER_SIZES.items()),
        "export_url": f"{reverse('community_export_join_links')}?{request.GET.urlencode()}",
    }
    return render(request, "console/community/posters.html", facts | _files(actor))


@page(EVERYBODY)
@require_POST
def make_posters(request: HttpRequest) -> HttpResponse:
    """Have the PDF drawn; ticked stores come from a list."""
    actor = actor_of(request)
    store = _number(request.POST.get("store", ""))
    ticked = [pk for text in request.POST.getlist("selected") if (pk := whole(text))]
    wish = PosterWish(
        store_ids=ticked or ([store] if store else []),
        group_id=_number(request.POST.get("group", "")),
        territory_id=_number(request.POST.get("territory", "")),
        door_id=_number(request.POST.get("door", "")),
        size=request.POST.get("size", "a4"),
        address=request.build_absolute_uri(reverse("community_join_group", args=["x"]))[:-1],
        words=files_query.poster_words(enterprise_card(actor).name),
    )
    asked = make_action(actor=actor, wish=wish, now=clock.now())
    count = asked.posters
    sentence = ngettext(
        "%(count)d poster is being drawn.", "%(count)d posters are being drawn.", count
    )
    messages.success(request, sentence % {"count": count})
    return redirect(f"{reverse('community_posters')}?{_same(request)}#files")


def _same(request: HttpRequest) -> str:
    """Return the address's part that says whom the posters invite."""
    return urlencode({name: request.POST[name] for name in _CHOICES if request.POST.get(name)})


@page(EVERYBODY)
@require_safe
def poster_files(request: HttpRequest) -> HttpResponse:
    """Show how far the files are that somebody asked for."""
    return render(request, "console/community/poster_files.html", _files(actor_of(request)))


def _files(actor: Actor) -> dict[str, object]:
    files = files_query.poster_files(actor)
    return {
        "files": [(one, words.POSTER_SIZES[one.size]) for one in files],
        "is_drawing": any(not one.is_over for one in files),
    }


@page(EVERYBODY)
@require_safe
def poster_pdf(request: HttpRequest, poster_run_id: int) -> HttpResponse:
    """Hand out a file that is ready."""
    pdf = files_query.poster_pdf(actor_of(request), poster_run_id)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="posters-{poster_run_id}.pdf"'
    return answer


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
    group, territory, store, door = (
        request.GET.get(name, "") for name in ("group", "territory", "store", "door")
    )
    if store:
        return iter((invitation_of_store(actor, _number(store) or 0),))
    if door:
        return iter((invitation_by_door(actor, _number(door) or 0),))
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
    suffix = "?from=poster" if source == "poster" and kind != "door" else ""
    return {
        target_id: request.build_absolute_uri(reverse("community_join_group", args=[code])) + suffix
        for target_id, code in codes.items()
    }
