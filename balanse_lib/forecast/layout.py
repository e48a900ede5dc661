"""Which series can share a factor: same months present, counted from their first."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from balanse_lib.forecast.kernels import FloatArray

IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Aligned:
    """Panel (series × months) with every series moved to start in column 0, NaN = missing.

    `starts`: calendar column of the first value; `months`: from there to the origin, inclusive;
    `seen[i, t]`: values known among the first t months of series i.
    """

    matrix: FloatArray
    starts: IntArray
    months: IntArray
    seen: IntArray

    def observed(self, rows: IntArray, *, cut: int) -> IntArray:
        """Values known `cut` months before the origin."""
        return np.asarray(self.seen[rows, np.maximum(self.months[rows] - cut, 0)])


@dataclass(frozen=True)
class Layout:
    """Series (`rows` of the panel) whose months are leading blocks of the same `present`."""

    rows: IntArray
    present: BoolArray
    start: int


def align_starts(values: FloatArray, *, ends: IntArray | None = None) -> Aligned:
    """Move every series to start in column 0; the origin is its last value, or month `ends`.

    >>> aligned = align_starts(np.array([[np.nan, 5.0, 6.0]]))
    >>> aligned.matrix.tolist(), aligned.starts.tolist(), aligned.months.tolist()
    ([[5.0, 6.0]], [1], [2])
    """
    known = ~np.isnan(values)
    starts = known.argmax(axis=1)
    last = values.shape[1] - known[:, ::-1].argmax(axis=1)
    months = (last if ends is None else ends) - starts
    steps = np.arange(months.max(initial=1))
    columns = np.minimum(starts[:, None] + steps, values.shape[1] - 1)
    moved = np.take_along_axis(values, columns, axis=1)
    moved = np.where(steps < months[:, None], moved, np.nan)
    seen = np.cumsum(~np.isnan(moved), axis=1)
    return Aligned(moved, starts, months, np.pad(seen, ((0, 0), (1, 0))))


def group_layouts(aligned: Aligned, *, dated: bool) -> list[Layout]:
    """Group series by the factor that serves them; `dated` if regressors tie it to a month.

    All series without gaps share one factor, whatever their length.
    """
    known = ~np.isnan(aligned.matrix)
    groups: dict[tuple[int, bytes], list[int]] = {}
    for row, (start, length) in enumerate(zip(aligned.starts, aligned.months, strict=True)):
        pattern = known[row, :length]
        key = b"" if pattern.all() else pattern.tobytes()
        groups.setdefault((int(start) if dated else 0, key), []).append(row)
    layouts = []
    for (start, _), members in groups.items():
        rows = np.array(members)
        longest = rows[aligned.months[rows].argmax()]
        layouts.append(Layout(rows, known[longest, : aligned.months[longest]], start))
    return layouts
