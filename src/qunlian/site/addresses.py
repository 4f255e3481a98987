"""Addresses of the same page with one thing changed: filters, sorting and paging live in the URL."""

from django.http import QueryDict

PAGING = ("after", "before")


def changed(current: QueryDict, **changes: str | None) -> str:
    """Return ``?…`` with the given parameters set (``None`` removes one) and paging begun anew.

    :param changes: a paging key given here is kept
    """
    query = current.copy()
    for name in PAGING:
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def without(current: QueryDict, name: str, value: str) -> str:
    """Return ``?…`` with one value of a parameter taken out and paging begun anew."""
    query = current.copy()
    for paging in PAGING:
        query.pop(paging, None)
    kept = [other for other in query.getlist(name) if other != value]
    query.setlist(name, kept)
    return f"?{query.urlencode()}"


def next_sort(current: QueryDict, key: str, *, first: str = "up") -> str:
    """Return the value of ``sort`` that a click on a column head leads to: up, then down."""
    now = current.get("sort", "")
    if now == key:
        return f"-{key}"
    if now == f"-{key}":
        return key
    return key if first == "up" else f"-{key}"
