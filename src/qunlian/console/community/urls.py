"""Addresses of the community pages; each is named after its query or action."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
