"""Which scale and which variance ratios fit each series, with a prior learnt from the panel."""

import numpy as np

from balanse_lib.forecast.kernels import FloatArray

PSEUDO_SERIES = 50.0
EM_STEPS = 8
# Every model here is wrong; a likelihood raised to a power below 1 keeps more of them in the mean.
EVIDENCE_POWER = 0.4


def learn_prior(
    evidence: FloatArray,
    *,
    base: FloatArray,
    pseudo_series: float = PSEUDO_SERIES,
    steps: int = EM_STEPS,
) -> FloatArray:
    """Prior over components learnt from the panel by a few EM steps, pulled towards `base`.

    `evidence` is the log evidence (series × components); the pull counts as `pseudo_series`.

    >>> one_sided = np.log(np.array([[0.9, 0.1]]))
    >>> even = np.array([0.5, 0.5])
    >>> learn_prior(one_sided, base=even, pseudo_series=1.0, steps=1).round(2).tolist()
    [0.7, 0.3]
    """
    prior = base
    likelihood = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    for _ in range(steps):
        shares = (likelihood / (likelihood @ prior)[:, None]).sum(axis=0) * prior
        prior = (shares + pseudo_series * base) / (len(evidence) + pseudo_series)
    return prior


def weigh_components(evidence: FloatArray, *, prior: FloatArray) -> FloatArray:
    """Posterior weight of each component for each series: evidence times prior, summing to 1.

    >>> evidence = np.log(np.array([[0.2, 0.6]]))
    >>> weigh_components(evidence, prior=np.array([0.5, 0.5])).round(2).tolist()
    [[0.25, 0.75]]
    """
    weights = np.exp(evidence - evidence.max(axis=1, keepdims=True)) * prior
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
