"""Plans for tests: drafted and planned like the product does it, without a worker."""

from qunlian.community.actions.draft_plan import draft_plan
from qunlian.community.actions.plan_matrix import plan_matrix
from qunlian.community.models import Plan, PlanGroup, PlanStore
from qunlian.community.wishes import PlanWish
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor, system_actor
from tests.cast_words import NOON


def planned(actor: Actor, **wish) -> int:
    """A plan with its proposed groups; its id."""
    plan_id = draft_plan(actor=actor, wish=PlanWish(**wish), now=NOON).plan_id
    made = plan_matrix(actor=system_actor(actor.enterprise_id), plan_id=plan_id, now=NOON)
    assert made.state == "planned"
    return plan_id


def stores_by_group(enterprise_id: int, plan_id: int) -> dict[int, set[int]]:
    """Group number → store ids."""
    found: dict[int, set[int]] = {}
    with scope.reading(system_actor(enterprise_id)):
        for group in PlanGroup.objects.filter(plan_id=plan_id):
            rows = PlanStore.objects.filter(plan_group=group)
            found[group.number] = set(rows.values_list("store_id", flat=True))
    return found


def row(enterprise_id: int, plan_id: int) -> Plan:
    with scope.reading(system_actor(enterprise_id)):
        return Plan.objects.get(pk=plan_id)


def groups(enterprise_id: int, plan_id: int) -> list[PlanGroup]:
    with scope.reading(system_actor(enterprise_id)):
        return list(PlanGroup.objects.filter(plan_id=plan_id).order_by("number"))


def small_groups(actor: Actor, *, hard: int = 500) -> int:
    """The cast's stores in groups of at most two: patch A in 1 and 2, patch B in 3 and 4."""
    from qunlian.channel.models import Enterprise

    with scope.writing(system_actor(actor.enterprise_id)):
        Enterprise.objects.update(seats_hard=hard, seats_soft=4)
    return planned(actor, reserved=2, minimum=0, mode="fewest")


def version(enterprise_id: int, plan_id: int) -> int:
    return row(enterprise_id, plan_id).version


def sizes(enterprise_id: int, plan_id: int) -> dict[int, int]:
    return {group.number: group.seats for group in groups(enterprise_id, plan_id)}


def approved(actor: Actor, plan_id: int) -> int:
    from qunlian.community.actions.approve_plan import approve_plan

    approve_plan(
        actor=actor, plan_id=plan_id, version=version(actor.enterprise_id, plan_id), now=NOON
    )
    return plan_id


def applying(actor: Actor, plan_id: int) -> int:
    from qunlian.community.actions.apply_plan import apply_plan

    apply_plan(actor=actor, plan_id=approved(actor, plan_id), now=NOON)
    return plan_id


def applied(actor: Actor, plan_id: int) -> int:
    from qunlian.community.actions.carry_out_plan import carry_out_plan

    applying(actor, plan_id)
    done = carry_out_plan(actor=system_actor(actor.enterprise_id), plan_id=plan_id, now=NOON)
    assert done.state == "applied"
    return plan_id


def placements(enterprise_id: int) -> dict[int, str]:
    """Store id → name of its base group."""
    from qunlian.community.models import GroupStore

    with scope.reading(system_actor(enterprise_id)):
        rows = GroupStore.objects.values_list("store_id", "group__name")
        return dict(rows)


def is_exactly(enterprise_id: int, plan_id: int) -> bool:
    """Whether the groups of this plan are the plan: names, stores and a team each."""
    from qunlian.community.models import Group, GroupStore, Member

    with scope.reading(system_actor(enterprise_id)):
        proposed = {
            (group.pk, group.name): {s.store_id for s in PlanStore.objects.filter(plan_group=group)}
            for group in PlanGroup.objects.filter(plan_id=plan_id)
        }
        made = [
            (group.name, set(rows.values_list("store_id", flat=True)), group.seats_taken)
            for group in Group.objects.filter(plan_id=plan_id)
            for rows in [GroupStore.objects.filter(group=group)]
        ]
        counted = all(
            group.seats_taken == Member.objects.filter(group=group, left_at=None).count()
            for group in Group.objects.filter(plan_id=plan_id)
        )
    wanted = sorted((name, sorted(stores)) for (_, name), stores in proposed.items())
    return counted and sorted((name, sorted(stores)) for name, stores, _ in made) == wanted


def again(actor: Actor, choice: str = "usual", **wish) -> int:
    """A plan from the groups there are; its id."""
    return planned(actor, choice=choice, **wish)


def moves(enterprise_id: int, plan_id: int) -> dict[int, int]:
    """Store id → why it moves, of those that do."""
    with scope.reading(system_actor(enterprise_id)):
        rows = PlanStore.objects.filter(plan_id=plan_id, reason__gt=0)
        return dict(rows.values_list("store_id", "reason"))


def compared(actor: Actor, one: int | None, other: int | None) -> int:
    """Two versions side by side, asked for and counted; the comparison's id."""
    from qunlian.community.actions.compare_plans import compare_plans
    from qunlian.community.actions.count_comparison import count_comparison

    asked = compare_plans(actor=actor, one_id=one, other_id=other, now=NOON)
    brand = system_actor(actor.enterprise_id)
    count_comparison(actor=brand, comparison_id=asked.comparison_id, now=NOON)
    return asked.comparison_id
