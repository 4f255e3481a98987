"""The demo enterprise and one log-in of each role."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from qunlian.channel.actions.found_enterprise import Founding, found_enterprise
from qunlian.channel.actions.open_account import NewAccount, open_account
from qunlian.channel.queries.accounts import AccountRow, list_accounts
from qunlian.channel.queries.demo import DemoEnterprise, demo_enterprise
from qunlian.channel.queries.distributors import list_distributors
from qunlian.channel.steps import CodeTaken
from qunlian.cli.demo_load.laying import Laying
from qunlian.cli.demo_load.rosters import FOUNDER

PASSWORD = "qunlian-demo"  # noqa: S105  (printed at every start; sample data only)
FOUNDED_BEFORE = timedelta(days=400)
#: log-in → code of the staff or distributor who gets it, and what is said of it at the terminal
_WHO = {
    "manager": ("SJ33", "manager of a province"),
    "rep": ("YW001", "rep"),
    "groups": ("QG01", "group manager"),
    "distributor": ("JX1331", "distributor, tier 1"),
}
#: codes of the staff who log in and read; the founder's is headquarters'
READERS = (FOUNDER, *(code for code, _ in _WHO.values() if not code.startswith("JX")))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """A log-in as the terminal shows it."""

    login: str
    password: str
    role: str


def found(company: str, founder: str, now: datetime) -> DemoEnterprise:
    """Return the demo enterprise, founded now (a good year ago) when there is none."""
    known = demo_enterprise()
    if known is not None:
        return known
    for login in ("hq", "demo-hq"):
        founding = Founding(
            enterprise=company, name=founder, login=login, password=PASSWORD, is_demo=True
        )
        try:
            found_enterprise(founding=founding, now=now - FOUNDED_BEFORE)
            break
        except CodeTaken:
            if login == "demo-hq":
                raise
    made = demo_enterprise()
    assert made is not None  # noqa: S101  (it was founded right above)
    return made


def open_log_ins(laying: Laying) -> None:
    """Open an account for one of each role; a name that somebody else has gets ``demo-`` in front."""
    staff = laying.staff()
    dealers = {row.code: row for row in list_distributors(laying.headquarters, take=500).rows}
    taken = {row.login for row in _accounts(laying)}
    for login, (code, _) in _WHO.items():
        if taken & {login, f"demo-{login}"}:
            continue
        staff_id = staff[code].id if code in staff else None
        dealer_id = dealers[code].id if code in dealers else None
        for name in (login, f"demo-{login}"):
            new = NewAccount(
                login=name, password=PASSWORD, staff_id=staff_id, distributor_id=dealer_id
            )
            try:
                open_account(actor=laying.headquarters, new=new, now=laying.moment(59, 11))
                break
            except CodeTaken:
                continue


def log_ins(laying: Laying) -> list[LogIn]:
    """Return the log-ins of the demo, headquarters first."""
    roles = {"hq": "headquarters"} | {login: role for login, (_, role) in _WHO.items()}
    names = {row.login for row in _accounts(laying)}
    return [
        LogIn(login=name, password=PASSWORD, role=role)
        for login, role in roles.items()
        for name in (login, f"demo-{login}")
        if name in names
    ]


def _accounts(laying: Laying) -> tuple[AccountRow, ...]:
    return tuple(list_accounts(laying.headquarters, take=2_000).rows)
