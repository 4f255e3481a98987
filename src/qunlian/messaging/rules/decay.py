"""
How much of a message survives each hop, and whether that is the 30 % rule.

At hop h (0 = said directly by headquarters) ``exposed`` people should have heard and ``confirmed`` of them
showed that they did; the share confirmed is the reach. The model is reach = a·r^h: a is the share that
confirms what it was told directly, r the retention of one hop. The rule of the trade says r = 0.7.

People of one group hear, or do not hear, together. Counting them as independent makes intervals far too
narrow (39 % instead of 95 % coverage at a correlation of .05), so counts come by cluster (a group, or the
person who relays), the correlation ρ inside clusters is estimated from all hops together, and each hop
counts as exposed / deff people, deff = 1 + ρ·(Σn²/Σn - 1) over its clusters: the variance of the
beta-binomial. Quantiles are Student's with (clusters - hops) degrees of freedom.
Source: J. N. K. Rao, A. J. Scott, A simple method for the analysis of clustered binary data,
Biometrics 48 (1992).
"""

from dataclasses import dataclass
from math import erfc, exp, gamma, inf, log, nan, sqrt

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

RULE = 0.7
_Z95 = 1.959963984540054
_ROUNDS = 50
_CERTAIN = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its 95 % interval; NaN and infinite where the data cannot tell."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One level that the message passed.

    :ivar deff: how many people of this hop say as much as one independent person
    :ivar reach: share of the exposed who confirmed
    :ivar retention: reach relative to the hop before; None for the first
    """

    hop: int
    clusters: int
    exposed: int
    confirmed: int
    deff: float
    reach: Interval
    retention: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decay:
    """What the receipts say.

    :ivar rate: common retention r of a hop, None with fewer than two hops
    :ivar base: a, the share confirmed at hop 0 according to the model
    :ivar correlation: ρ, of two people of one cluster
    :ivar rule_p_value: probability of data at least as far from r = 0.7 if the rule were true
    :ivar rejects_rule: the 95 % interval of the rate excludes 0.7
    :ivar fit_p_value: the same for "all hops keep the same share"; None with fewer than three hops
    """

    hops: tuple[Hop, ...]
    rate: Interval | None
    base: float
    correlation: float
    rule_p_value: float
    rejects_rule: bool
    fit_p_value: float | None


def measure(hop: IntArray, cluster: IntArray, exposed: IntArray, confirmed: IntArray) -> Decay:
    """Measure decay from counts, one row per hop and cluster (rows of a pair are added up).

    :param cluster: any integers; the same number at two hops is two clusters
    :raises ValueError: a row confirms more than it exposes, or a count is negative
    """
    if (confirmed < 0).any() or (confirmed > exposed).any():
        raise ValueError("confirmed must lie between 0 and exposed")
    used = exposed > 0
    keys = np.column_stack([hop[used], cluster[used]])
    pairs, row = np.unique(keys, axis=0, return_inverse=True)
    row = row.reshape(-1)
    people = np.bincount(row, weights=exposed[used]).astype(np.float64)
    heard = np.bincount(row, weights=confirmed[used]).astype(np.float64)
    if not len(pairs):
        return Decay(
            hops=(),
            rate=None,
            base=nan,
            correlation=0.0,
            rule_p_value=1.0,
            rejects_rule=False,
            fit_p_value=None,
        )
    names, level = np.unique(pairs[:, 0], return_inverse=True)
    return _decay(names, level, people, heard)


def expected(base: float, rate: float, hops: int) -> FloatArray:
    """Return the reach a·r^h at hops 0 … ``hops``, for the plot; with ``RULE`` the rule's."""
    return (base * rate ** np.arange(hops + 1)).astype(np.float64)


def _decay(names: IntArray, level: IntArray, people: FloatArray, heard: FloatArray) -> Decay:
    clusters = np.bincount(level)
    exposed: FloatArray = np.bincount(level, weights=people).astype(np.float64)
    confirmed: FloatArray = np.bincount(level, weights=heard).astype(np.float64)
    rho = correlation(level, people, heard)
    squares = np.bincount(level, weights=people**2)
    deff = 1 + rho * (squares / exposed - 1)
    quantile = student_quantile(len(level) - len(names))
    # half a person on either side, so that a hop where nobody or everybody heard has an error too
    share = (confirmed + 0.5) / (exposed + 1)
    effective = exposed / deff
    hops = []
    for at, name in enumerate(names):
        retention = None
        if at:
            errors = (1 - share[at - 1 : at + 1]) / (
                effective[at - 1 : at + 1] * share[at - 1 : at + 1]
            )
            ratio = _ratio(confirmed[at] / exposed[at], confirmed[at - 1] / exposed[at - 1])
            middle = float(log(share[at] / share[at - 1]))
            retention = _on_log_scale(ratio, middle, float(sqrt(errors.sum())), quantile)
        hops.append(
            Hop(
                hop=int(name),
                clusters=int(clusters[at]),
                exposed=int(exposed[at]),
                confirmed=int(confirmed[at]),
                deff=float(deff[at]),
                reach=wilson(confirmed[at] / exposed[at], float(effective[at]), quantile),
                retention=retention,
            )
        )
    if len(names) < 2:  # noqa: PLR2004
        base = float(confirmed[0] / exposed[0]) if names[0] == 0 else nan
        return Decay(
            hops=tuple(hops),
            rate=None,
            base=base,
            correlation=rho,
            rule_p_value=1.0,
            rejects_rule=False,
            fit_p_value=None,
        )
    return _fitted(tuple(hops), names.astype(np.float64), (share, effective), (rho, quantile))


