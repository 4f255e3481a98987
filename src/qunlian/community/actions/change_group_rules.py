"""Change what a group is about and what holds in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from qunlian.community import access, requests
from qunlian.community.queries.groups import GroupCard, group_card
from qunlian.kernel import journal, scope
from qunlian.kernel.actor import Actor
from qunlian.kernel.errors import Invalid

LONGEST_RULES = 2000
LONGEST_THEME = 80


class RulesTooLong(Invalid):
    """A group's rules have at most 2000 characters, its theme 80."""

    code: ClassVar[str] = "community.rules_too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """The theme is shown under the group's name; the rules to everybody who joins."""

    group_id: int
    theme: str
    rules: str


def change_group_rules(*, actor: Actor, rules: GroupRules, now: datetime) -> GroupCard:
    """
    Set theme and rules of a group; where only a person can show the new rules in it, one is asked.

    :raises NotFound: no such group within the actor's reach
    :raises Forbidden: the actor does not look after it
    :raises RulesTooLong: theme or rules are too long
    """
    with scope.writing(actor):
        group = access.group_to_change(actor, rules.group_id)
        theme, text = " ".join(rules.theme.split()), rules.rules.strip()
        if len(theme) > LONGEST_THEME or len(text) > LONGEST_RULES:
            raise RulesTooLong(field="theme" if len(theme) > LONGEST_THEME else "rules")
        is_new = text not in ("", group.rules)
        group.theme, group.rules, group.changed_at = theme, text, now
        group.save(update_fields=["theme", "rules", "changed_at"])
        if is_new:
            requests.ask_person(actor, group, "announce", now, text=text)
        journal.record(
            "community.group_rules_changed",
            actor=actor,
            at=now,
            about={"group": [group.pk]},
            theme=theme,
        )
        return group_card(actor, group.pk)
