"""The truth table of the platforms, from what the adapters declare: ``python tools/platforms.py [check]``."""

import os
import sys
from pathlib import Path

import django

TABLE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "platforms.md"
_HEAD = """# What each platform can do

Written by `python tools/platforms.py` from what the adapters declare. The same declarations decide what
Qunlian does by itself and what becomes a task on somebody's phone.

"""


def main(arguments: list[str]) -> int:
    """Write the table, or say whether it is what the declarations make; 1 when it is not."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
    django.setup()
    made = table()
    if "check" in arguments:
        is_true = TABLE.exists() and TABLE.read_text(encoding="utf-8") == made
        print("platforms: true" if is_true else "platforms: run python tools/platforms.py")
        return 0 if is_true else 1
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(made, encoding="utf-8")
    return 0


def table() -> str:
    """Return the document."""
    from qunlian.platforms import registry  # noqa: PLC0415 (needs Django)
    from qunlian.platforms.words import FEATURES, MEANS  # noqa: PLC0415

    names = registry.names()
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for feature, words in FEATURES.items():
        cells = []
        for name in names:
            note = registry.note(name, feature)
            means = f"**{registry.means(name, feature)}**"
            cells.append(f"{means}: {note}" if note else means)
        lines.append(f"| {words} | {' | '.join(cells)} |")
    legend = ", ".join(f"**{means}** = {words}" for means, words in MEANS.items())
    return _HEAD + "\n".join(lines) + f"\n\n{legend}.\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
