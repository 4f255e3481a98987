"""One's own account: password, browsers, keys; and everybody's accounts for headquarters."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunlian.channel.actions import deactivate_account as locking
from qunlian.channel.actions import make_api_token as making
from qunlian.channel.actions import open_account as opening
from qunlian.channel.actions import reset_password as resetting
from qunlian.channel.actions.change_password import change_password as change
from qunlian.channel.actions.end_session import end_session as end
from qunlian.channel.actions.revoke_api_token import revoke_api_token as revoke
from qunlian.channel.queries import accounts
from qunlian.channel.queries.actors import SESSION_MUST_CHANGE
from qunlian.console.channel import forms, words
from qunlian.console.channel.choices import pick
from qunlian.console.channel.trees import HEADQUARTERS
from qunlian.console.page import actor_of, page
from qunlian.kernel import clock
from qunlian.kernel.typed import whole


@page()
@never_cache
@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    """Show one's password form, browsers and keys."""
    return _mine(request, {})


@page()
@sensitive_post_parameters()
@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; other browsers are logged out."""

    def write() -> HttpResponse:
        done = change(
            actor=actor_of(request),
            old=request.POST.get("old", ""),
            new=request.POST.get("password", ""),
            session_key=request.session.session_key or "",
            now=clock.now(),
        )
        request.session.update(done.session)
        request.session.pop(SESSION_MUST_CHANGE, None)
        rotate_token(request)
        return forms.done(
            request, _("Changed. Your other browsers were logged out."), "channel_my_account"
        )

    return forms.attempt(request, write, _mine)


@page()
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Log one of one's own browsers out."""
    end(actor=actor_of(request), handle=request.POST.get("handle", ""), now=clock.now())
    return forms.done(request, _("Logged out there."), "channel_my_account")


@page()
@never_cache
@require_POST
def make_api_token(request: HttpRequest) -> HttpResponse:
    """Make a key and show it this once."""

    def write() -> HttpResponse:
        name = request.POST.get("name", "")
        made = making.make_api_token(actor=actor_of(request), name=name, now=clock.now())
        return _mine(request, {}, token=made.token)

    return forms.attempt(request, write, _mine)


@page()
@require_POST
def revoke_api_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a key of one's own."""
    revoke(actor=actor_of(request), token_id=token_id, now=clock.now())
    return forms.done(request, _("Revoked."), "channel_my_account")


@page(HEADQUARTERS)
@require_GET
def list_accounts(request: HttpRequest) -> HttpResponse:
    """Show all log-ins of the enterprise."""
    return _accounts(request, {})


@page(HEADQUARTERS)
@sensitive_post_parameters("password")
@require_POST
def open_account(request: HttpRequest) -> HttpResponse:
    """Give somebody a log-in."""
    new = opening.NewAccount(
        login=request.POST.get("login", ""),
        password=request.POST.get("password", ""),
        staff_id=whole(request.POST.get("staff")),
        distributor_id=whole(request.POST.get("distributor")),
        must_change_password="must_change" in request.POST,
    )

    def write() -> HttpResponse:
        opened = opening.open_account(actor=actor_of(request), new=new, now=clock.now())
        sentence = _("%(login)s can log in now.") % {"login": opened.login}
        return forms.done(request, sentence, "channel_list_accounts")

    return forms.attempt(request, write, _accounts)


@page(HEADQUARTERS)
@require_POST
def deactivate_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Lock somebody out, or let him in again."""
    done = locking.deactivate_account(
        actor=actor_of(request),
        account_id=account_id,
        is_reactivated="reactivate" in request.POST,
        now=clock.now(),
    )
    said = (
        _("He can log in again.") if done.is_active else _("Locked out; all browsers logged out.")
    )
    messages.success(request, said)
    return redirect("channel_list_accounts")


@page(HEADQUARTERS)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give somebody a new first password; he chooses his own with it."""
    card = accounts.account_card(actor_of(request), account_id)

    def show(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
        facts = {
            "account": card,
            "role_word": words.ROLES[card.role],
            "errors": errors,
            "crumbs": [(_("Accounts"), reverse("channel_list_accounts"))],
        }
        return render(request, "console/channel/reset_password.html", facts)

    def write() -> HttpResponse:
        resetting.reset_password(
            actor=actor_of(request),
            account_id=account_id,
            password=request.POST.get("password", ""),
            now=clock.now(),
        )
        said = _("The new password holds; all his browsers were logged out.")
        return forms.done(request, said, "channel_list_accounts")

    return show(request, {}) if request.method == "GET" else forms.attempt(request, write, show)


def _mine(request: HttpRequest, errors: dict[str, str], token: str = "") -> HttpResponse:
    mine = accounts.my_account(actor_of(request), session_key=request.session.session_key or "")
    facts = {
        "mine": mine,
        "browsers": [(words.device_in_words(one.device), one) for one in mine.sessions],
        "roles": words.ROLES,
        "errors": errors,
        "token": token,
        "must_change": bool(request.session.get(SESSION_MUST_CHANGE)),
    }
    return render(request, "console/channel/my_account.html", facts)


def _accounts(request: HttpRequest, errors: dict[str, str]) -> HttpResponse:
    actor = actor_of(request)
    facts = {
        "listing": accounts.list_accounts(
            actor, typed=request.GET.get("q", "")[:60], after=request.GET.get("after", "")
        ),
        "roles": words.ROLES,
        "errors": errors,
        "typed": request.POST if request.method == "POST" else None,
        "staff": pick(request, "staff", "staff"),
        "distributors": pick(request, "distributor", "distributor"),
    }
    return render(request, "console/channel/list_accounts.html", facts)
