"""How fast a file of posters is drawn, how large it is, and what it takes: ``make bench NAME=posters``."""

import argparse
import resource
import time

from qunlian.community.drawing import Poster, draw


def main() -> None:
    """Draw as many posters as one file holds, of names with many different letters."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--posters", type=int, default=1000)
    parser.add_argument("--size", default="a6", choices=["a4", "a6"])
    options = parser.parse_args()
    letters = "".join(chr(0x4E00 + 7 * n) for n in range(2000))
    posters = [
        Poster(
            title=f"{letters[n % 1990 : n % 1990 + 6]}{n}号便利店",
            line="临江食品·石原东片·2群",
            link=f"https://qun.example.com/m/j/abcd{n:06}?from=poster",
            steps=["用微信扫一扫", "填姓名和手机号", "点“加入”，就进群了"],
        )
        for n in range(options.posters)
    ]
    began, spent = time.monotonic(), time.process_time()
    pdf = draw(posters, brand="临江食品", call="扫码进群", size=options.size)
    seconds, cpu = time.monotonic() - began, time.process_time() - spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{options.posters} posters ({options.size}): {seconds:.1f} s, CPU {cpu:.1f} s")
    print(f"{len(pdf) / 1e6:.1f} MB, memory at the peak {most:.0f} MB")
    print(
        f"posters count={options.posters} seconds={seconds:.1f} cpu_seconds={cpu:.1f}"
        f" bytes={len(pdf)} peak_mb={most:.0f}"
    )


if __name__ == "__main__":
    main()
