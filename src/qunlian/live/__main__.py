"""``python -m qunlian.live``: serve live updates until told to stop."""

import asyncio
import os

import django


def main() -> None:
    """Set Django up, then serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunlian.site.settings")
    django.setup()
    from qunlian.live import server  # noqa: PLC0415  (needs Django)

    asyncio.run(server.run())


main()
