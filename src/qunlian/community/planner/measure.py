"""Any division of a roster into groups, in the figures of a plan."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from qunlian.community.planner.describe import Described, describe
from qunlian.community.planner.space import space_of
from qunlian.community.planner.terms import Roster, ShortArray, Terms


def measured(roster: Roster, terms: Terms, group: ShortArray) -> Described:
    """Put groups that were not planned just now into order and figures.

    :param group: (n,) each store's group, any numbers ≥ 0; those without a store are left out
    """
    _, label = np.unique(group, return_inverse=True)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        space = space_of(roster, terms)
        return describe(threads, roster, terms, space, label.astype(np.int32))
