"""
A channel's way through the product: ``make bench NAME=journey`` (``ARGS="--stores 200000 --home DIR"``).

Starts a whole installation as its user does (``qunlian up``), loads a roster, plans, applies, loads next
month's roster, plans again from the groups there are, compares and applies; every step is a command that a
user types, timed from pressing enter to the prompt. Then the pages of plans are asked for over HTTP, each
a few dozen times. Prints what the commands said, a table, and one line ``journey stores= mode= …`` with
the seconds of each step and the 99th percentile of the pages in milliseconds.
"""

import argparse
import http.client
import math
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOGIN, PASSWORD = "hq@journey", "lin-jiang-2026"
PER_REP = 200
REPS_PER_DISTRICT = 5
#: province, city, its districts, longitude and latitude of the middle
CITIES = (
    ("浙江省", "杭州市", ("上城区", "拱墅区", "西湖区", "滨江区", "萧山区"), 120.16, 30.26),
    ("浙江省", "宁波市", ("海曙区", "江北区", "镇海区", "北仑区", "鄞州区"), 121.55, 29.87),
    ("浙江省", "温州市", ("鹿城区", "龙湾区", "瓯海区"), 120.69, 28.0),
    ("江苏省", "南京市", ("玄武区", "秦淮区", "建邺区", "鼓楼区", "栖霞区"), 118.8, 32.06),
    ("江苏省", "苏州市", ("虎丘区", "吴中区", "相城区", "姑苏区"), 120.6, 31.3),
    ("江苏省", "无锡市", ("锡山区", "惠山区", "滨湖区", "梁溪区"), 120.3, 31.57),
    ("安徽省", "合肥市", ("瑶海区", "庐阳区", "蜀山区", "包河区"), 117.27, 31.86),
    ("山东省", "济南市", ("历下区", "市中区", "槐荫区", "天桥区"), 117.0, 36.65),
    ("山东省", "青岛市", ("市南区", "市北区", "崂山区", "李沧区"), 120.38, 36.07),
    ("河南省", "郑州市", ("中原区", "二七区", "金水区", "惠济区"), 113.62, 34.75),
    ("湖北省", "武汉市", ("江岸区", "江汉区", "硚口区", "汉阳区", "武昌区"), 114.3, 30.6),
    ("湖南省", "长沙市", ("芙蓉区", "天心区", "岳麓区", "开福区"), 112.94, 28.23),
    ("广东省", "广州市", ("荔湾区", "越秀区", "海珠区", "天河区", "白云区"), 113.26, 23.13),
    ("广东省", "深圳市", ("罗湖区", "福田区", "南山区", "宝安区"), 114.06, 22.54),
    ("四川省", "成都市", ("锦江区", "青羊区", "金牛区", "武侯区", "成华区"), 104.07, 30.67),
    ("陕西省", "西安市", ("新城区", "碑林区", "莲湖区", "雁塔区"), 108.94, 34.34),
    ("福建省", "福州市", ("鼓楼区", "台江区", "仓山区", "晋安区"), 119.3, 26.08),
    ("江西省", "南昌市", ("东湖区", "西湖区", "青云谱区"), 115.86, 28.68),
    ("辽宁省", "沈阳市", ("和平区", "沈河区", "大东区", "皇姑区"), 123.43, 41.8),
    ("河北省", "石家庄市", ("长安区", "桥西区", "新华区", "裕华区"), 114.51, 38.04),
)
TYPES = ("便利店", "超市", "餐饮", "烟酒店", "夫妻店", "批发部")
SHARES = (30, 12, 22, 14, 18, 4)
NAMES = ("惠民", "鸿运", "永兴", "家家乐", "万客来", "百姓", "福临门", "好又多")
HEADINGS = (
    *("店编码", "店名", "类型", "管理属性", "年销售额", "客情", "省", "市", "区", "业务员"),
    *("地址", "经度", "纬度", "状态"),
)
#: A usual month: closed, new, with another rep, of another attribute.
MONTH = {"closed": 0.005, "new": 0.005, "elsewhere": 0.005, "other": 0.01}
PAGE_TURNS = 60


