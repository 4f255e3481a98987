"""The application that granian serves; all pages are imported, as Django would do with the first of them."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunlian.site.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns
