"""How long tasks may take, and when they are reminded of: the usual times, or the enterprise's own."""

from collections.abc import Mapping
from dataclasses import replace

from qunlian.community.models import TaskTerms
from qunlian.community.rules.tasks import TERMS, Terms
from qunlian.kernel import scope
from qunlian.kernel.actor import Actor


def task_terms(actor: Actor) -> Mapping[str, Terms]:
    """Return the terms of every kind of task, as they hold for what is asked now."""
    with scope.reading(actor):
        rows = {row.kind: row for row in TaskTerms.objects.all()}
    return {
        kind: replace(
            usual,
            due_hours=rows[kind].due_hours,
            expires_hours=rows[kind].expires_hours,
            remind_hours=tuple(rows[kind].remind_hours),
        )
        if kind in rows
        else usual
        for kind, usual in TERMS.items()
    }
