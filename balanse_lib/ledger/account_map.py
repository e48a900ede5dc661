"""From the trust's accounts to the standard lines of the income statement."""

import pandas as pd

from balanse_lib.errors import Failure

_NO_END = "9999-12"


def map_accounts(
    accounts: pd.Series, *, months: pd.Series, account_map: pd.DataFrame, chart: str
) -> pd.Series:
    """Statement line of each account in its month; missing where the map does not know it.

    A row of the map covers the accounts whose leading digits lie from `account_from` to
    `account_to`; where several rows fit, the one that names most digits holds, and among those
    the one that starts nearest below the account (34–34 rather than 30–39). A row counts only in
    the months from `valid_from` to `valid_to`; where two still fit, the later one holds.

    >>> table = pd.DataFrame({"chart": "x", "account_from": ["50", "542"],
    ...                       "account_to": ["59", "544"], "line": ["pay_cost", "pension_cost"],
    ...                       "valid_from": "2020-01", "valid_to": None})
    >>> accounts, months = pd.Series(["5000", "5420", "9"]), pd.Series(["2025-09"] * 3)
    >>> map_accounts(accounts, months=months, account_map=table, chart="x").tolist()
    ['pay_cost', 'pension_cost', nan]
    """
    rows = account_map[account_map["chart"] == chart]
    fitting = {account: _fitting_rows(str(account), rows) for account in accounts.unique()}
    cells = list(zip(accounts, months, strict=True))
    lines = {
        (account, month): next(
            (line for since, until, line in fitting[account] if since <= month <= until), None
        )
        for account, month in set(cells)
    }
    return pd.Series([lines[cell] for cell in cells], index=accounts.index, dtype="str")


def _fitting_rows(account: str, rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    """First month, last month and line of the rows that fit an account, the best one first."""
    names = ["account_from", "account_to", "valid_from", "valid_to", "line"]
    fitting = [
        (len(low), low, since, until, line)
        for low, high, since, until, line in rows[names].fillna({"valid_to": _NO_END}).to_numpy()
        if low <= account[: len(low)] and account[: len(high)] <= high
    ]
    return [(since, until, line) for _, _, since, until, line in sorted(fitting, reverse=True)]


def unmapped_accounts(table: pd.DataFrame) -> list[Failure]:
    """One failure for each account without a statement line, with its number of rows and sum."""
    lost = table[table["line"].isna()]
    return [
        Failure(
            rule="unknown_account",
            row=int(rows.index[0]),
            column="account",
            value=str(account),
            allowed=f"{len(rows)} ×, Σ {rows['amount'].sum():.3f}",
        )
        for account, rows in lost.groupby("account")
    ]
