"""Canonical tables from columns: the right order and types, short texts repeated cheaply."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from balanse_lib.ledger.tables import TABLES

_DTYPES = {"amount": "float64", "number": "float64", "year": "Int64", "flag": "boolean"}


def make_frame(table: str, count: int, columns: Mapping[str, object]) -> pd.DataFrame:
    """Canonical table of `count` rows; a single value is repeated, None leaves the cells empty.

    >>> make_frame("org", 2, {"unit": ["a", "b"], "parent": None, "valid_from": "2020-01",
    ...                       "valid_to": None, "name": "x"})["name"].tolist()
    ['x', 'x']
    """
    made = {
        name: _as_column(columns[name], count, _DTYPES.get(column.kind, "str"))
        for name, column in TABLES[table].columns.items()
    }
    return pd.DataFrame(made)


def _as_column(values: object, count: int, dtype: str) -> ExtensionArray | npt.NDArray[np.float64]:
    """Column without an index: the rows of a filtered frame must not be matched by its labels."""
    if values is None or isinstance(values, str):
        return repeat_text([values], np.zeros(count, dtype=np.intp))
    column = np.full(count, values) if isinstance(values, int | float) else values
    if dtype == "float64":
        return np.asarray(column, dtype=np.float64)
    made: ExtensionArray = pd.array(column, dtype=dtype)  # type: ignore[call-overload]
    return made


def repeat_text(texts: Sequence[str | None], positions: npt.NDArray[np.intp]) -> ExtensionArray:
    """Texts at the positions: one short array of texts is taken from, so no text is made twice.

    >>> list(repeat_text(["a", "b"], np.array([0, 1, 1])))
    ['a', 'b', 'b']
    """
    taken: ExtensionArray = pd.array(list(texts), dtype="str").take(positions)
    return taken
