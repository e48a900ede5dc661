"""From the trust's accounts to the standard lines of the income statement."""

import pandas as pd

from balanse_lib.errors import Failure


def map_accounts(accounts: pd.Series, *, account_map: pd.DataFrame, chart: str) -> pd.Series:
    """Statement line of each account; missing where the map does not know the account.

    A row of the map covers the accounts whose leading digits lie from `account_from` to
    `account_to`; where several rows fit, the one that names most digits holds, and among those
    the one that starts nearest below the account (34–34 rather than 30–39).

    >>> table = pd.DataFrame({"chart": "x", "account_from": ["50", "542"],
    ...                       "account_to": ["59", "544"], "line": ["pay_cost", "pension_cost"]})
    >>> map_accounts(pd.Series(["5000", "5420", "9"]), account_map=table, chart="x").tolist()
    ['pay_cost', 'pension_cost', nan]
    """
    rows = account_map[account_map["chart"] == chart]
    lines = {account: _line_of(str(account), rows) for account in accounts.unique()}
    return accounts.map(lines).astype("str")


def _line_of(account: str, rows: pd.DataFrame) -> str | None:
    columns = (rows["account_from"], rows["account_to"], rows["line"])
    fitting = [
        (len(low), low, line)
        for low, high, line in zip(*columns, strict=True)
        if low <= account[: len(low)] and account[: len(high)] <= high
    ]
    return max(fitting)[2] if fitting else None


def unmapped_accounts(table: pd.DataFrame, *, file: str) -> list[Failure]:
    """One failure for each account without a statement line, with its number of rows and sum."""
    lost = table[table["line"].isna()]
    return [
        Failure(
            rule="unknown_account",
            file=file,
            row=int(rows.index[0]),
            column="account",
            value=str(account),
            allowed=f"{len(rows)} × , {rows['amount'].sum():.3f}",
        )
        for account, rows in lost.groupby("account")
    ]
