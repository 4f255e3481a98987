"""Groups that stores run themselves: sums by part of the tree and by store, nobody's names."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunlian.commerce.queries.store_groups import NOTHING, sales_by_part, sales_by_store
from qunlian.community.queries.store_groups import list_store_sums, store_group_sums
from qunlian.console.nav import EVERYBODY
from qunlian.console.page import actor_of, page
from qunlian.kernel.typed import whole


@page(EVERYBODY)
@require_safe
def store_groups(request: HttpRequest) -> HttpResponse:
    """Show what stores' own groups add up to, part by part and store by store."""
    actor, text = actor_of(request), request.GET.get("territory", "")
    part = whole(text) if text else None
    if text and part is None:
        raise Http404
    sums = store_group_sums(actor, part)
    if part is None and len(sums) == 1 and sums[0].territory_id:
        sums = store_group_sums(actor, sums[0].territory_id) or sums
    stores = list_store_sums(actor, territory_id=part, after=request.GET.get("after", ""))
    sold = sales_by_part(actor, [one.territory_id or 0 for one in sums])
    by_store = sales_by_store(actor, [one.store_id for one in stores.rows])
    facts = {
        "parts": [(one, sold.get(one.territory_id or 0, NOTHING)) for one in sums],
        "stores": [(one, by_store.get(one.store_id, NOTHING)) for one in stores.rows],
        "next_key": stores.next_key,
        "crumbs": [(_("Coverage"), reverse("community_coverage"))],
    }
    return render(request, "console/community/store_groups.html", facts)
