"""How long tasks may take and when people are reminded of them: one line per kind."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from qunlian.community.actions.set_task_terms import TaskTimes
from qunlian.community.actions.set_task_terms import set_task_terms as keep
from qunlian.community.queries.task_terms import task_terms
from qunlian.community.rules.tasks import TERMS, Terms
from qunlian.console.channel.forms import attempt, done, number
from qunlian.console.community import task_words
from qunlian.console.nav import PLANNERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock

_BETWEEN = re.compile(r"[\s,，、;；]+")
_FIELDS = ("due_hours", "expires_hours", "remind_hours")


@page(PLANNERS)
def set_task_terms(request: HttpRequest) -> HttpResponse:
    """Show the times of every kind of task; headquarters changes them."""

    def write() -> HttpResponse:
        times = {
            kind: _typed(request, kind) for kind in TERMS if f"due_hours:{kind}" in request.POST
        }
        keep(actor=actor_of(request), times=times, now=clock.now())
        return done(
            request, _("Saved; what is asked from now on follows it."), "community_set_task_terms"
        )

    return attempt(request, write, _show) if request.method == "POST" else _show(request, {})


def _typed(request: HttpRequest, kind: str) -> TaskTimes:
    """Read one line; what is no number is refused as a time that cannot be."""
    due, expires, remind = (request.POST.get(f"{field}:{kind}", "") for field in _FIELDS)
    return TaskTimes(
        due_hours=number(due, -1),
        expires_hours=number(expires, -1),
        remind_hours=tuple(number(each, -1) for each in _BETWEEN.split(remind.strip()) if each),
    )


def _show(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    actor = actor_of(request)
    facts = {
        "rows": [_row(request, kind, one, errors) for kind, one in task_terms(actor).items()],
        "is_editor": actor.is_headquarters,
        "errors": dict.fromkeys(("",) if errors else (), " ".join(errors.values())),
        "crumbs": [(_("Tasks"), reverse("community_list_tasks"))],
    }
    return render(request, "console/community/set_task_terms.html", facts)


def _row(request: HttpRequest, kind: str, terms: Terms, errors: dict[str, str]) -> dict[str, Any]:
    values = (
        str(terms.due_hours),
        str(terms.expires_hours),
        ", ".join(map(str, terms.remind_hours)),
    )
    names = [f"{field}:{kind}" for field in _FIELDS]
    return {
        "kind": task_words.KINDS.get(kind, kind),
        "is_usual": terms == TERMS[kind],
        "cells": [
            (name, request.POST.get(name, value), name in errors)
            for name, value in zip(names, values, strict=True)
        ],
    }
