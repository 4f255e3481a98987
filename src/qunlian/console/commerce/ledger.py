"""The ledger explorer: what stands where, out of which transfers; and the few entries made by hand."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunlian.commerce import wording
from qunlian.commerce.actions.correct_transfer import correct_transfer as correct
from qunlian.commerce.actions.receive_payment import receive_payment as receive
from qunlian.commerce.actions.reconcile_ledger import reconcile_ledger as reconcile
from qunlian.commerce.actions.set_credit_limit import set_credit_limit as set_limit
from qunlian.commerce.queries import ledger
from qunlian.commerce.queries.ledger import AccountRow, EntryRow, TransferRow
from qunlian.commerce.queries.receivables import all_receivables, list_receivables
from qunlian.console.page import actor_of, came_from, page
from qunlian.kernel import clock, sheets
from qunlian.kernel.actor import Role
from qunlian.kernel.money import fen_from_yuan
from qunlian.kernel.paging import every_row

BOOKKEEPERS = (Role.HEADQUARTERS,)
EXPORT_ROWS = 500


def _account(row: AccountRow) -> dict[str, Any]:
    owner = row.owner_name or wording.word(wording.OWNER_KINDS, row.owner_kind)
    return {"row": row, "kind": wording.word(wording.ACCOUNT_KINDS, row.kind), "owner": owner}


def _transfer(row: TransferRow | EntryRow) -> dict[str, Any]:
    return {"row": row, "kind": wording.word(wording.TRANSFER_KINDS, row.kind)}


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Ledger"), reverse("commerce_trial_balance"))]


@page(BOOKKEEPERS)
@require_safe
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Show all kinds of account and that they come to nothing."""
    actor = actor_of(request)
    found = ledger.trial_balance(actor)
    facts = {
        "debts": all_receivables(actor),
        "balance": found,
        "kinds": [
            {"total": total, "label": wording.word(wording.ACCOUNT_KINDS, total.kind)}
            for total in found.kinds
        ],
        "transfers": [_transfer(row) for row in ledger.list_transfers(actor).rows[:12]],
    }
    return render(request, "console/commerce/trial_balance.html", facts)


@page()
@require_safe
def receivables_page(request: HttpRequest) -> HttpResponse:
    """Show which stores owe how much and since when, those that owe most first."""
    actor = actor_of(request)
    found = list_receivables(actor, now=clock.now(), after=request.GET.get("after", ""))
    facts = {
        "debts": found.rows,
        "next_key": found.next_key,
        "total": all_receivables(actor),
        "crumbs": _crumbs() if actor.is_headquarters else [],
    }
    return render(request, "console/commerce/list_receivables.html", facts)


@page()
@require_safe
def export_receivables(request: HttpRequest) -> HttpResponseBase:
    """Hand all debts out as a sheet."""
    actor, now = actor_of(request), clock.now()
    money = [
        _("Owes"),
        _("up to 30 days"),
        _("31 to 60 days"),
        _("61 to 90 days"),
        _("over 90 days"),
        _("Credit limit"),
    ]
    columns = [
        sheets.Column(_("Code"), width=14),
        sheets.Column(_("Store"), width=28),
        *(sheets.Column(name, sheets.Cell.MONEY, 14) for name in money),
        sheets.Column(_("Oldest unpaid"), sheets.Cell.MOMENT, 18),
    ]
    debts = every_row(
        lambda after: list_receivables(actor, now=now, after=after, limit=EXPORT_ROWS)
    )
    rows = (
        (d.code, d.store_name, d.owed_fen, *d.by_age_fen, d.limit_fen, d.since_at) for d in debts
    )
    return sheets.answer("receivables", request.GET.get("format", "xlsx"), columns, rows)


