"""``qunlian plan``: plan, look, approve and apply from the command line."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from qunlian.cli.installation import Installation
from qunlian.cli.runtime import running, say, serving

if TYPE_CHECKING:
    from qunlian.kernel.actor import Actor


#: How often a command looks what the worker has done.
LOOK_SECONDS = 0.3


@click.group("plan")
def command() -> None:
    """Plan the groups of an enterprise, and apply a plan; works without a running installation.

    Where one runs, its worker does the work, and the command waits for it.
    """


@command.command("draft")
@click.argument("login")
@click.option("--mode", type=click.Choice(["strict", "balanced", "fewest"]), default="balanced")
@click.option("--territory", default="", help="Code of the part of the tree; all when left out.")
@click.option(
    "--seats", type=int, help="People per store group; the enterprise's own when left out."
)
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(["store", "distributor", "consumer"]),
    default=["store"],
    help="What to plan groups for; may be given several times. [default: store]",
)
@click.option(
    "--again",
    type=click.Choice(["must", "few", "usual", "more", "best"]),
    help="From the groups there are: from only what must be to the best groups.",
)
def draft(
    login: str,
    mode: str,
    territory: str,
    seats: int | None,
    layers: tuple[str, ...],
    again: str | None,
) -> None:
    """Plan as LOGIN, and print the figures when it is done."""
    with serving() as installation:
        from qunlian.community.actions.draft_plan import draft_plan  # noqa: PLC0415
        from qunlian.community.actions.plan_matrix import plan_matrix  # noqa: PLC0415
        from qunlian.community.wishes import PlanWish  # noqa: PLC0415
        from qunlian.kernel import clock  # noqa: PLC0415

        actor = _actor(login)
        wish = PlanWish(
            mode=mode,
            territory_id=_territory(actor, territory),
            seats_soft=seats,
            layers=tuple(layers),
            choice=again or "",
        )
        plan_id = draft_plan(actor=actor, wish=wish, now=clock.now()).plan_id
        _done(
            installation,
            actor,
            plan_id,
            lambda: plan_matrix(actor=actor, plan_id=plan_id, now=clock.now()),
        )
        _show(actor, plan_id)


@command.command("show")
@click.argument("login")
@click.argument("plan_id", type=int)
def show(login: str, plan_id: int) -> None:
    """Print the figures of a plan, as LOGIN sees it."""
    with serving():
        _show(_actor(login), plan_id)


@command.command("apply")
@click.argument("login")
@click.argument("plan_id", type=int)
def apply(login: str, plan_id: int) -> None:
    """Approve a plan as LOGIN and make its groups; run again after a crash, it goes on."""
    with serving() as installation:
        from qunlian.community.actions.apply_plan import apply_plan  # noqa: PLC0415
        from qunlian.community.actions.approve_plan import approve_plan  # noqa: PLC0415
        from qunlian.community.actions.carry_out_plan import carry_out_plan  # noqa: PLC0415
        from qunlian.community.queries.plans import plan_card  # noqa: PLC0415
        from qunlian.kernel import clock  # noqa: PLC0415
        from qunlian.kernel.actor import system_actor  # noqa: PLC0415

        actor = _actor(login)
        card = plan_card(actor, plan_id)
        if card.state == "planned":
            approve_plan(actor=actor, plan_id=plan_id, version=card.version, now=clock.now())
        if card.state in ("planned", "approved"):
            made = apply_plan(actor=actor, plan_id=plan_id, now=clock.now())
            if made.without_account:
                say(f"{made.without_account} groups: their owners have no account on the platform")
        machinery = system_actor(actor.enterprise_id)
        _done(
            installation,
            actor,
            plan_id,
            lambda: carry_out_plan(actor=machinery, plan_id=plan_id, now=clock.now()),
        )
        _show(actor, plan_id)


@command.command("compare")
@click.argument("login")
@click.argument("one")
@click.argument("other")
def compare(login: str, one: str, other: str) -> None:
    """Put two versions side by side as LOGIN sees them: two plans, or `now` for the groups there are."""
    sides = [_version(each) for each in (one, other)]
    with serving() as installation:
        from qunlian.community.actions.compare_plans import compare_plans  # noqa: PLC0415
        from qunlian.community.actions.count_comparison import count_comparison  # noqa: PLC0415
        from qunlian.community.queries.comparisons import comparison_card  # noqa: PLC0415
        from qunlian.kernel import clock  # noqa: PLC0415
        from qunlian.kernel.actor import system_actor  # noqa: PLC0415

        actor = _actor(login)
        asked = compare_plans(actor=actor, one_id=sides[0], other_id=sides[1], now=clock.now())
        number = asked.comparison_id
        machinery = system_actor(actor.enterprise_id)
        if not running(installation):
            count_comparison(actor=machinery, comparison_id=number, now=clock.now())
        while not (card := comparison_card(actor, number)).is_counted:
            time.sleep(LOOK_SECONDS)
        _tell(card.summary)


def _version(text: str) -> int | None:
    if text == "now":
        return None
    if not text.isdigit():
        raise click.UsageError(f"“{text}” is neither the number of a plan nor `now`.")
    return int(text)


def _tell(summary: Mapping[str, Any]) -> None:
    """Print both sides with the difference, and who moves."""
    one, other, moves = (summary[name] for name in ("one", "other", "moves"))
    for name in ("groups", "stores", "people_median", "people_least", "people_most", "too_small"):
        before, after = one[name], other[name]
        say(f"  {name:14} {before:8.0f} {after:8.0f} {after - before:+8.0f}")
    for name in ("likeness", "purity_type", "purity_management"):
        before, after = one[name], other[name]
        say(f"  {name:14} {before:8.1%} {after:8.1%} {after - before:+8.1%}")
    say(
        f"{moves['between']} stores change groups, {moves['gets']} get one, {moves['loses']} lose theirs; "
        f"{moves['groups_same']} groups keep their stores, {moves['groups_ended']} end, "
        f"{moves['groups_new']} are new"
    )


def _done(
    installation: Installation, actor: "Actor", plan_id: int, work: Callable[[], object]
) -> None:
    """Do the work here, or wait while a worker of the running installation, who has it too, does it."""
    from qunlian.community.proposals import WorkTaken  # noqa: PLC0415
    from qunlian.community.queries.plans import plan_card  # noqa: PLC0415

    if not running(installation):
        try:
            work()
        except WorkTaken:  # by a worker of another machine
            pass
        else:
            return
    while plan_card(actor, plan_id).is_working:
        time.sleep(LOOK_SECONDS)


def _actor(login: str) -> "Actor":
    from qunlian.channel.queries.actors import actor_of_login  # noqa: PLC0415
    from qunlian.kernel import clock  # noqa: PLC0415

    actor = actor_of_login(login, now=clock.now())
    if actor is None:
        raise click.ClickException(f"Nobody logs in as {login}.")
    return actor


def _territory(actor: "Actor", code: str) -> int | None:
    if not code:
        return None
    from qunlian.community.queries.staffing import territory_by_code  # noqa: PLC0415

    return territory_by_code(actor, code)


def _show(actor: "Actor", plan_id: int) -> None:
    from qunlian.community.queries.plans import plan_card, plan_shape  # noqa: PLC0415
    from qunlian.community.rules.moves import CHOICES  # noqa: PLC0415

    card = plan_card(actor, plan_id)
    say(f"plan {plan_id}: {card.state}, {card.mode}")
    if card.problem:
        say(f"  {card.problem}")
    if not card.summary:
        return
    shape = plan_shape(actor, plan_id)
    for layer in shape.layers:
        say(f"  {layer.layer:11} {layer.groups} groups, {layer.without_steward} without a steward")
    if "modes" not in card.summary:
        return
    bound = card.summary["bound_strict" if card.mode == "strict" else "bound_soft"]
    say(f"  {shape.groups} groups for {shape.stores} stores; no plan has fewer than {bound}")
    say(f"  {shape.to_look_at} need a look, {shape.without_steward} have no rep")
    choices = card.summary.get("choices", {})
    for choice, figures in sorted(choices.items(), key=lambda each: list(CHOICES).index(each[0])):
        say(
            f"  {choice:6} {figures['forced']:6} must move, {figures['voluntary']:6} would, "
            f"{figures['people']:6} people change chats, {figures['groups']:6} groups, "
            f"{figures['mean_likeness']:6.1%} alike"
        )
    for mode, figures in card.summary["modes"].items():
        say(
            f"  {mode:9} {figures['groups']:7} groups, {figures['purity_type']:6.1%} of one type, "
            f"{figures['spread_share']:6.1%} of the unlikeness left"
        )