def _fitted(
    hops: tuple[Hop, ...],
    depth: FloatArray,
    counts: tuple[FloatArray, FloatArray],
    found: tuple[float, float],
) -> Decay:
    """Fit reach = a·r^h and test it."""
    share, effective = counts
    rho, quantile = found
    (intercept, slope), error, deviance = fit(depth, share, effective)
    rate = _on_log_scale(exp(slope), slope, error, quantile)
    distance = abs(slope - log(RULE)) / error if error > 0 else inf
    # a distance of one 95 % quantile must be a p-value of 5 %, also with few clusters
    p_value = erfc(distance * _Z95 / quantile / sqrt(2))
    free = len(depth) - 2
    return Decay(
        hops=hops,
        rate=rate,
        base=exp(intercept),
        correlation=rho,
        rule_p_value=p_value,
        rejects_rule=not rate.low <= RULE <= rate.high,
        fit_p_value=chi_square_tail(deviance, free) if free else None,
    )


def fit(
    depth: FloatArray, share: FloatArray, people: FloatArray
) -> tuple[tuple[float, float], float, float]:
    """Fit log reach = log a + h·log r to shares of independent people, by maximum likelihood.

    :returns: (log a, log r); the standard error of log r; the deviance from a share of its own per hop
    """
    design = np.column_stack([np.ones_like(depth), depth])
    weights = people * share / (1 - share)
    beta = _solve(design, weights, np.log(share))
    best = _likelihood(design @ beta, share, people)
    for _ in range(_ROUNDS):
        reach = np.minimum(np.exp(design @ beta), 1 - _CERTAIN)
        weights = people * reach / (1 - reach)
        step = _solve(design, weights, (share - reach) / reach)
        gain = -inf
        for _ in range(_ROUNDS):
            gain = _likelihood(design @ (beta + step), share, people) - best
            if gain >= 0:
                break
            step = step / 2
        beta, best = (beta + step, best + gain) if gain >= 0 else (beta, best)
        if gain < _CERTAIN:
            break
    information = design.T @ (design * weights[:, None])
    error = sqrt(float(np.linalg.inv(information)[1, 1]))
    deviance = 2 * (_likelihood(np.log(share), share, people) - best)
    return (float(beta[0]), float(beta[1])), error, max(deviance, 0.0)


def _solve(design: FloatArray, weights: FloatArray, target: FloatArray) -> FloatArray:
    weighted = design * weights[:, None]
    solution = np.linalg.lstsq(design.T @ weighted, weighted.T @ target, rcond=None)[0]
    return solution.astype(np.float64)


def _likelihood(log_reach: FloatArray, share: FloatArray, people: FloatArray) -> float:
    if (log_reach >= 0).any():
        return -inf
    missed = np.log1p(-np.exp(log_reach))
    return float((people * (share * log_reach + (1 - share) * missed)).sum())


def correlation(level: IntArray, people: FloatArray, heard: FloatArray) -> float:
    """Estimate ρ inside clusters, by analysis of variance over all hops together; never below 0."""
    count = np.bincount(level)
    total = np.bincount(level, weights=people)
    share = (np.bincount(level, weights=heard) / total)[level]
    own = heard / people
    between = float((people * (own - share) ** 2).sum())
    within = float((people * own * (1 - own)).sum())
    free_between = float((count - 1).sum())
    free_within = float(people.sum() - len(people))
    if free_between <= 0 or free_within <= 0:
        return 0.0
    size = (total - np.bincount(level, weights=people**2) / total).sum() / free_between
    mean_between, mean_within = between / free_between, within / free_within
    whole = mean_between + (size - 1) * mean_within
    return float(np.clip((mean_between - mean_within) / whole, 0.0, 1.0)) if whole > 0 else 0.0


def wilson(share: float, people: float, quantile: float) -> Interval:
    """Return Wilson's interval of a share among so many independent people."""
    square = quantile**2
    centre = (share + square / (2 * people)) / (1 + square / people)
    half = sqrt(share * (1 - share) / people + square / (4 * people**2))
    half *= quantile / (1 + square / people)
    return Interval(
        value=float(share), low=max(0.0, float(centre - half)), high=min(1.0, float(centre + half))
    )


def student_quantile(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t (Cornish-Fisher beyond 4, exact to 0.01)."""
    exact = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776}
    if freedom in exact:
        return exact[freedom]
    if freedom < 1:
        return exact[1]
    z = _Z95
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def chi_square_tail(value: float, freedom: int) -> float:
    """Return the probability that χ² of so many degrees of freedom exceeds a value."""
    half = value / 2
    tail = erfc(sqrt(half)) if freedom % 2 else exp(-half)
    for degrees in range(3 if freedom % 2 else 4, freedom + 1, 2):
        tail += half ** (degrees / 2 - 1) * exp(-half) / gamma(degrees / 2)
    return min(1.0, tail)


def _on_log_scale(value: float, middle: float, error: float, quantile: float) -> Interval:
    return Interval(
        value=float(value), low=exp(middle - quantile * error), high=exp(middle + quantile * error)
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else nan
