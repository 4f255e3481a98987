"""Every address of the product, read from its own URL configuration and OpenAPI: nothing is listed by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

_PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
#: Addresses that belong to whoever holds their secret, or to the asker himself.
NOT_WALKED = {"token", "code", "platform", "stem", "name", "kind", "format_", "layer"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address: its name, its pattern (``stores/<int:store_id>``) and what it takes."""

    name: str
    pattern: str
    parameters: tuple[str, ...]

    def filled(self, values: dict[str, object]) -> str:
        """Return the address with its parameters put in."""
        return "/" + _PARAMETER.sub(lambda m: str(values[m["name"]]), self.pattern)


def page_routes() -> list[Route]:
    """Return all pages of console, member pages and site."""
    return list(_walk(get_resolver().url_patterns, ""))


def api_routes() -> list[tuple[str, Route]]:
    """Return (method, route) of every API operation."""
    from qunlian.api.app import PREFIX, api

    found = []
    for path, operations in api.get_openapi_schema(path_prefix=PREFIX)["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"<int:\1>", path.lstrip("/"))
        names = tuple(m["name"] for m in _PARAMETER.finditer(pattern))
        found += [
            (method.upper(), Route(operation["operationId"], pattern, names))
            for method, operation in operations.items()
        ]
    return found


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern)
        else:
            names = tuple(m["name"] for m in _PARAMETER.finditer(pattern))
            yield Route(entry.name or pattern, pattern, names)
