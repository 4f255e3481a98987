"""Draws a component's template with its own values and the page's request."""

from collections.abc import Mapping

from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe


def component(context: Context, name: str, values: Mapping[str, object]) -> SafeString:
    """Render ``site/components/<name>.html``; only the request and the CSRF token come from the page."""
    template = get_template(f"site/components/{name}.html")
    shared = {key: context[key] for key in ("csrf_token",) if key in context}
    return mark_safe(template.render({**shared, **values}, request=None))  # noqa: S308 - a template


def query_of(context: Context) -> QueryDict:
    """Return the query string of the page being drawn."""
    request = context.get("request")
    return request.GET if isinstance(request, HttpRequest) else QueryDict()


def path_of(context: Context) -> str:
    """Return the path of the page being drawn."""
    request = context.get("request")
    return request.path if isinstance(request, HttpRequest) else "/"
