"""What the adapter does by itself: read its inbox, and forget what was read long ago."""

from procrastinate.contrib.django import app

from qunlian.kernel import clock
from qunlian.platforms.wecom import inbox
from qunlian.platforms.wecom.accounts import connected_enterprises, corp_of


@app.periodic(cron="* * * * * */5")
@app.task(name="wecom.read_inbox", queueing_lock="wecom.read_inbox")
def read_inbox(timestamp: int) -> None:
    """Note which rooms something happened in."""
    del timestamp
    for enterprise_id in connected_enterprises():
        inbox.hear(corp_of(enterprise_id))


@app.periodic(cron="40 3 * * *")
@app.task(name="wecom.forget_callbacks", queueing_lock="wecom.forget_callbacks")
def forget_callbacks(timestamp: int) -> None:
    """Delete callbacks of long ago; their keys stay."""
    del timestamp
    for enterprise_id in connected_enterprises():
        inbox.forget(corp_of(enterprise_id), clock.now())
