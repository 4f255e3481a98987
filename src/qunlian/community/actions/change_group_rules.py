"""Change what a group is about and what holds in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from qunlian.community import access, requests
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.community.rules.ladder import Ladder
from qunlian.community.rules.layers import LONGEST_RULES, LONGEST_THEME, LONGEST_WELCOME
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class LadderUnsound(Invalid):
    """Choose among the steps; a breach counts for 1 to 366 days."""

    code: ClassVar[str] = "community.ladder_unsound"


class RulesTooLong(Invalid):
    """A group's rules have at most 2000 characters, its welcome 900, its theme 80."""

    code: ClassVar[str] = "community.rules_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """
    The theme is shown under the group's name; the rules to everybody who joins.

    :ivar welcome: greets newcomers; None leaves it as it is
    :ivar ladder: what follows for who breaks the rules; without steps: what its layer has; None leaves it
    """

    group_id: int
    theme: str
    rules: str
    welcome: str | None = None
    ladder: Ladder | None = None


def change_group_rules(*, actor: Actor, rules: GroupRules, now: datetime) -> GroupCard:
    """
    Set theme, rules and welcome of a group; where only a person can show new ones in it, one is asked.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it
    :raises RulesTooLong: theme or rules are too long
    :raises LadderUnsound: a step that there is not, or no such window
    """
    ladder = _ladder(rules.ladder)
    with scope.writing(actor):
        group = access.group_to_change(actor, rules.group_id)
        theme, text = " ".join(rules.theme.split()), rules.rules.strip()
        welcome = group.welcome if rules.welcome is None else rules.welcome.strip()
        _check(theme, text, welcome)
        is_new, greets_anew = text not in ("", group.rules), welcome != group.welcome
        group.theme, group.rules, group.changed_at = theme, text, now
        group.welcome = welcome
        group.ladder = group.ladder if ladder is None else ladder
        group.save(update_fields=["theme", "rules", "welcome", "ladder", "changed_at"])
        if is_new:
            requests.ask_person(actor, group, "announce", now, text=text)
        if greets_anew:
            requests.ask_welcome(actor, group, now)
        journal.record(
            "community.group_rules_changed",
            actor=actor,
            at=now,
            about={"group": [group.pk]},
            theme=theme,
        )
        return group_card(actor, group.pk)


def _ladder(wanted: Ladder | None) -> dict[str, Any] | None:
    """
    Return the ladder as it is kept; {} for what the layer has.

    :raises LadderUnsound: it cannot be
    """
    if wanted is None:
        return None
    if not wanted.steps:
        return {}
    if field := wanted.problem():
        raise LadderUnsound(field=field)
    return wanted.as_json()


def _check(theme: str, text: str, welcome: str) -> None:
    """
    Refuse what is too long.

    :raises RulesTooLong: one of them is
    """
    for field, words, most in (
        ("theme", theme, LONGEST_THEME),
        ("rules", text, LONGEST_RULES),
        ("welcome", welcome, LONGEST_WELCOME),
    ):
        if len(words) > most:
            raise RulesTooLong(field=field)
