"""Raw, square-root and log scale: forward, back, and what each costs in density.

A series is first divided by its largest absolute value, so kroner or million kroner, huge or
tiny, give the same forecast. Square root and log are open to series without negative values.
The log scale goes on as a straight line above the largest value seen: what lies beyond all
experience grows by amounts, not by factors, and a Student-t keeps its mean there.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from balanse_lib.forecast.kernels import FloatArray

IntArray = NDArray[np.intp]
ScaleName = Literal["raw", "sqrt", "log"]
SCALES: tuple[ScaleName, ...] = ("raw", "sqrt", "log")
OFFSET_FLOOR = 1e-4
ROUNDING = 1e-13
TINY = 1e-12


@dataclass(frozen=True)
class Scaled:
    """A panel on one scale: `matrix` holds standardised values (series × months, 0 where missing).

    value = unit·(inverse(centre + spread·z) − offset). `log_density` is what is added to the
    evidence of `z` to make it the evidence of the raw data; −inf where the scale is closed.
    """

    name: ScaleName
    matrix: FloatArray
    unit: FloatArray
    offset: FloatArray
    centre: FloatArray
    spread: FloatArray
    log_density: FloatArray

    def restore(self, on_scale: FloatArray, *, rows: IntArray) -> FloatArray:
        """Values on the scale (of series `rows`, first axis) as a share of the largest value."""
        raw = invert_scale(self.name, on_scale)
        if self.name == "raw":
            return raw
        raw -= widen_axes(self.offset[rows], raw.ndim)
        return np.asarray(np.maximum(raw, 0.0, out=raw))

    def convert(self, unitless: FloatArray, *, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Inverse of `restore`, and the log of its slope."""
        if self.name == "raw":
            return unitless, np.zeros_like(unitless)
        shifted = np.maximum(unitless + widen_axes(self.offset[rows], unitless.ndim), TINY)
        return apply_scale(self.name, shifted), log_slope(self.name, shifted)


def widen_axes(field: FloatArray, ndim: int) -> FloatArray:
    """Field per series, shaped to broadcast over an array whose first axis is the series.

    >>> widen_axes(np.array([1.0, 2.0]), 3).shape
    (2, 1, 1)
    """
    return field.reshape(field.shape + (1,) * (ndim - field.ndim))


def apply_scale(name: ScaleName, values: FloatArray) -> FloatArray:
    """Value (a share of the largest one seen) on the scale.

    >>> apply_scale("sqrt", np.array([4.0])).tolist()
    [2.0]
    >>> apply_scale("log", np.array([1.0, 1.5])).tolist()
    [0.0, 0.5]
    """
    if name == "raw":
        return values
    if name == "sqrt":
        return np.sqrt(values)
    return np.asarray(np.log(np.minimum(values, 1.0)) + np.maximum(values - 1.0, 0.0))


def invert_scale(name: ScaleName, values: FloatArray) -> FloatArray:
    """Value back from the scale; a negative root counts as zero.

    >>> invert_scale("sqrt", np.array([-1.0, 3.0])).tolist()
    [0.0, 9.0]
    >>> invert_scale("log", np.array([0.0, 0.5])).tolist()
    [1.0, 1.5]
    """
    if name == "raw":
        return values
    if name == "sqrt":
        return np.square(np.maximum(values, 0.0))
    below = np.minimum(values, 0.0)
    return np.asarray(np.add(np.exp(below, out=below), np.maximum(values, 0.0), out=below))


def log_slope(name: ScaleName, values: FloatArray) -> FloatArray:
    """Log of the derivative of the scale: what a unit of raw value is worth on it.

    >>> log_slope("log", np.array([0.5, 1.0, 2.0])).round(2).tolist()
    [0.69, -0.0, -0.0]
    """
    if name == "raw":
        return np.zeros_like(values)
    if name == "sqrt":
        return np.asarray(-0.5 * np.log(values) - np.log(2.0))
    return np.asarray(-np.log(np.minimum(values, 1.0)))


def scale_panel(values: FloatArray, *, names: tuple[ScaleName, ...] = SCALES) -> tuple[Scaled, ...]:
    """Panel (series × months, NaN = missing) standardised on each scale."""
    largest = np.nanmax(np.abs(values), axis=1)
    unit = np.where(largest > 0, largest, 1.0)
    unitless = values / unit[:, None]
    smallest = np.nanmin(unitless, axis=1)
    positive = np.nanmin(np.where(unitless > 0, unitless, 1.0), axis=1)
    # zeros need a start above zero on the two curved scales: half the smallest value above zero
    offset = np.where(smallest == 0, np.maximum(positive / 2, OFFSET_FLOOR), 0.0)
    varies = np.nanmax(unitless, axis=1) > smallest
    scaled = []
    for name in names:
        is_open = np.ones(len(values), dtype=bool) if name == "raw" else (smallest >= 0) & varies
        scaled.append(_standardise(name, unitless, unit=unit, offset=offset, is_open=is_open))
    return tuple(scaled)


def _standardise(
    name: ScaleName,
    unitless: FloatArray,
    *,
    unit: FloatArray,
    offset: FloatArray,
    is_open: np.ndarray,
) -> Scaled:
    shift = np.zeros_like(offset) if name == "raw" else offset
    shifted = np.where(is_open[:, None], unitless + shift[:, None], 1.0)
    shifted = np.where(np.isnan(unitless), np.nan, shifted)
    on_scale = apply_scale(name, shifted)
    centre, spread = np.nanmean(on_scale, axis=1), np.nanstd(on_scale, axis=1)
    spread = np.where(spread > ROUNDING * np.abs(centre), spread, 0.0)
    divisor = np.where(spread > 0, spread, 1.0)
    observed = np.sum(~np.isnan(unitless), axis=1)
    density = np.nansum(log_slope(name, shifted), axis=1) - observed * np.log(divisor)
    return Scaled(
        name=name,
        matrix=np.nan_to_num((on_scale - centre[:, None]) / divisor[:, None]),
        unit=unit,
        offset=shift,
        centre=centre,
        spread=spread,
        log_density=np.where(is_open, density, -np.inf),
    )
