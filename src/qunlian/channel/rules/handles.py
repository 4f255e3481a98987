"""Which member of staff an account on a platform belongs to."""

from collections import Counter
from collections.abc import Sequence


def match_staff(
    accounts: Sequence[tuple[str, str]], staff: Sequence[tuple[str, str, int]]
) -> dict[str, int]:
    """
    Match accounts ``(key, name)`` to staff ``(code, name, person)`` by number, else by a name nobody shares.

    :returns: account's key → person; an account that fits none, or one of several, is missing
    """
    by_code = {code.lower(): person for code, _, person in staff}
    found = {key: by_code[key.lower()] for key, _ in accounts if key.lower() in by_code}
    left = [(key, name) for key, name in accounts if key not in found and name]
    taken = set(found.values())
    free = [(name, person) for _, name, person in staff if person not in taken]
    called = Counter(name for name, _ in free)
    bearing = Counter(name for _, name in left)
    persons = dict(free)
    return found | {
        key: persons[name] for key, name in left if called[name] == 1 and bearing[name] == 1
    }
