"""
Messages of the archive that could not be opened, kept until another key of their version is there.

They are handed out with a cursor of their own: when that cursor comes back they were taken in, and are
forgotten; when another comes back they were not, and are handed out again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from qunlian.kernel import scope
from qunlian.platforms.wecom.accounts import Account
from qunlian.platforms.wecom.models import ArchiveGap

_AT_ONCE = 50


def note(account: Account, versions: Mapping[int, int], now: datetime) -> None:
    """Keep which places could not be opened with the keys there are (seq → version of the key)."""
    if not versions:
        return
    digests = _digests(account)
    with scope.writing(account.machinery):
        ArchiveGap.objects.bulk_create(
            (
                ArchiveGap(
                    enterprise_id=account.enterprise_id,
                    seq=seq,
                    version=version,
                    key_digest=digests.get(version, ""),
                    noticed_at=now,
                )
                for seq, version in versions.items()
            ),
            update_conflicts=True,
            unique_fields=["enterprise_id", "seq"],
            update_fields=["key_digest", "handed_as"],
        )


def hand_out(account: Account, last: int) -> Sequence[int]:
    """Forget what was taken in with the cursor ``last``; hand out the places that a new key may open."""
    may_open = Q(pk__in=())
    for version, digest in _digests(account).items():
        may_open |= Q(version=version) & ~Q(key_digest=digest)
    with scope.writing(account.machinery):
        ArchiveGap.objects.filter(handed_as=last).delete()
        rows = ArchiveGap.objects.filter(may_open).order_by("seq")
        places = list(rows.values_list("seq", flat=True)[:_AT_ONCE])
        ArchiveGap.objects.filter(seq__in=places).update(handed_as=last + 1)
    return places


def forget(account: Account) -> None:
    """Forget all: the archive is read from its beginning, perhaps another corp's."""
    with scope.writing(account.machinery):
        ArchiveGap.objects.all().delete()


def waiting() -> dict[int, int]:
    """Count what cannot be opened, by version of the key; inside a scope."""
    counts: dict[int, int] = {}
    for version in ArchiveGap.objects.values_list("version", flat=True):
        counts[version] = counts.get(version, 0) + 1
    return counts


def _digests(account: Account) -> dict[int, str]:
    return {
        version: hashlib.sha256(pem.encode()).hexdigest()
        for version, pem in account.archive.keys.items()
    }
