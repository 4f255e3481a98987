"""The application that granian serves; all is imported, also what Django would import with the first page."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunlian.site.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns
