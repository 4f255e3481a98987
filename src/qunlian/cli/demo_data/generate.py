"""Make the whole demo channel from a seed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from qunlian.channel.rules.divisions import Divisions
from qunlian.cli.demo_data import places, roster
from qunlian.cli.demo_data.broadcasts import NOTICES, Notice
from qunlian.cli.demo_data.catalogue import BRAND, COMPANY, products
from qunlian.cli.demo_data.people import People
from qunlian.cli.demo_data.sales import sales


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A brand's channel. Frames refer to each other by code; the order of rows is fit for loading.

    :ivar territories: code, parent_code, name, depth, is_patch — parents first; see places.territories
    :ivar staff: code, name, phone, role, superior_code, territory_code, title, joined_on — superiors
        first; see roster.staff
    :ivar distributors: code, parent_code, tier, name, territory_code, contact_name, contact_phone,
        address — parents first; see roster.distributors
    :ivar stores: code, name, type, management, size_fen (what it bought in the year), closeness,
        status, expected_people, territory_code (its patch), distributor_code, owner_name, owner_phone,
        province, city, area, address, division_code, lng, lat, tags; see roster.stores
    :ivar sales: store_code, sold_on, amount_fen; see sales.sales
    :ivar products: see catalogue.products
    :ivar notices: broadcasts, each with a question; see broadcasts.Notice
    """

    brand: str
    company: str
    territories: pl.DataFrame
    staff: pl.DataFrame
    distributors: pl.DataFrame
    stores: pl.DataFrame
    sales: pl.DataFrame
    products: pl.DataFrame
    notices: tuple[Notice, ...]


def generate(divisions: Divisions, *, seed: int, until: date, stores: int = 6_000) -> Demo:
    """Make the demo channel; the same for the same divisions, seed, day and number of stores.

    :param divisions: must hold the ten cities of ``places.CITIES`` down to streets
    :param until: the demo's today; sales end the day before
    :raises LookupError: a city or its districts are missing
    """
    dice = np.random.default_rng(seed)
    people = People(dice)
    laid = places.patches(divisions)
    staff = roster.staff(people, laid, until)
    distributors = roster.distributors(people, divisions, laid)
    shops = roster.stores(people, divisions, laid, distributors, stores)
    bought = sales(dice, shops, until)
    year = bought.group_by("store_code").agg(pl.col("amount_fen").sum().alias("bought_fen"))
    shops = (
        shops.join(year, left_on="code", right_on="store_code", how="left", maintain_order="left")
        .with_columns(pl.col("bought_fen").fill_null(0).alias("size_fen"))
        .drop("bought_fen")
    )
    return Demo(
        brand=BRAND,
        company=COMPANY,
        territories=places.territories(divisions, laid),
        staff=staff,
        distributors=distributors,
        stores=shops,
        sales=bought,
        products=products(),
        notices=NOTICES,
    )
