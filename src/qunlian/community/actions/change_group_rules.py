"""Change what a group is about and what holds in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, requests
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.community.rules.layers import LONGEST_RULES, LONGEST_THEME, LONGEST_WELCOME
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid


class RulesTooLong(Invalid):
    """A group's rules have at most 2000 characters, its welcome 900, its theme 80."""

    code: ClassVar[str] = "community.rules_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """
    The theme is shown under the group's name; the rules to everybody who joins.

    :ivar welcome: greets newcomers; None leaves it as it is
    """

    group_id: int
    theme: str
    rules: str
    welcome: str | None = None


def change_group_rules(*, actor: Actor, rules: GroupRules, now: datetime) -> GroupCard:
    """
    Set theme, rules and welcome of a group; where only a person can show new ones in it, one is asked.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it
    :raises RulesTooLong: theme or rules are too long
    """
    with scope.writing(actor):
        group = access.group_to_change(actor, rules.group_id)
        theme, text = " ".join(rules.theme.split()), rules.rules.strip()
        welcome = group.welcome if rules.welcome is None else rules.welcome.strip()
        _check(theme, text, welcome)
        is_new, greets_anew = text not in ("", group.rules), welcome != group.welcome
        group.theme, group.rules, group.changed_at = theme, text, now
        group.welcome = welcome
        group.save(update_fields=["theme", "rules", "welcome", "changed_at"])
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
