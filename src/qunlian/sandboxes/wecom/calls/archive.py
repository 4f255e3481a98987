"""
Who is archived (会话内容存档). What they wrote comes through the vendor's native library alone.

Source: page 91614 (members with a licence); page 90313 (48002, 301052).
"""

from typing import Literal

from qunlian.sandboxes.wecom.errors import Refused
from qunlian.sandboxes.wecom.gate import Answer, Caller, call
from qunlian.sandboxes.wecom.requests import Body


class WhichEdition(Body):
    #: 1 office, 2 service, 3 enterprise; all when it is not named
    type: Literal[1, 2, 3] | None = None


@call("msgaudit/get_permit_user_list", WhichEdition)
def list_archived(caller: Caller, ask: WhichEdition) -> Answer:
    """List who is archived; only the archive's own secret may ask."""
    if not caller.app.is_archive:
        raise Refused(48002)
    if not caller.app.is_licensed:
        raise Refused(301052)
    return {"ids": caller.app.archived_userids}
