"""What the adapter does by itself: read its inbox, and forget what was read long ago."""

import logging
from collections.abc import Iterator

from procrastinate.contrib.django import app

from qunlian.kernel import clock
from qunlian.kernel.errors import PlatformTrouble
from qunlian.platforms.wecom import inbox
from qunlian.platforms.wecom.accounts import Account, connected_enterprises, corp_of

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */5")
@app.task(name="wecom.read_inbox", queueing_lock="wecom.read_inbox")
def read_inbox(timestamp: int) -> None:
    """Note which rooms something happened in."""
    del timestamp
    for account in _accounts():
        inbox.hear(account)


@app.periodic(cron="40 3 * * *")
@app.task(name="wecom.forget_callbacks", queueing_lock="wecom.forget_callbacks")
def forget_callbacks(timestamp: int) -> None:
    """Delete callbacks of long ago; their keys stay."""
    del timestamp
    for account in _accounts():
        inbox.forget(account, clock.now())


def _accounts() -> Iterator[Account]:
    """Each connected corp; one whose secret can't be opened keeps nobody else waiting."""
    for enterprise_id in connected_enterprises():
        try:
            yield corp_of(enterprise_id)
        except PlatformTrouble as trouble:
            logger.warning("wecom_account", extra={"code": trouble.code})