@page()
@require_safe
def export_accounts(request: HttpRequest) -> HttpResponseBase:
    """Hand the accounts on screen, all pages of them, out as a sheet."""
    actor, kind = actor_of(request), request.GET.get("kind", "")
    columns = [
        sheets.Column(_("Account owner"), width=28),
        sheets.Column(_("Ledger account"), width=20),
        sheets.Column(_("Balance"), sheets.Cell.MONEY, 16),
        sheets.Column(_("Credit limit"), sheets.Cell.MONEY, 16),
    ]
    found = every_row(
        lambda after: ledger.list_accounts(actor, kind=kind, after=after, limit=EXPORT_ROWS)
    )
    rows = (
        (words["owner"], words["kind"], row.balance_fen, row.limit_fen)
        for row in found
        for words in (_account(row),)
    )
    return sheets.answer("accounts", request.GET.get("format", "xlsx"), columns, rows)


@page()
@require_safe
def export_statement(request: HttpRequest, account_id: int) -> HttpResponseBase:
    """Hand an account's whole statement out as a sheet, newest first."""
    actor = actor_of(request)
    ledger.account_card(actor, account_id)
    columns = [
        sheets.Column(_("When"), sheets.Cell.MOMENT, 18),
        sheets.Column(_("Transfer"), width=18),
        sheets.Column(_("Debit or credit"), sheets.Cell.MONEY, 16),
        sheets.Column(_("Balance"), sheets.Cell.MONEY, 16),
        sheets.Column(_("Order"), sheets.Cell.INTEGER, 12),
        sheets.Column(_("Note"), width=36),
    ]
    found = every_row(
        lambda after: ledger.entries_of_account(actor, account_id, after=after, limit=EXPORT_ROWS)
    )
    rows = (
        (
            row.happened_at,
            wording.word(wording.TRANSFER_KINDS, row.kind),
            row.amount_fen,
            row.balance_fen,
            row.about_id if row.about_kind == "order" else None,
            row.note,
        )
        for row in found
    )
    return sheets.answer("statement", request.GET.get("format", "xlsx"), columns, rows)


@page(BOOKKEEPERS)
@require_safe
def export_transfers(request: HttpRequest) -> HttpResponseBase:
    """Hand the transfers on screen, all pages of them, out as a sheet."""
    actor, kind = actor_of(request), request.GET.get("kind", "")
    columns = [
        sheets.Column(_("When"), sheets.Cell.MOMENT, 18),
        sheets.Column(_("Transfer"), width=18),
        sheets.Column(_("Amount"), sheets.Cell.MONEY, 16),
        sheets.Column(_("Order"), sheets.Cell.INTEGER, 12),
        sheets.Column(_("Note"), width=36),
    ]
    found = every_row(
        lambda after: ledger.list_transfers(actor, kind=kind, after=after, limit=EXPORT_ROWS)
    )
    rows = (
        (
            row.happened_at,
            wording.word(wording.TRANSFER_KINDS, row.kind),
            row.volume_fen,
            row.about_id if row.about_kind == "order" else None,
            row.note,
        )
        for row in found
    )
    return sheets.answer("transfers", request.GET.get("format", "xlsx"), columns, rows)


@page(BOOKKEEPERS)
@require_POST
def reconcile_ledger(request: HttpRequest) -> HttpResponse:
    """Recount everything now."""
    found = reconcile(actor=actor_of(request), now=clock.now())
    if found.problems:
        messages.error(request, _("The recount found differences."))
    else:
        messages.success(request, _("Recounted: everything agrees, fen for fen."))
    return redirect("commerce_trial_balance")


@page()
@require_safe
def list_accounts(request: HttpRequest) -> HttpResponse:
    """Show accounts within reach."""
    found = ledger.list_accounts(
        actor_of(request), kind=request.GET.get("kind", ""), after=request.GET.get("after", "")
    )
    facts = {
        "accounts": [_account(row) for row in found.rows],
        "next_key": found.next_key,
        "kinds": list(wording.ACCOUNT_KINDS.items()),
        "crumbs": _crumbs() if actor_of(request).is_headquarters else [],
    }
    return render(request, "console/commerce/list_accounts.html", facts)


