"""A store owner's own groups: registered, counted, closed; and the kit with his store's code."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunlian.channel.queries.public_codes import resolve
from qunlian.channel.queries.stores import own_stores
from qunlian.commerce.queries.catalogue import list_offers
from qunlian.commerce.queries.store_groups import NOTHING, sales_by_own_group
from qunlian.community.actions.close_store_group import close_store_group as close
from qunlian.community.actions.register_store_group import NewStoreGroup
from qunlian.community.actions.register_store_group import register_store_group as register
from qunlian.community.actions.tell_store_group import StoreGroupTelling
from qunlian.community.actions.tell_store_group import tell_store_group as tell
from qunlian.community.queries.store_groups import Kit, kit_of, own_store_groups
from qunlian.kernel import clock
from qunlian.kernel.actor import Actor, Role, system_actor
from qunlian.kernel.errors import NotFound, Refusal
from qunlian.kernel.typed import whole
from qunlian.kernel.wording import in_words
from qunlian.member.page import actor_of, member_page
from qunlian.messaging.actions.upload_media import BadUpload, Upload, upload_media
from qunlian.messaging.queries.media import media_file
from qunlian.messaging.rules import media as media_rules

PLATFORMS = {
    "wechat": gettext_lazy("WeChat"),
    "wecom": gettext_lazy("WeCom"),
    "qq": gettext_lazy("QQ"),
    "dingtalk": gettext_lazy("DingTalk"),
    "other": gettext_lazy("Elsewhere"),
}


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def register_store_group(request: HttpRequest) -> HttpResponse:
    """Show his stores' own groups, and take a new one."""
    actor = actor_of(request)
    if actor.role is not Role.MEMBER or not actor.reach.store_ids:
        raise NotFound(kind="store")
    if request.method != "POST":
        return _own(request, actor, {})
    told = NewStoreGroup(
        store_id=whole(request.POST.get("store_id")) or 0,
        name=request.POST.get("name", ""),
        people=whole(request.POST.get("people")) or 0,
        platform=request.POST.get("platform", ""),
    )
    try:
        register(actor=actor, told=told, now=clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        errors = {str(refusal.facts.get("field", "")): in_words(refusal)}
        return _own(request, actor, {"errors": errors, "typed": request.POST}, refusal.status)
    return redirect("community_register_store_group")


def _own(
    request: HttpRequest, actor: Actor, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    groups = own_store_groups(actor, now=clock.now())
    sold = sales_by_own_group(actor, [one.store_group_id for one in groups])
    stores = own_stores(actor)
    names = dict(stores)
    facts = {
        "groups": [
            (
                one,
                PLATFORMS[one.platform],
                names.get(one.store_id, ""),
                sold.get(one.store_group_id, NOTHING),
                request.build_absolute_uri(reverse("community_store_group_kit", args=[one.code])),
            )
            for one in groups
        ],
        "stores": stores,
        "platforms": list(PLATFORMS.items()),
        **more,
    }
    return render(request, "member/community/store_groups.html", facts, status=status)


@member_page
@require_POST
def tell_store_group(request: HttpRequest, store_group_id: int) -> HttpResponse:
    """Take how many sit there now, or the picture of the code that was kept before."""
    people = request.POST.get("people", "").strip()
    telling = StoreGroupTelling(
        store_group_id=store_group_id,
        people=(whole(people) or 0) if people else None,
        code_token=request.POST.get("media_token", ""),
    )
    tell(actor=actor_of(request), telling=telling, now=clock.now())
    return redirect("community_register_store_group")


@member_page
@require_POST
def keep_code(request: HttpRequest) -> HttpResponse:
    """Keep the picture of a group's code, and ask for which group it is."""
    file = request.FILES.get("picture")
    if file is None or (file.size or 0) > media_rules.LIMITS["image"]:
        raise BadUpload(reason="too_large")
    actor = actor_of(request)
    done = upload_media(
        actor=actor, upload=Upload(kind="image", content=file.read()), now=clock.now()
    )
    facts = {"token": done.token, "groups": own_store_groups(actor, now=clock.now())}
    return render(request, "member/community/store_group_code.html", facts)


@member_page
@require_POST
def close_store_group(request: HttpRequest, store_group_id: int) -> HttpResponse:
    """Take it off the list."""
    close(actor=actor_of(request), store_group_id=store_group_id, now=clock.now())
    return redirect("community_register_store_group")


@require_safe
def store_group_kit(request: HttpRequest, code: str) -> HttpResponse:
    """Show a consumer what the brand offers through this store, and where to join."""
    actor, kit = _kit(code)
    facts = {
        "kit": kit,
        "code": code,
        "offers": list_offers(actor, kit.store_id),
        "owner_url": _shop_of_owner(request, kit),
        "join_url": f"{reverse('community_join_group', args=[kit.seed_code])}?sg={code}"
        if kit.seed_code
        else "",
    }
    return render(request, "member/community/store_group_kit.html", facts)


@require_safe
def store_group_picture(request: HttpRequest, code: str) -> HttpResponseBase:
    """Serve the picture of the group's QR code, as long as it is good."""
    del request
    actor, kit = _kit(code)
    if not kit.code_token:
        raise Http404
    try:
        found = media_file(actor, kit.code_token)
        stream = default_storage.open(found.path)
    except (NotFound, FileNotFoundError):
        raise Http404 from None
    response = FileResponse(stream, content_type=found.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _kit(code: str) -> tuple[Actor, Kit]:
    target = resolve(code)
    if target is None or target.kind != "store_group":
        raise Http404
    actor = system_actor(target.enterprise_id)
    try:
        return actor, kit_of(actor, target.target_id, now=clock.now())
    except NotFound:
        raise Http404 from None


def _shop_of_owner(request: HttpRequest, kit: Kit) -> str:
    """Return the shop for the store's own people, with the group that the order comes out of."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or kit.store_id not in actor.reach.store_ids:
        return ""
    here = reverse("member_commerce_list_offers")
    return f"{here}?store={kit.store_id}&store_group={kit.store_group_id}"
