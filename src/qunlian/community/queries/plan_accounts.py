"""Proposed groups whose owner has no account where their rooms are to be."""

from django.db.models import Q

from qunlian.community.models import HandleView, Plan, StaffView
from qunlian.platforms import registry
from qunlian.platforms.port import Feature, Means


def without_account(plan: Plan) -> Q:
    """
    Match the plan's groups to be made whose owner has no account there that we know.

    Only where a platform tells its rooms and whose they are: by that a room that he opens is found.
    """
    found = Q(pk__in=())
    for layer, template in plan.templates.items():
        platform = template.get("platform", "web")
        if platform in _telling():
            handles = HandleView.objects.filter(platform=platform, is_staff=True)
            known = StaffView.objects.filter(
                person_id__in=handles.exclude(person_id=None).values("person_id")
            )
            found |= Q(layer=layer, present_id=None, group_id=None) & ~Q(
                owner_staff_id__in=known.values("pk")
            )
    return found


def _telling() -> tuple[str, ...]:
    own = registry.with_own_accounts()
    return tuple(name for name in own if registry.means(name, Feature.LIST_ROOMS) is Means.API)