@dataclass
class Journey:
    """The installation and what each step took."""

    home: Path
    port: int
    facts: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a step took."""
        began = time.perf_counter()
        yield
        self.facts[f"{step}_seconds"] = round(time.perf_counter() - began, 1)
        print(f"-- {step}: {self.facts[f'{step}_seconds']} s", flush=True)

    def run(self, *arguments: str, typed: str = "") -> str:
        """Type a command; return what it said."""
        answer = subprocess.run(
            [sys.executable, "-m", "qunlian.cli.main", *arguments],
            env=environment(self.home),
            input=typed,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        print(answer.stdout, end="", flush=True)
        return answer.stdout


def main() -> None:
    """Go the whole way once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=200_000)
    parser.add_argument("--mode", default="balanced", choices=["strict", "balanced", "fewest"])
    parser.add_argument(
        "--home", type=Path, help="where the installation goes and stays afterwards"
    )
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="qunlian-journey-"))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    journey = Journey(home, options.port or free_port())
    try:
        with running(journey):
            go(journey, options.stores, options.mode)
    finally:
        if not options.home:
            forget(home)
    print("journey " + " ".join(f"{key}={value}" for key, value in journey.facts.items()))


def go(journey: Journey, stores: int, mode: str) -> None:
    """Take every step."""
    journey.facts |= {"stores": stores, "mode": mode}
    chance = random.Random(11)
    roster = [record(number, chance) for number in range(stores)]
    first, second = journey.home / "门店.csv", journey.home / "门店-下月.csv"
    write(first, roster)
    write(second, a_month_later(roster, chance))
    journey.run(
        *("createuser", LOGIN, "--enterprise", "群链", "--name", "华总"), typed=f"{PASSWORD}\n"
    )
    with journey.timed("import"):
        journey.run("import", "stores", str(first), "--create")
    with journey.timed("plan"):
        plan = plan_number(journey.run("plan", "draft", LOGIN, "--mode", mode))
    with journey.timed("apply"):
        said = journey.run("plan", "apply", LOGIN, plan)
    journey.facts["groups"] = counted(r"([\d,]+) groups for", said)
    with journey.timed("second_import"):
        journey.run("import", "stores", str(second))
    with journey.timed("replan"):
        said = journey.run("plan", "draft", LOGIN, "--mode", mode, "--again", "usual")
    again = plan_number(said)
    journey.facts["forced"] = counted(r"usual +([\d,]+) must move", said)
    journey.facts["voluntary"] = counted(r"usual .*must move, +([\d,]+) would", said)
    with journey.timed("compare"):
        journey.run("plan", "compare", LOGIN, "now", again)
    with journey.timed("reapply"):
        journey.run("plan", "apply", LOGIN, again)
    ask_for_pages(journey, plan, again)


