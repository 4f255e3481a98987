"""What came down the line: read it, answer, pass it on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole
from qunlian.messaging.actions.answer_relay import answer_relay
from qunlian.messaging.actions.pass_on import WORDING_LIMIT, pass_on
from qunlian.messaging.queries.relays import my_relays, relay_task
from qunlian.messaging.queries.reminders import my_reminders


@page()
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show what waits to be passed on, and what one passed on before."""
    tasks = my_relays(actor_of(request), is_waiting=False)
    facts = {
        "reminders": my_reminders(actor_of(request)),
        "waiting": [task for task in tasks if task.state == "waiting"],
        "done": [task for task in tasks if task.state != "waiting"],
    }
    return render(request, "console/messaging/my_relays.html", facts)


@page()
@require_safe
def task_page(request: HttpRequest, relay_id: int) -> HttpResponse:
    """Show one message to pass on, its question, and for whom it is."""
    task = relay_task(actor_of(request), relay_id)
    facts = {
        "task": task,
        "limit": WORDING_LIMIT,
        "options": list(enumerate(task.options)),
        "crumbs": [(_("To pass on"), reverse("messaging_my_relays"))],
        "may_pass": task.state == "waiting" and (not task.question or task.answer is not None),
    }
    return render(request, "console/messaging/relay_task.html", facts)


@page()
@require_POST
def answer(request: HttpRequest, relay_id: int) -> HttpResponseBase:
    """Note the answer, or only that it was read."""
    answer_relay(
        actor=actor_of(request),
        relay_id=relay_id,
        option=whole(request.POST.get("option")),
        now=clock.now(),
    )
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect("messaging_relay_task", relay_id)


@page()
@require_POST
def hand_on(request: HttpRequest, relay_id: int) -> HttpResponseBase:
    """Pass it on."""
    done = pass_on(
        actor=actor_of(request),
        relay_id=relay_id,
        wording=request.POST.get("wording", ""),
        now=clock.now(),
    )
    said = _("Passed on to %(people)s people and %(groups)s groups.")
    messages.success(request, said % {"people": done.people, "groups": done.groups})
    return redirect("messaging_my_relays")
