"""``python -m qunlian.worker``: run jobs until told to stop."""

import asyncio
import os

import django


def main() -> None:
    """Set Django up, then run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunlian.site.settings")
    django.setup()
    from qunlian.worker import app  # noqa: PLC0415  (needs Django)

    asyncio.run(app.run())


main()
