"""How a row points at another of this slice."""

from typing import Any

from django.db import models

#: Composite keys are made in the migration's SQL, so that a reference stays inside its enterprise.
REF: dict[str, Any] = {
    "on_delete": models.DO_NOTHING,
    "db_constraint": False,
    "db_index": False,
    "related_name": "+",
}
