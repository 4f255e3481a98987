"""The fixed cast of every test: a brand, its people and partners, and an outsider.

Linjiang Foods sells through region North → city Shiyuan → patches A and B.
Hua sits at headquarters, Ma manages North, Rong is the rep of patch A, Song (her sibling) of patch B,
Guan manages groups. Ding is the tier-1 distributor of North, Du buys from Ding. Stores A1…A4 lie in patch
A (A1, A2 served by Du), B1…B3 in patch B. Oyang owns A1. Wai runs another enterprise, Waibang, with
a store and a rep (Wei) of its own. Log-ins are ``<code>@<enterprise id>`` in small letters, with PASSWORD.
"""

import os
import pickle
import sys
from pathlib import Path

import django

from qunlian.kernel.actor import Role
from tests.cast_words import Cast


def lay(out: Path) -> None:
    """Write the cast into the database and its description to ``out``."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "qunlian.site.settings"
    django.setup()
    with out.open("wb") as stream:
        pickle.dump(_lay(), stream)


def _lay() -> Cast:
    from tests import make

    brand = make.enterprise("临江食品")
    north = make.territory(brand, None, "N", "华北大区")
    city = make.territory(brand, north, "N-1", "石原市")
    patch_a = make.territory(brand, city, "PA", "石原东片", is_patch=True)
    patch_b = make.territory(brand, city, "PB", "石原西片", is_patch=True)
    hua = make.staff(brand, "HQ1", "华总", Role.HEADQUARTERS)
    ma = make.staff(brand, "M1", "马经理", Role.MANAGER, superior=hua, covers=north)
    rong = make.staff(brand, "R1", "荣业务", Role.REP, superior=ma, covers=patch_a)
    song = make.staff(brand, "R2", "宋业务", Role.REP, superior=ma, covers=patch_b)
    guan = make.staff(brand, "G1", "管群", Role.GROUP_MANAGER, superior=hua, covers=north)
    ding = make.distributor(brand, None, "D1", "丁记商贸", territory=north)
    du = make.distributor(brand, ding, "D2", "杜氏批发", territory=city)
    stores = [
        make.store(brand, f"A{n}", f"东街{n}号便利店", patch_a, distributor=du if n < 3 else None)
        for n in range(1, 5)
    ] + [make.store(brand, f"B{n}", f"西街{n}号超市", patch_b) for n in range(1, 4)]
    oyang = make.store_owner(brand, stores[0], "欧阳店主", "+8613800000001")
    other = make.enterprise("外邦饮品")
    foreign = make.territory(other, None, "X", "外区", is_patch=True)
    wai = make.staff(other, "W1", "外总", Role.HEADQUARTERS)
    wei = make.staff(other, "W2", "卫业务", Role.REP, superior=wai, covers=foreign)
    foreign_store = make.store(other, "X1", "外邦小店", foreign)
    ids = {row.code: row.pk for row in (north, city, patch_a, patch_b, foreign, *stores)}
    ids |= {"HQ1": hua.pk, "M1": ma.pk, "R1": rong.pk, "R2": song.pk, "G1": guan.pk}
    ids |= {"D1": ding.pk, "D2": du.pk, "X1": foreign_store.pk}
    ids |= {"brand": brand.enterprise_id, "other": other.enterprise_id}
    return Cast(
        hua=hua.actor,
        ma=ma.actor,
        rong=rong.actor,
        song=song.actor,
        guan=guan.actor,
        ding=ding.actor,
        du=du.actor,
        oyang=oyang,
        wai=wai.actor,
        wei=wei.actor,
        ids=ids,
    )


if __name__ == "__main__":
    lay(Path(sys.argv[1]))