@page()
@require_safe
def account_card(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show an account with its entries, newest first."""
    actor = actor_of(request)
    account = ledger.account_card(actor, account_id)
    found = ledger.entries_of_account(actor, account_id, after=request.GET.get("after", ""))
    is_headquarters = actor.is_headquarters
    facts = {
        "account": _account(account),
        "entries": [_transfer(row) for row in found.rows],
        "next_key": found.next_key,
        "crumbs": [
            *(_crumbs() if is_headquarters else []),
            (_("Ledger accounts"), reverse("commerce_list_accounts")),
        ],
        "may_book": is_headquarters and account.kind == "receivable",
        "is_headquarters": is_headquarters,
        "is_first": not request.GET.get("after"),
        "request_key": secrets.token_urlsafe(12),
    }
    return render(request, "console/commerce/account_card.html", facts)


@page(BOOKKEEPERS)
@require_safe
def list_transfers(request: HttpRequest) -> HttpResponse:
    """Show all transfers, newest first."""
    found = ledger.list_transfers(
        actor_of(request), kind=request.GET.get("kind", ""), after=request.GET.get("after", "")
    )
    facts = {
        "transfers": [_transfer(row) for row in found.rows],
        "next_key": found.next_key,
        "kinds": list(wording.TRANSFER_KINDS.items()),
        "crumbs": _crumbs(),
    }
    return render(request, "console/commerce/list_transfers.html", facts)


@page(BOOKKEEPERS)
@require_safe
def transfer_card(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Show a transfer to its parts."""
    card = ledger.transfer_card(actor_of(request), transfer_id)
    facts = {
        "card": card,
        "kind": wording.word(wording.TRANSFER_KINDS, card.row.kind),
        "story": wording.word(wording.TRANSFER_STORIES, card.row.kind),
        "parts": [
            {
                "account": _account(part.account),
                "debit_fen": max(part.amount_fen, 0),
                "credit_fen": max(-part.amount_fen, 0),
            }
            for part in card.parts
        ],
        "crumbs": [*_crumbs(), (_("Transfers"), reverse("commerce_list_transfers"))],
        "may_correct": card.row.kind == "payment_received" and card.corrected_by_id is None,
    }
    return render(request, "console/commerce/transfer_card.html", facts)


@page(BOOKKEEPERS)
@require_POST
def correct_transfer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Post the opposite of a transfer."""
    reason = request.POST.get("reason", "")
    fixed = correct(
        actor=actor_of(request), transfer_id=transfer_id, reason=reason, now=clock.now()
    )
    messages.success(request, _("Corrected by a transfer of its own."))
    return redirect("commerce_transfer_card", fixed.transfer_id)


@page(BOOKKEEPERS)
@require_POST
def receive_payment(request: HttpRequest, store_id: int) -> HttpResponse:
    """Write a store's payment down."""
    receive(
        actor=actor_of(request),
        store_id=store_id,
        amount_fen=_fen(request.POST.get("paid_yuan", "")),
        request_key=request.POST.get("request_key", "")[:64],
        note=request.POST.get("paid_note", ""),
        now=clock.now(),
    )
    messages.success(request, _("The payment is booked."))
    return redirect(came_from(request))


@page(BOOKKEEPERS)
@require_POST
def set_credit_limit(request: HttpRequest, store_id: int) -> HttpResponse:
    """Say how much a store may owe."""
    limit = _fen(request.POST.get("limit_yuan", ""))
    set_limit(actor=actor_of(request), store_id=store_id, limit_fen=limit, now=clock.now())
    messages.success(request, _("The credit limit is set."))
    return redirect(came_from(request))


def _fen(text: str) -> int:
    try:
        return fen_from_yuan(text)
    except ValueError:
        return -1
