"""A store's own group, for the tests of those."""

from qunlian.community.actions.register_store_group import NewStoreGroup, register_store_group
from tests.cast_words import NOON, Cast


def own_group(cast: Cast, name: str = "东街福利群", people: int = 80, **more: object) -> int:
    """Oyang registers a group of his store A1."""
    told = NewStoreGroup(store_id=cast.ids["A1"], name=name, people=people, **more)  # type: ignore[arg-type]
    return register_store_group(actor=cast.oyang, told=told, now=NOON)
