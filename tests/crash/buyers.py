"""Store owners' phones that order, and try again with the same key until somebody answers."""

import http.client
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

_CARD = re.compile(r"^/m/orders/(\d+)$")


@dataclass
class Buyers:
    """Several clients at once; ``answers`` holds what each key was answered, every time it was."""

    port: int
    login: str
    password: str
    product_id: int
    price_fen: int
    answers: dict[str, list[int]] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, store_ids: list[int], orders_each: int) -> None:
        """Let one client order for each store; every third order is sent twice."""
        cookies = self._log_in()
        for store_id in store_ids:
            thread = threading.Thread(
                target=self._order_all, args=(cookies, store_id, orders_each), daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def count(self) -> int:
        with self._lock:
            return len(self.answers)

    def are_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _order_all(self, cookies: str, store_id: int, orders_each: int) -> None:
        for number in range(orders_each):
            key, units = f"s{store_id}-{number}", number % 3 + 1
            for _time in range(2 if number % 3 == 0 else 1):
                self._order_until_answered(cookies, store_id, key, units)

    def _order_until_answered(self, cookies: str, store_id: int, key: str, units: int) -> None:
        form = {
            "store": store_id,
            f"p{self.product_id}": units,
            "pay_mode": "account",
            "request_key": key,
            "total_fen": units * self.price_fen,
        }
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            status, answer, _cookies = self._send("POST", "/m/orders/new", form, cookies)
            card = _CARD.match(answer)
            if status == 302 and card:
                with self._lock:
                    self.answers.setdefault(key, []).append(int(card.group(1)))
                    self.units[key] = units
                return
            if status not in (0, 409, 500, 502, 503):
                break
            if status == 500:
                self.failures.append(f"{key}: 500")
            time.sleep(0.3)
        self.failures.append(f"{key}: {status} {answer}")

    def _send(
        self, method: str, path: str, form: dict[str, object], cookies: str
    ) -> tuple[int, str, list[str]]:
        """Return status (0: nobody answered), the address it leads to, and cookies set."""
        token = re.search(r"qunlian_csrf=(\w+)", cookies)
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        headers["X-CSRFToken"] = token.group(1) if token else ""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, urlencode(form), headers)
            answer = line.getresponse()
            answer.read()
            found = answer.getheader("Location", ""), answer.headers.get_all("Set-Cookie") or []
        except (OSError, http.client.HTTPException):
            return 0, "", []
        else:
            return answer.status, *found
        finally:
            line.close()

    def _log_in(self) -> str:
        csrf = f"qunlian_csrf={secrets.token_hex(16)}"
        form: dict[str, object] = {"login": self.login, "password": self.password}
        status, _path, cookies = self._send("POST", "/login", form, csrf)
        assert status == 302, status
        kept = dict(cookie.split(";")[0].split("=", 1) for cookie in cookies)
        return "; ".join(f"{name}={value}" for name, value in kept.items())
