"""A page of ours is signed as WeCom's client checks it; the ticket is fetched once for all."""

import re

from qunlian.kernel import clock
from qunlian.platforms.extensions import PageSigner
from qunlian.platforms.registry import platform
from qunlian.sandboxes.wecom import start
from tests.cast_words import Cast
from tests.platforms.worlds import connect

PAGE = "https://q.example.com/beside/wecom?chat=wr1"


def test_the_client_takes_our_signature(cast: Cast) -> None:
    sandbox, brand, signer = start(), cast.ids["brand"], platform("wecom")
    assert isinstance(signer, PageSigner)
    try:
        connect(sandbox, brand)
        for address in (PAGE, f"{PAGE}#top"):
            signed = signer.sign_page(brand, address, now=clock.now())
            asked = {"noncestr": signed.nonce, "timestamp": str(signed.timestamp), "url": PAGE}
            told = sandbox.post("page", **asked, signature=signed.signature)
            assert told == {"config": False, "agent_config": True}
            asked["url"] = "https://evil.example.com/"
            assert not sandbox.post("page", **asked, signature=signed.signature)["agent_config"]
        assert (signed.company, signed.app) == (sandbox.corp_id, str(sandbox.agent_id))
        assert re.fullmatch("[0-9a-f]{40}", signed.signature)
        assert sandbox.world.counters["calls of ticket/get"] == 1
    finally:
        sandbox.stop()
