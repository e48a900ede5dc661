"""μ and σ² integrated out in closed form equal the same integrals done numerically."""

import numpy as np
import pytest
from scipy import integrate, stats

from balanse_lib.forecast.factor import (
    factorise,
    log_evidence,
    predict_block,
    residual_squares,
)
from balanse_lib.forecast.kernels import stack_kernels

Y = np.array([1.3, 0.4, 2.2, 1.1, 2.9, 2.0])


def covariance(ratios, months):
    return np.tensordot(ratios, stack_kernels(("level", "season"), months=months), axes=1) + np.eye(
        months
    )


def closed_form(ratios, y):
    count = np.array([len(y)])
    factor = factorise(covariance(ratios, len(y)), np.ones(len(y)))
    squares = residual_squares(factor, y[:, None], ends=count)
    return float(log_evidence([factor], squares, months=count, observed=count)[0, 0])


def integrated(ratios, y):
    """∫∫ N(y; μ1, σ²K) / σ² dμ dσ², over log σ² so that the 1/σ² cancels."""
    k = covariance(ratios, len(y))
    inverse, log_det = np.linalg.inv(k), np.linalg.slogdet(k)[1]

    def density(mu, log_variance):
        e = y - mu
        quadratic = e @ inverse @ e / np.exp(log_variance)
        return np.exp(-0.5 * (len(y) * (np.log(2 * np.pi) + log_variance) + log_det + quadratic))

    value, _ = integrate.dblquad(density, -9, 12, -60, 60, epsabs=0, epsrel=1e-9)
    return np.log(value)


def test_evidence_differences_equal_numerical_integration():
    first, second = (0.0, 0.0), (0.8, 0.5)
    ours = closed_form(second, Y) - closed_form(first, Y)
    assert ours == pytest.approx(integrated(second, Y) - integrated(first, Y), abs=1e-4)


def test_prediction_is_the_ratio_of_two_evidences():
    ratios, months = (0.8, 0.5), len(Y)
    factor = factorise(covariance(ratios, months + 1), np.ones(months + 1))
    predictor = predict_block(factor, months, 1)
    squares = residual_squares(factor, Y[:, None], ends=np.array([months]))[0, 0]
    scale = np.sqrt(squares / (months - 1)) * predictor.root[0, 0]
    student = stats.t(months - 1, loc=(predictor.weights @ Y)[0], scale=scale)
    low, high = 1.0, 4.0
    log_ratio = closed_form(ratios, np.append(Y, high)) - closed_form(ratios, np.append(Y, low))
    assert log_ratio == pytest.approx(student.logpdf(high) - student.logpdf(low), abs=1e-9)


def test_known_variance_without_structure_gives_the_textbook_interval():
    """White noise: mean ȳ, scale s·√(1 + 1/n), n − 1 degrees of freedom."""
    factor = factorise(np.eye(7), np.ones(7))
    predictor = predict_block(factor, 6, 1)
    squares = residual_squares(factor, Y[:, None], ends=np.array([6]))[0, 0]
    assert (predictor.weights @ Y)[0] == pytest.approx(Y.mean())
    assert np.sqrt(squares / 5) == pytest.approx(Y.std(ddof=1))
    assert predictor.root[0, 0] == pytest.approx(np.sqrt(1 + 1 / 6))
