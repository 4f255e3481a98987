"""
Where the API hangs: for requests to it, instead of urls.py (see middleware.addresses).

A quarter of all that a serving process imports is the API's schemas. So they are made when a program first
asks, not while a person waits for the first page.
"""

from django.urls import path

from qunlian.api.app import PREFIX, api
from qunlian.site import urls
from qunlian.site.urls import handler404, handler500

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [path(PREFIX.lstrip("/"), api.urls), *urls.urlpatterns]
