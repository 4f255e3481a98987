"""The API's own description (OpenAPI 3.1). ``python -m qunlian.api.description`` writes openapi.json."""

import json
from pathlib import Path

COMMITTED = Path(__file__).with_name("openapi.json")


def described() -> str:
    """Return the description as it is committed: indented, in the order of the routers."""
    from qunlian.api.app import PREFIX, api  # noqa: PLC0415  (needs Django)

    schema = api.get_openapi_schema(path_prefix=PREFIX)
    return json.dumps(schema, indent=1, ensure_ascii=False, default=str) + "\n"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunlian.site.settings")
    django.setup()
    COMMITTED.write_text(described())
