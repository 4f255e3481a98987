"""The application that granian serves; pages and adapters are imported, as the first request would."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from qunlian.platforms import registry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunlian.site.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns
registry.load()
