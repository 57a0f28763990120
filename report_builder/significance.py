"""Whether a share says something or chance alone would make it so. Pure functions over counts."""

from math import erfc, sqrt

CHANCE = 0.05  # below it a difference is called one
FEWEST_EVENTS = 10


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float] | None:
    """The interval in which the true share lies, 95 times in 100 with the usual `z`; None without trials.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927; the score interval
    without continuity correction, method 3 in R. G. Newcombe, "Two-sided confidence intervals for the single
    proportion", 1998.
    """
    if not trials:
        return None
    share = successes / trials
    scale = 1 + z * z / trials
    centre = share + z * z / (2 * trials)
    reach = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # exactly 0 and 1 at the rims, where subtracting would leave a last bit
    low = 0.0 if successes == 0 else max(0.0, (centre - reach) / scale)
    high = 1.0 if successes == trials else min(1.0, (centre + reach) / scale)
    return low, high


def two_proportions(a: int, n: int, b: int, m: int) -> float:
    """How often chance alone would put `a` of `n` and `b` of `m` at least so far apart: the two-sided p value.

    The z test with pooled variance, as in A. Agresti, "An Introduction to Categorical Data Analysis"; its square
    is Pearson's chi-squared of the two by two table. 1.0 where one side has no trials or all did the same.
    """
    if not n or not m:
        return 1.0
    pooled = (a + b) / (n + m)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    if not error:
        return 1.0
    return erfc(abs(a / n - b / m) / error / sqrt(2))


def rare_events(difference: int, events: int) -> float:
    """How often chance alone would put two counts of things that just happen at least so far apart.

    `events` is their sum: each would fall on either side like a coin. The two-sided p value of the normal test; 1.0
    with fewer than ten, of which nothing can be said.
    """
    return erfc(abs(difference) / sqrt(2 * events)) if events >= FEWEST_EVENTS else 1.0
