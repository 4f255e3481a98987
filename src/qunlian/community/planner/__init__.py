"""The matrix planner's numerical core: arrays in, arrays out; no Django, no clock, no files.

``plan(roster, terms)`` puts every store of a roster into exactly one group of its own patch, within
the seats, as much alike as the price of a group allows. Words and formulas: terms.py (what goes
in), result.py (what comes out), bounds.py (what no plan can beat).
Inside: measure.py (stores as the vectors of space.py: how unlike two are) → pools.py (who may share
groups) → solve.py (one pool after the other: cut.py and trade.py over across.py, cycles.py, line.py over
groups.py) → describe.py (the groups in figures, figures.py, and which need a look). ``replan.replan`` fits
present groups to a changed roster with few moves (homes.py, keep.py). What ``compiled.py`` marks is machine
code when it runs.
"""

from qunlian.community.planner.bounds import Bounds, lower_bounds, martello_toth
from qunlian.community.planner.core import halve, plan
from qunlian.community.planner.result import Curve, Groups, Plan, Totals
from qunlian.community.planner.terms import (
    MODES,
    Mode,
    Roster,
    RosterMalformed,
    StoreTooLarge,
    Terms,
)
from qunlian.community.rules.look import Look

__all__ = [
    "MODES",
    "Bounds",
    "Curve",
    "Groups",
    "Look",
    "Mode",
    "Plan",
    "Roster",
    "RosterMalformed",
    "StoreTooLarge",
    "Terms",
    "Totals",
    "halve",
    "lower_bounds",
    "martello_toth",
    "plan",
]
