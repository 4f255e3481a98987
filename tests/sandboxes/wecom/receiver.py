"""An app's callback address: it answers the check of the address and keeps what it is sent."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import xmltodict
from wechatpy.work.crypto import WeChatCrypto

from qunlian.sandboxes.wecom import Sandbox

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class Patient(ThreadingHTTPServer):
    """Lets many wait at the door: beyond it the system drops who comes, who then comes again much later."""

    daemon_threads = True
    request_queue_size = 128


class Receiver:
    """Decrypts with wechatpy's own crypto; how many posts to answer with 500 (``refuses``) or late (``naps``)."""

    def __init__(self, corp_id: str) -> None:
        self.crypto = WeChatCrypto(TOKEN, AES_KEY, corp_id)
        self.events: list[dict[str, Any]] = []
        self.raw: list[tuple[dict[str, str], str]] = []
        self.posts = 0
        self.refuses = 0
        self.naps = 0
        self.echoes = True
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked = dict(parse_qsl(urlsplit(self.path).query))
                plain = receiver.crypto.check_signature(
                    asked["msg_signature"], asked["timestamp"], asked["nonce"], asked["echostr"]
                )
                receiver.raw.append((asked, asked["echostr"]))
                self._answer(200, plain.encode() if receiver.echoes else b"hello")

            def do_POST(self):
                asked = dict(parse_qsl(urlsplit(self.path).query))
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.posts += 1
                if receiver.naps:
                    receiver.naps -= 1
                    time.sleep(0.3)
                if receiver.refuses:
                    receiver.refuses -= 1
                    self._answer(500, b"")
                    return
                text = receiver.crypto.decrypt_message(
                    body, asked["msg_signature"], asked["timestamp"], asked["nonce"]
                )
                receiver.raw.append((asked, body))
                receiver.events.append(xmltodict.parse(text)["xml"])
                self._answer(200, b"")

            def _answer(self, status: int, body: bytes) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any longer
                    self._write(status, body)

            def _write(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None: ...

        self._server = Patient(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/heard"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def listen_to(self, sandbox: Sandbox) -> Any:
        return sandbox.post("app/callback", url=self.url, token=TOKEN, aes_key=AES_KEY)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def all_arrived(sandbox: Sandbox) -> dict[str, int]:
    """Wait until no event is under way; return what became of them."""
    until(lambda: sandbox.get("callbacks")["under_way"] == 0)
    return sandbox.get("callbacks")
