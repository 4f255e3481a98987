"""Log-in sessions in the database, each knowing its account, so that they can be listed and revoked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from qunlian.channel.models import Session

_SEEN_NOTED_EVERY = timedelta(minutes=5)


class SessionStore(DatabaseSessions):
    """Django's database sessions over our own row (it adds ``account_id``, the device, last seen)."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast("Session", super().create_model_instance(data))
        account_id = data.get("_auth_user_id")
        row.account_id = int(account_id) if account_id else None
        row.device = str(data.get("device", ""))[:200]
        row.seen_at = Now()
        return row

    def _get_session_from_db(self) -> Session | None:
        """Read the row; every few minutes note that its browser was seen. The database's clock counts."""
        stale = Q(seen_at=None) | Q(seen_at__lt=Now() - _SEEN_NOTED_EVERY)
        row = (
            Session.objects.annotate(is_stale=ExpressionWrapper(stale, BooleanField()))
            .filter(session_key=self.session_key, expire_date__gt=Now())
            .first()
        )
        if row is None:
            self._session_key = None
        elif row.is_stale:
            Session.objects.filter(pk=row.pk).update(seen_at=Now())
        return row


def begin(session: SessionBase, values: Mapping[str, str], *, device: str) -> None:
    """
    Log a browser in: a new session key (an old one might be known to others), then who it is.

    :param values: what ``log_in`` or ``session_values`` returned
    :param device: the browser's own words about itself
    """
    session.flush()
    session.update({**values, "device": device[:200]})
    session.cycle_key()
