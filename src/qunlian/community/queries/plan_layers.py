"""What a plan proposes in each layer."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Sum

from qunlian.community.models import Group, Plan, PlanGroup
from qunlian.community.rules import life


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerShape:
    """The proposed groups of one layer; ``standing`` are those whose branch or place has one already."""

    layer: str
    groups: int
    standing: int
    stores: int
    distributors: int
    seats: int
    without_steward: int


def layer_shapes(plan: Plan) -> tuple[LayerShape, ...]:
    """Count the proposed groups layer by layer, in the order of planning; emptied ones aren't."""
    mine = Group.objects.filter(
        layer=OuterRef("layer"), base_key=OuterRef("base_key"), life__in=life.OPEN
    ).exclude(base_key="")
    counts = (
        PlanGroup.objects.filter(plan=plan)
        .exclude(layer="store", stores=0)
        .order_by("layer")
        .values("layer")
        .annotate(
            groups=Count("pk"),
            standing=Count(
                "pk", filter=Q(Exists(mine.exclude(plan=plan))) | Q(present_id__isnull=False)
            ),
            stores=Sum("stores"),
            distributors=Sum("distributors"),
            seats=Sum("seats"),
            without_steward=Count("pk", filter=Q(steward_staff_id=None)),
        )
    )
    found = [LayerShape(**row) for row in counts]
    return tuple(sorted(found, key=lambda each: plan.layers.index(each.layer)))
