"""What the adapter does by itself, for every connected corp."""

from django.test import override_settings

from qunlian.kernel import scope
from qunlian.kernel.actor import system_actor
from qunlian.platforms.wecom import jobs
from qunlian.platforms.wecom.models import Callback, HeardRoom
from tests.cast_words import Cast
from tests.platforms.wecom.scripted import Scripted
from tests.platforms.wecom.test_callbacks import Phone, phone

__all__ = ["phone"]


def test_the_inbox_is_read_and_old_callbacks_go(phone: Phone) -> None:
    phone.tell()
    jobs.read_inbox(0)
    with scope.reading(system_actor(phone.enterprise_id)):
        assert HeardRoom.objects.count() == 1
        assert not Callback.objects.filter(read_at=None).exists()
    jobs.forget_callbacks(0)
    assert phone.stored() == 1


def test_a_corp_whose_secret_cannot_be_opened_keeps_nobody_waiting(
    server: Scripted, connect, cast: Cast
) -> None:
    connect(server)
    with override_settings(SECRET_KEY="another installation's"):
        jobs.read_inbox(0)
