"""wechatpy as the third party that drives the sandbox, and a bare client for what it doesn't have."""

import json
import warnings
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from qunlian.sandboxes.wecom import Sandbox

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy.work import WeChatClient


class Bare:
    """Makes any call and returns the answer as it is."""

    def __init__(self, sandbox: Sandbox, secret: str = "") -> None:
        self.url = sandbox.url
        self.corp_id = sandbox.corp_id
        self.secret = secret or sandbox.secret
        self.token = self.get("gettoken", corpid=self.corp_id, corpsecret=self.secret).get(
            "access_token", ""
        )

    def get(self, api: str, **query: Any) -> dict[str, Any]:
        return self._ask(api, query, None)

    def post(self, api: str, **body: Any) -> dict[str, Any]:
        return self._ask(api, {}, json.dumps(body).encode())

    def _ask(self, api: str, query: dict[str, Any], body: bytes | None) -> dict[str, Any]:
        if api != "gettoken":
            query = {"access_token": self.token, **query}
        request = Request(f"{self.url}/cgi-bin/{api}?{urlencode(query)}", data=body)
        try:
            with urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except HTTPError as trouble:
            with trouble:
                return {"errcode": None, "status": trouble.code, "page": trouble.read().decode()}


def wechatpy_client(sandbox: Sandbox, secret: str = "") -> WeChatClient:
    """wechatpy with its two addresses turned to the sandbox; nothing else is changed."""

    class Client(WeChatClient):
        API_BASE_URL = f"{sandbox.url}/cgi-bin/"
        tokens_fetched = 0

        def fetch_access_token(self):
            type(self).tokens_fetched += 1
            return self._fetch_access_token(
                url=f"{self.API_BASE_URL}gettoken",
                params={"corpid": self.corp_id, "corpsecret": self.secret},
            )

    return Client(sandbox.corp_id, secret or sandbox.secret)


def urlopen_json(url: str) -> Any:
    with urlopen(url, timeout=10) as answer:
        return json.load(answer)
