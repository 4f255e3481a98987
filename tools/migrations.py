"""Ask whether the migrations make what the models say, without a database: ``python tools/migrations.py``."""

import os

import django
from django.conf import settings
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
settings.DATABASES["default"]["ENGINE"] = "django.db.backends.dummy"  # no history to look up
django.setup()
call_command("makemigrations", check_changes=True, dry_run=True, skip_checks=True)
