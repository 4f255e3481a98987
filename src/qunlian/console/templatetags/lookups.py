"""`{% load lookups %}`: read a mapping by a value that the template has."""

from collections.abc import Mapping
from typing import Any

from django.template import Library

from qunlian.channel.queries.divisions import district_name

register = Library()


@register.filter
def of(mapping: Mapping[Any, Any], key: object) -> object:
    """``{{ words|of:store.status }}`` → the word for it, or the key itself."""
    return mapping.get(key, key)


@register.filter
def district(code: str) -> str:
    """``{{ store.division_code|district }}`` → 浙江省 杭州市 西湖区."""
    return district_name(code)
