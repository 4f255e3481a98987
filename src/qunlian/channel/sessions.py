"""Log-in sessions in the database, each knowing its account, so that they can be listed and revoked."""

from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from qunlian.channel.models import Session


class SessionStore(DatabaseSessions):
    """Django's database sessions over our own row (it adds ``account_id`` and the device)."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = cast("Session", super().create_model_instance(data))
        account_id = data.get("_auth_user_id")
        row.account_id = int(account_id) if account_id else None
        row.device = str(data.get("device", ""))[:200]
        return row
