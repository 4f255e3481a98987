"""Draws a component's template with its own values and the page's request."""

from collections.abc import Mapping
from functools import lru_cache

from django.http import HttpRequest, QueryDict
from django.template import Context, Engine
from django.template.base import Template
from django.utils.safestring import SafeString, mark_safe


def component(context: Context, name: str, values: Mapping[str, object]) -> SafeString:
    """Render ``site/components/<name>.html``; only the request and the CSRF token come from the page."""
    own = Context(values)
    if (token := context.get("csrf_token")) is not None:
        own["csrf_token"] = token
    return mark_safe(_compiled(name).render(own))  # noqa: S308 - a template


@lru_cache(maxsize=256)
def _compiled(name: str) -> Template:
    """Return a component's template; the loader's own cache would still look it up and wrap it anew."""
    return Engine.get_default().get_template(f"site/components/{name}.html")


def query_of(context: Context) -> QueryDict:
    """Return the query string of the page being drawn."""
    request = context.get("request")
    return request.GET if isinstance(request, HttpRequest) else QueryDict()


def path_of(context: Context) -> str:
    """Return the path of the page being drawn."""
    request = context.get("request")
    return request.path if isinstance(request, HttpRequest) else "/"
