"""Migrations are linear, complete, and can be taken back."""

import os
import subprocess
import sys

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

OURS = [app.label for app in apps.get_app_configs() if app.name.startswith("qunlian.")]


def test_each_slice_has_one_line_of_migrations() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for label in OURS:
        assert len(loader.graph.leaf_nodes(label)) <= 1, label


def test_the_migrations_make_what_the_models_say() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    with translation.override(None):  # as tools/migrations.py asks
        here = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = here.changes(graph=loader.graph)
    assert changes == {}, {label: each[0].operations for label, each in changes.items()}


def test_all_can_be_taken_back_and_put_on_again(database: str) -> None:
    owner = os.environ["QUNLIAN_TEST_OWNER_URL"].replace("DATABASE", database)
    environment = os.environ | {"QUNLIAN_DATABASE_URL": owner}
    script = """
import django; django.setup()
from django.core.management import call_command
for label in ("insight", "activation", "commerce", "messaging", "community", "channel", "platforms_wecom", "platforms_web", "kernel"):
    call_command("migrate", label, "zero", verbosity=0)
call_command("migrate", verbosity=0)
"""
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
