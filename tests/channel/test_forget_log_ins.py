"""Expired sessions, old attempts and spent links go; what still counts stays."""

from datetime import timedelta

from qunlian.channel import jobs
from qunlian.channel.actions.forget_log_ins import forget_log_ins
from qunlian.channel.models import LoginAttempt, ReturnLink, Session
from tests.cast_words import NOON, Cast


def _session(key: str, *, hours: int) -> None:
    Session.objects.create(
        session_key=key, session_data="", expire_date=NOON + timedelta(hours=hours)
    )


def test_what_is_over_goes_and_the_rest_stays(cast: Cast) -> None:
    _session("over", hours=-1)
    _session("good", hours=1)
    for days in (0, 1, 2):
        LoginAttempt.objects.create(
            key="login:x", window_at=NOON - timedelta(days=days), failures=3
        )
    for digest, hours in (("spent", -1), ("open", 1)):
        ReturnLink.objects.create(
            digest=digest, account_id=len(digest), expires_at=NOON + timedelta(hours=hours)
        )
    done = forget_log_ins(attempt_days=1, now=NOON)
    assert (done.sessions, done.attempts, done.links) == (1, 1, 1)
    assert not done.has_more
    assert set(Session.objects.values_list("session_key", flat=True)) == {"good"}
    assert LoginAttempt.objects.count() == 2
    assert [link.digest for link in ReturnLink.objects.all()] == ["open"]
    again = forget_log_ins(attempt_days=1, now=NOON)
    assert (again.sessions, again.attempts, again.links) == (0, 0, 0)


def test_the_nightly_job_goes_on_until_nothing_is_left(cast: Cast, monkeypatch) -> None:
    from qunlian.channel.actions import forget_log_ins as action

    monkeypatch.setattr(action, "MOST_AT_ONCE", 2)
    for n in range(5):
        _session(f"over{n}", hours=-24 * 365 * 20)
    jobs.forget_log_ins(0)
    assert not Session.objects.filter(session_key__startswith="over").exists()