def ask_for_pages(journey: Journey, plan: str, again: str) -> None:
    """Ask for the pages of the plans as a browser does; note the slowest of a hundred."""
    cookie = log_in(journey)
    pages = {
        "plan": f"/plans/{plan}",
        "replan": f"/plans/{again}",
        "moves": f"/plans/{again}/moves",
        "map": f"/plans/{again}/map",
        "map_city": f"/plans/{again}/map?division=3301",
        "compared": "/plans/comparisons/1",
        "compared_stores": "/plans/comparisons/1/stores",
        "compared_groups": "/plans/comparisons/1/groups",
        "compared_people": "/plans/comparisons/1/people",
    }
    print(f"{'page':<16}{'p50 ms':>9}{'p99 ms':>9}  bytes")
    for name, address in pages.items():
        times, size = asked(journey.port, address, cookie)
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{name:<16}{times[len(times) // 2]:>9.1f}{p99:>9.1f}  {size:,}", flush=True)
        journey.facts[f"{name}_p99_ms"] = round(p99)


def asked(port: int, address: str, cookie: str) -> tuple[list[float], int]:
    """Return the milliseconds of each answer, in order, and the size of the last."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    times, size = [], 0
    for turn in range(PAGE_TURNS + 3):
        began = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie})
        answer = connection.getresponse()
        size = len(answer.read())
        if answer.status != http.HTTPStatus.OK:
            message = f"{address} answered {answer.status}"
            raise SystemExit(message)
        if turn >= 3:
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times), size


def log_in(journey: Journey) -> str:
    """Log in with name and password; return the cookie."""
    jar = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(jar)
    address = f"http://127.0.0.1:{journey.port}/login"
    page = browser.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {"login": LOGIN, "password": PASSWORD, "csrfmiddlewaretoken": token[1] if token else ""}
    asked = urllib.request.Request(
        address, data=urllib.parse.urlencode(form).encode(), headers={"Referer": address}
    )
    browser.open(asked).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar.cookiejar)


def plan_number(said: str) -> str:
    """Return the number of the plan that a command told of."""
    found = re.search(r"plan (\d+):", said)
    if not found:
        message = f"no plan: {said}"
        raise SystemExit(message)
    return found[1]


def counted(pattern: str, said: str) -> int:
    """Return a number that a command said."""
    found = re.search(pattern, said)
    return int(found[1].replace(",", "")) if found else -1


def record(number: int, chance: random.Random) -> list[str]:
    """Return a store as an ERP would export it; reps have about as many stores each."""
    rep = number // PER_REP
    district_number = rep // REPS_PER_DISTRICT
    province, city, districts, lng, lat = CITIES[district_number % len(CITIES)]
    turn = district_number // len(CITIES)
    district = districts[turn % len(districts)]
    kind = chance.choices(TYPES, SHARES)[0]
    east, north = a_side(math.tau * (turn % len(districts)) / len(districts), chance)
    return [
        f"S{number:07}",
        f"{chance.choice(NAMES)}{kind}{number % 977}号",
        kind,
        chance.choice("ABCD"),
        f"{chance.paretovariate(1.1) * 10_000:.2f}",
        str(min(100, max(0, round(chance.gauss(55, 22))))),
        province,
        city,
        district,
        f"业务{rep:05}",
        f"文三路{chance.randrange(1, 900)}号",
        f"{lng + 0.15 * east:.6f}",
        f"{lat + 0.12 * north:.6f}",
        "营业",
    ]


def a_side(around: float, chance: random.Random) -> tuple[float, float]:
    """Return a point about as far from the middle as a district lies."""
    return math.cos(around) + chance.gauss(0, 0.35), math.sin(around) + chance.gauss(0, 0.35)


def a_month_later(roster: list[list[str]], chance: random.Random) -> list[list[str]]:
    """Return the roster of a month later: some closed, some new, some with another rep or attribute."""
    after, reps = [], len(roster) // PER_REP
    for cells in roster:
        now = list(cells)
        draw = chance.random()
        if draw < MONTH["closed"]:
            now[13] = "关闭"
        elif draw < MONTH["closed"] + MONTH["elsewhere"]:
            neighbour = record(PER_REP * chance.randrange(max(1, reps)), chance)
            now[6:10] = neighbour[6:10]
        elif draw < MONTH["closed"] + MONTH["elsewhere"] + MONTH["other"]:
            now[3] = chance.choice("ABCD")
        now[4] = f"{float(now[4]) * chance.lognormvariate(0, 0.05):.2f}"
        after.append(now)
    for extra in range(round(len(roster) * MONTH["new"])):
        cells = record(PER_REP * chance.randrange(max(1, reps)), chance)
        cells[0] = f"N{extra:07}"
        after.append(cells)
    return after


def write(path: Path, rows: list[list[str]]) -> None:
    """Write a file as a spreadsheet saves it."""
    with path.open("w", encoding="utf-8-sig") as stream:
        stream.write(",".join(HEADINGS) + "\n")
        stream.writelines(",".join(cells) + "\n" for cells in rows)


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a command that works on this installation."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("QUNLIAN_")}
    return inherited | {"QUNLIAN_HOME": str(home)}


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(journey: Journey) -> Iterator[None]:
    """Keep the installation up for the length of the block."""
    command = (*("up", "--empty", "--host", "127.0.0.1"), *("--port", str(journey.port)))
    with (journey.home / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "qunlian.cli.main", *command],
            env=environment(journey.home),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(journey, process)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def wait_until_ready(journey: Journey, process: subprocess.Popen[bytes]) -> None:
    """Wait until the pages answer."""
    address = f"http://127.0.0.1:{journey.port}/health/ready"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit((journey.home / "up.log").read_text()[-4000:])


def forget(home: Path) -> None:
    """Remove the installation; its database may live beside it, where its own user can reach."""
    from qunlian.cli.installation import Installation

    kept = Installation(home).recall("postgres-folder").get("path", str(home / "postgres"))
    shutil.rmtree(kept, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
