"""A trust's habit of forecasting too high or too low, shrunk to that of its region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from balanse_lib import params
from balanse_lib.errors import nearest
from balanse_lib.realism import require


@dataclass(frozen=True)
class Bias:
    """Mean forecast error in per cent of yearly revenue; negative: too optimistic.

    Attributes
    ----------
    w : weight of the trust's own record, n/(n + k).
    b_pct : w · own mean + (1 − w) · `grand`.
    k : σ²/τ², how many own errors weigh as much as the region; infinite when trusts do not differ.
    sigma2, tau2 : variance within and between trusts; None: cannot be told from these errors.
    n : the trust's own errors; n0 : mean number of errors of a trust, as the moments use it.
    grand : mean of all errors of the region.
    """

    w: float
    b_pct: float
    k: float
    sigma2: float | None
    tau2: float | None
    n: int
    n0: float | None
    grand: float

    def corrected(self, reported: float, revenue: float) -> float:
        """Reported forecast moved by the bias: R + b·T, million."""
        require.finite(reported=reported)
        require.positive(revenue=revenue)
        return reported + self.b_pct / 100 * revenue

    def prudent(self, reported: float, revenue: float) -> float:
        """Reported forecast moved down by an optimistic bias, never up: R + min(0, b)·T."""
        return min(reported, self.corrected(reported, revenue))


def shrink_bias(
    errors_by_trust: Mapping[str, Sequence[float]],
    trust: str,
    *,
    k: float | None = None,
    thresholds: params.Thresholds | None = None,
) -> Bias:
    """Bias of a trust from forecast errors (outcome − forecast, per cent of revenue) of its region.

    k comes from the moments σ² = SSW/(N − g) and τ² = max(0, (SSB/(g − 1) − σ²)/n0), or is the
    default while trusts or errors are too few. A trust without a record of its own has an empty
    list and gets the region's mean.

    >>> bias = shrink_bias({"A": [-0.3, -0.5, -0.1], "B": [0.1, 0.0, 0.2]}, "A", k=4.0)
    >>> round(bias.w, 4), round(bias.b_pct, 4), round(bias.corrected(30.0, 5000.0), 2)
    (0.4286, -0.1857, 20.71)
    """
    if trust not in errors_by_trust:
        raise ValueError(f"no errors of {trust!r}: nearest is {nearest(trust, errors_by_trust)}")
    groups = [np.asarray(errors, dtype=float) for errors in errors_by_trust.values() if len(errors)]
    pooled = np.concatenate([*groups, np.empty(0)])
    require.same_length(errors=pooled)
    if not np.isfinite(pooled).all():
        raise ValueError("an error is missing or infinite: leave out years that are not known")
    sigma2, tau2, n0 = _moments(groups, float(pooled.mean()))
    if k is None:
        k = _estimate_k(len(groups), len(pooled), sigma2, tau2, thresholds)
    elif not k >= 0:
        raise ValueError(f"k is {k}: it cannot be negative")
    own = errors_by_trust[trust]
    n, grand = len(own), float(pooled.mean())
    w = n / (n + k) if n else 0.0
    b_pct = w * float(np.mean(own)) + (1 - w) * grand if n else grand
    return Bias(w=w, b_pct=b_pct, k=k, sigma2=sigma2, tau2=tau2, n=n, n0=n0, grand=grand)


def _moments(
    groups: Sequence[np.ndarray], grand: float
) -> tuple[float | None, float | None, float | None]:
    """σ², τ² and n0 of a one-way layout; None where the errors are too few to tell."""
    sizes = np.array([len(group) for group in groups])
    total, g = int(sizes.sum()), len(groups)
    if g < 2 or total == g:
        return None, None, None
    within = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / (total - g)
    between = sum(len(group) * float(group.mean() - grand) ** 2 for group in groups) / (g - 1)
    n0 = float(total - (sizes**2).sum() / total) / (g - 1)
    return within, max(0.0, (between - within) / n0), n0


def _estimate_k(
    trusts: int,
    errors: int,
    sigma2: float | None,
    tau2: float | None,
    thresholds: params.Thresholds | None,
) -> float:
    limits = thresholds or params.standard_thresholds()
    few = trusts < limits.bias_min_trusts or errors < limits.bias_min_errors
    if few or sigma2 is None or tau2 is None:
        return limits.bias_default_k
    return sigma2 / tau2 if tau2 > 0 else inf


@dataclass(frozen=True)
class Combination:
    """Two forecasts weighed by their precision; `weight_model` is the model's share."""

    mean: float
    sd: float
    weight_model: float


def combine_by_precision(
    *, model: float, model_sd: float, reported: float, reported_sd: float
) -> Combination:
    """Combine model and (corrected) report: each weighs 1/sd².

    Only when the two are not built from the same information, which would be counted twice.

    >>> both = combine_by_precision(model=0.0, model_sd=1.0, reported=10.0, reported_sd=3.0)
    >>> round(both.mean, 9), round(both.weight_model, 9)
    (1.0, 0.9)
    """
    require.finite(model=model, reported=reported)
    require.positive(model_sd=model_sd, reported_sd=reported_sd)
    precision, other = model_sd**-2, reported_sd**-2
    weight = precision / (precision + other)
    mean = weight * model + (1 - weight) * reported
    return Combination(mean=mean, sd=sqrt(1 / (precision + other)), weight_model=weight)
