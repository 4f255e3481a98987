"""A year of what each store bought: weekly rhythm, seasons, growth, chance."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

WEEKS = 52
SPRING_FESTIVALS = tuple(
    date.fromisoformat(day)
    for day in (
        *("2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26"),
        *("2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11"),
    )
)
MID_AUTUMNS = tuple(
    date.fromisoformat(day)
    for day in (
        *("2023-09-29", "2024-09-17", "2025-10-06", "2026-09-25", "2027-09-15", "2028-10-03"),
        *("2029-09-22", "2030-09-12", "2031-10-01", "2032-09-19"),
    )
)
_SUMMER = range(6, 9)
_EVERY_WEEK_YUAN = 900.0
_LATE = 0.06


def season(day: date) -> float:
    """Return how much is bought in a week around a day, 1 being an ordinary week."""
    level = 1.15 if day.month in _SUMMER else 1.0
    for festival in SPRING_FESTIVALS:
        before = (festival - day).days
        if 7 <= before <= 42:  # noqa: PLR2004  (stocking up, most of it three weeks ahead)
            level += 1.3 * (1 - abs(before - 21) / 28)
        elif -14 <= before < 7:  # noqa: PLR2004  (shops are closed, shelves are full)
            level *= 0.25
    for festival in MID_AUTUMNS:
        before = (festival - day).days
        if 3 <= before <= 30:  # noqa: PLR2004
            level += 0.7 * (1 - abs(before - 14) / 20)
    return max(level, 0.1)


def sales(dice: np.random.Generator, stores: pl.DataFrame, until: date) -> pl.DataFrame:
    """Return a year of purchases before ``until``; large stores buy every week, small ones now and then.

    :param stores: code, size_fen, status
    :returns: store_code, sold_on, amount_fen (> 0), by store and day
    """
    count = stores.height
    weekly = stores["size_fen"].to_numpy().astype(np.float64) / WEEKS
    begins = [until - timedelta(weeks=WEEKS - week) for week in range(WEEKS)]
    level = np.array([season(day) for day in begins])
    level *= WEEKS / level.sum()
    # a store's own course over the year: most stay, some grow or fade
    course = np.exp(np.outer(dice.normal(0.03, 0.22, count), np.linspace(-1, 1, WEEKS)))
    often = np.clip(weekly / (_EVERY_WEEK_YUAN * 100), 0.12, 0.97)
    buys = dice.random((count, WEEKS)) < often[:, None] * np.minimum(level, 1.6) ** 0.5
    buys &= _is_trading(dice, stores, buys.shape)
    amount = weekly[:, None] * level * course * dice.lognormal(-0.08, 0.4, buys.shape)
    # what was not bought in the weeks between is bought at once
    amount = np.round(amount / often[:, None] / 600) * 600
    store, week = np.nonzero(buys & (amount >= 600))  # noqa: PLR2004  (nobody orders for less than six yuan)
    weekday = dice.choice(7, len(store), p=[0.22, 0.2, 0.17, 0.16, 0.15, 0.07, 0.03])
    first = np.datetime64(begins[0]) - np.timedelta64(begins[0].weekday(), "D")
    day = first + (week * 7 + weekday).astype("timedelta64[D]")
    inside = (day >= np.datetime64(begins[0])) & (day < np.datetime64(until))
    return pl.DataFrame(
        {
            "store_code": stores["code"].to_numpy()[store[inside]],
            "sold_on": day[inside],
            "amount_fen": amount[store, week][inside].astype(np.int64),
        },
        schema_overrides={"sold_on": pl.Date, "store_code": pl.String},
    ).sort("store_code", "sold_on")


def _is_trading(
    dice: np.random.Generator, stores: pl.DataFrame, shape: tuple[int, int]
) -> npt.NDArray[np.bool_]:
    """Let closed and paused stores stop buying some time in the year, and a few begin late."""
    week = np.arange(shape[1])
    is_open = (stores["status"] == "open").to_numpy()
    stopped = np.where(is_open, shape[1], dice.integers(8, 46, shape[0]))
    begun = np.where(dice.random(shape[0]) < _LATE, dice.integers(0, 40, shape[0]), 0)
    trading: npt.NDArray[np.bool_] = (week >= begun[:, None]) & (week < stopped[:, None])
    return trading
