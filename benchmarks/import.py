"""
How fast a roster of stores is loaded: file in, everything committed, indexes and all.

``python -m benchmarks.import [--rows 200000] [--people] [--xlsx]`` on a throw-away embedded database that
keeps what it promises (fsync on). Each scenario runs in a process of its own, so that its memory is its
own; the time is from opening the file to the committed end, in the action that the job calls.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from qunlian.cli.embedded_postgres import EmbeddedPostgres
from qunlian.cli.provision import prepare

SCENARIOS = (0.0, 0.01, 0.5)
HEADINGS = (
    *("店编码", "店名", "类型", "管理属性", "年销售额", "客情", "片区编码", "经销商"),
    *("店主", "手机", "地址", "经度", "纬度"),
)
PEOPLE = {"店主", "手机"}
BROKEN = ("no territory", "distributor", "name", "coordinates", "money")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--xlsx", action="store_true", help="also a workbook with 1 %% bad")
    parser.add_argument("--again", action="store_true", help="also the same file a second time")
    parser.add_argument(
        "--people", action="store_true", help="also with an owner and phone per store"
    )
    parser.add_argument("--only", type=float, help="one share of bad rows")
    options = parser.parse_args()
    shares = SCENARIOS if options.only is None else (options.only,)
    print(f"{'file':>6} {'rows':>8} {'bad':>6} {'seconds':>8} {'rows/s':>8} {'RSS MB':>7}")
    lines = [scenario(options.rows, share, "csv", again=options.again) for share in shares]
    if options.people:
        lines.append(scenario(options.rows, 0.01, "csv", owners=True))
    if options.xlsx:
        lines.append(scenario(options.rows, 0.01, "xlsx"))
    print()
    print("\n".join(line for found in lines for line in found))


def scenario(
    rows: int, share: float, form: str, *, again: bool = False, owners: bool = False
) -> list[str]:
    """Run one scenario on a database of its own; return its lines."""
    home = Path(tempfile.mkdtemp(prefix="qunlian-bench-"))
    home.chmod(0o755)
    server = EmbeddedPostgres(home, durable=True)
    try:
        server.start()
        server.create_database("bench")
        url = prepare(server.owner_url("bench"), home=home)
        environment = os.environ | {
            "QUNLIAN_DATABASE_URL": url,
            "QUNLIAN_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "qunlian.site.settings",
        }
        once = [sys.executable, "-m", "benchmarks.import_once"]
        subprocess.run([*once, "found"], env=environment, check=True)
        with psycopg.connect(server.owner_url("bench"), autocommit=True) as owner:
            owner.execute("ANALYZE")  # autovacuum has long been by when somebody loads a roster
        path = home / f"roster.{form}"
        write_roster(path, rows, share, owners=owners)
        command = [*once, str(path), "2" if again else "1"]
        answer = subprocess.run(
            command, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return report(answer.stdout.splitlines(), "people" if owners else form)
    finally:
        server.stop()
        shutil.rmtree(server.root, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def report(lines: list[str], form: str) -> list[str]:
    """Print what was measured; only the fixed scenarios (.csv without people) get the fixed name."""
    found = []
    for line in lines:
        rows, bad, seconds, rss = line.split()
        speed = int(rows) / float(seconds)
        label = "again" if found else form
        print(f"{label:>6} {int(rows):8,} {int(bad):6} {seconds:>8} {speed:8,.0f} {rss:>7}")
        name = "import" if label == "csv" else f"import_{label}"
        share = int(bad) / int(rows)
        found.append(
            f"{name} rows={rows} bad={share:.2f} seconds={seconds}"
            f" rows_per_second={speed:.0f} rss_mb={rss}"
        )
    return found


def write_roster(path: Path, rows: int, share: float, *, owners: bool = False) -> None:
    """Write a roster as an ERP would export it: 300 patches, 100 distributors, perhaps owners."""
    chance = random.Random(11)
    columns = [n for n in range(len(HEADINGS)) if owners or HEADINGS[n] not in PEOPLE]
    headings = [HEADINGS[n] for n in columns]
    whole = (record(number, chance, is_bad=chance.random() < share) for number in range(rows))
    records = ([cells[n] for n in columns] for cells in whole)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig") as stream:
            stream.write(",".join(headings) + "\n")
            stream.writelines(",".join(cells) + "\n" for cells in records)
        return
    from qunlian.kernel.sheets import Column, write_xlsx

    with path.open("wb") as stream:
        write_xlsx(stream, [Column(heading) for heading in headings], records)


STREETS = ("文三路", "中山路", "解放大道", "人民南路", "长江西路", "建国门外大街")
NAMES = ("惠民", "鸿运", "永辉", "家家乐", "万客来", "百姓", "福临门", "好又多")
TYPES = ("便利店", "超市", "烟酒店", "餐饮", "小卖部")
OWNERS = "王李张刘陈杨赵黄周吴"


def record(number: int, chance: random.Random, *, is_bad: bool) -> list[str]:
    cells = [
        f"S{number:07}",
        f"{chance.choice(NAMES)}{chance.choice(TYPES)}{number % 977}号",
        chance.choice(TYPES),
        chance.choice("ABCD"),
        f"{chance.paretovariate(1.1) * 10_000:.2f}",
        str(chance.randrange(101)),
        f"P{number % 300:03}",
        f"D{number % 100:03}",
        f"{chance.choice(OWNERS)}{chance.choice('伟芳娜敏静强磊军洋勇')}",
        f"1{chance.choice('3578')}{number:09}",
        f"{chance.choice(STREETS)}{chance.randrange(1, 900)}号",
        f"{chance.uniform(100, 122):.6f}",
        f"{chance.uniform(22, 40):.6f}",
    ]
    if is_bad:
        match chance.choice(BROKEN):
            case "no territory":
                cells[6] = "没有"
            case "distributor":
                cells[7] = "没有"
            case "name":
                cells[1] = ""
            case "coordinates":
                cells[11], cells[12] = cells[12], cells[11]
            case "money":
                cells[4] = "很多"
    return cells


if __name__ == "__main__":
    main()
