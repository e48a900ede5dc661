"""National identity numbers are kept out of the workbook.

A Norwegian number is *well formed* when it starts with a date and its second control digit fits,
a Swedish one when it starts with a date; it is a *hit* when the remaining control digit fits too.

Voucher numbers can be hits by chance. Of uniform 11-digit numbers 292 200 in a million start with a
date (36 525 dates x 2 day series x 4 month series), and two control digits fit one in 121:
0.24 %, or 241 hits in 100 000. Of 12-digit numbers 0.022 % are Swedish hits. Real serial numbers
are worse than uniform: some start with a date, and bank accounts and mod-11 KID have the *same*
last control digit as a fødselsnummer. Therefore only the digit that none of them has by
construction counts as evidence: it fits one well-formed number in 11 (no) or 10 (se) by chance,
and every time in a column of identity numbers.

Not found, on purpose: numbers that lost their leading zero, Swedish numbers of 10 digits without
a sign, and FH numbers (8 or 9 first; without a date, every 11th bank account there would be one).
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import bdtrc

Kind = Literal["no", "se"]
Verdict = Literal["clean", "warn", "refuse"]
_Ints = npt.NDArray[np.int32]
_Bools = npt.NDArray[np.bool_]

HEADER: Final = "(header)"
CHANCE_RATE: Final = 0.1  # upper bound for both countries: 1/11 (no) and 1/10 (se)

_K1_WEIGHTS: Final = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0], dtype=np.int32)
_K2_WEIGHTS: Final = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1], dtype=np.int32)
_DAYS: Final = np.zeros(100, dtype=np.int32)  # no days in the months 0 and 13-99
_DAYS[1:13] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

# Not inside a longer run of digits, nor the decimals of a number; but after another 11 or 12 digits
# and a comma comes the next number of a list.
_START = r"(?<![0-9])(?:(?<![0-9][.,])|(?<=[0-9]{11}[.,]))"
# Nor a number with decimals, except ".0", which a spreadsheet hangs on whole numbers.
_END = r"(?![0-9]|[.,](?!0(?![0-9]))[0-9]{1,6}(?![0-9]))"
_SIGN = "[-+\u2010-\u2013\u2212]"
_PATTERNS: Final[dict[Kind, re.Pattern[str]]] = {
    "no": re.compile(f"{_START}([0-9]{{6}})[ \u00a0\u202f-]?([0-9]{{5}}){_END}"),
    "se": re.compile(
        f"{_START}((?:18|19|20)[0-9]{{6}}|[0-9]{{6}}(?={_SIGN})){_SIGN}?([0-9]{{4}}){_END}"
    ),
}
_MAY_HOLD_NUMBER: Final = "[0-9]{6}[^0-9]?[0-9]{4}"


@dataclass(frozen=True)
class IdentityHit:
    """A cell that holds what looks like an identity number, which itself is never shown.

    >>> IdentityHit(column="text", row=2, kind="no", masked="01*********").masked
    '01*********'
    """

    column: str
    row: int
    kind: Kind
    masked: str


@dataclass(frozen=True)
class IdentityTally:
    """How many different well-formed numbers a column holds, and how many of them are hits.

    A number found in several columns counts once, in the first of them.

    >>> IdentityTally(column="voucher", kind="no", well_formed=110, hits=10).chance_hits
    11.0
    """

    column: str
    kind: Kind
    well_formed: int
    hits: int

    @property
    def chance_hits(self) -> float:
        """Hits that chance alone gives at most, on average."""
        return self.well_formed * CHANCE_RATE


@dataclass(frozen=True)
class IdentityCheck:
    """The verdict on a file, the cells behind it and the counts it was judged by.

    >>> IdentityCheck(verdict="clean", hits=(), tallies=()).verdict
    'clean'
    """

    verdict: Verdict
    hits: tuple[IdentityHit, ...]
    tallies: tuple[IdentityTally, ...]


def check_identity_numbers(
    raw: pd.DataFrame, *, skip: Collection[str] = (), first_row: int = 2, refuse_at: int = 3
) -> IdentityCheck:
    """Scan a raw table and its header for identity numbers, and judge what was found.

    Parameters
    ----------
    raw
        The table as read, all cells strings.
    skip
        Columns that are not scanned: those declared as amounts.
    first_row
        Row of the file that holds the first data row; the header is the row above.
    refuse_at
        ASSUMPTION: so many hits, with no well-formed number beside them, refuse the file.

    >>> check_identity_numbers(pd.DataFrame({"text": ["Refusjon 018190 00200"]})).verdict
    'warn'
    >>> voucher = pd.DataFrame({"voucher": ["10000000001", "20250100012"]})
    >>> check_identity_numbers(voucher).verdict
    'clean'
    """
    found = _scan(raw, skip=skip)
    tallies = _tally(found)
    verdict = judge_identity_hits(tallies, refuse_at=refuse_at)
    return IdentityCheck(verdict, _to_hits(found, first_row=first_row), tallies)


def scan_identity_numbers(
    raw: pd.DataFrame, *, skip: Collection[str] = (), first_row: int = 2
) -> tuple[IdentityHit, ...]:
    """Cells of a raw table, and column names, with what looks like an identity number.

    A hit in a column name has the row above `first_row`, and its column is shown masked.

    >>> table = pd.DataFrame({"text": ["Taxi", "Pasient 01819000200"], "amount": ["1", "2"]})
    >>> scan_identity_numbers(table, skip=["amount"])
    (IdentityHit(column='text', row=3, kind='no', masked='01*********'),)
    """
    return _to_hits(_scan(raw, skip=skip), first_row=first_row)


def scan_text(text: str) -> tuple[IdentityHit, ...]:
    r"""Lines of a text, for instance a note or a log, with what looks like an identity number.

    >>> scan_text("Referat\nGjeld 900101+9802.")
    (IdentityHit(column='text', row=2, kind='se', masked='90*********'),)
    """
    return scan_identity_numbers(pd.DataFrame({"text": text.splitlines()}), first_row=1)


def judge_identity_hits(tallies: Iterable[IdentityTally], *, refuse_at: int = 3) -> Verdict:
    """Refuse a file with more hits than chance explains, warn of fewer.

    A column is refused when P(X >= hits | well_formed, 1/10) <= (1/10) ** refuse_at: when its hits
    are at least as surprising as `refuse_at` hits in `refuse_at` well-formed numbers. Columns with
    fewer hits than that are judged together, so that one number in each of several columns counts.
    At the default of 3 (an ASSUMPTION), a column of serial numbers is refused by chance
    at most once in 1000.

    >>> judge_identity_hits([IdentityTally("text", "no", well_formed=3, hits=3)])
    'refuse'
    >>> judge_identity_hits([IdentityTally("voucher", "no", well_formed=33, hits=3)])
    'warn'
    """
    if refuse_at < 1:
        raise ValueError(f"refuse_at is {refuse_at}; it must be 1 or more (usual: 3).")
    tallies = tuple(tallies)
    few = [tally for tally in tallies if tally.hits < refuse_at]
    cases = [(tally.hits, tally.well_formed) for tally in tallies if tally not in few]
    cases.append((sum(tally.hits for tally in few), sum(tally.well_formed for tally in few)))
    limit = CHANCE_RATE**refuse_at * (1 + 1e-9)  # 3 hits in 3 are exactly on the limit
    if any(chance_of_hits(hits, well_formed=number) <= limit for hits, number in cases):
        return "refuse"
    return "warn" if any(tally.hits for tally in tallies) else "clean"


def chance_of_hits(hits: int, *, well_formed: int) -> float:
    """Probability that serial numbers give so many hits or more, at most.

    >>> round(chance_of_hits(1, well_formed=2), 2)   # 1 - 0.9 * 0.9
    0.19
    """
    return float(bdtrc(hits - 1, well_formed, CHANCE_RATE)) if hits else 1.0


def identity_kind(number: str) -> Kind | None:
    """Country whose identity number this is, if it is one.

    Norwegian: birth or D-number (day + 40), H-number (month + 40) and test numbers (month + 65
    from Norsk helsenett, + 80 from Tenor). Test numbers count, since the guard could otherwise
    be tried only with the numbers of real persons. Swedish: personnummer and samordningsnummer
    (day + 60), with century or sign.

    >>> identity_kind("01819000200")   # Tenor: 7+48+1+72+4 = 132 = 12*11; 4+24+2+63+6 = 99 = 9*11
    'no'
    >>> identity_kind("18900101-9802")   # born 1890: 9+0+0+1+0+1+9+8+0+2 = 30
    'se'
    >>> identity_kind("01819000201") is None
    True
    """
    found = _find_numbers([number])
    hits = found.loc[found["hit"] & (found["length"] == len(number)), "kind"]
    return cast(Kind, hits.iloc[0]) if len(hits) else None


def mask_identity_numbers(text: str) -> str:
    """Text with identity numbers masked, fit for a message or a log.

    >>> mask_identity_numbers("Pasient 01819000200, faktura 10000000001")
    'Pasient 01*********, faktura 10000000001'
    """
    found = _find_numbers([text])
    # from the end, so that the places further ahead stay right
    for hit in found[found["hit"]].sort_values("start", ascending=False).itertuples():
        start = cast(int, hit.start)
        text = text[:start] + cast(str, hit.masked) + text[start + cast(int, hit.length) :]
    return text


def _to_hits(found: pd.DataFrame, *, first_row: int) -> tuple[IdentityHit, ...]:
    """Hits in the order of the file, with rows counted as in the file."""
    hits = found[found["hit"]].sort_values(["row", "place", "start"])
    rows = (hits["row"] + first_row).tolist()
    columns = zip(hits["column"], rows, hits["kind"], hits["masked"], strict=True)
    return tuple(IdentityHit(*values) for values in columns)


def _tally(found: pd.DataFrame) -> tuple[IdentityTally, ...]:
    """Count different numbers by column: an invoice of 50 lines is one number, not 50.

    Names in the header are one group; a table with a person in each column has them all there.
    """
    once = found.drop_duplicates(["kind", "number"])
    name = once["column"].where(once["row"] >= 0, HEADER)
    place = once["place"].where(once["row"] >= 0, -1)  # two columns may have the same name
    counts = once.groupby([place, name, once["kind"]])["hit"].agg(["size", "sum"])
    return tuple(
        IdentityTally(str(row[1]), cast(Kind, row[2]), well_formed=int(size), hits=int(hits))
        for row, size, hits in zip(counts.index, counts["size"], counts["sum"], strict=True)
    )


def _scan(raw: pd.DataFrame, *, skip: Collection[str]) -> pd.DataFrame:
    """Well-formed numbers of a table; holds the numbers themselves, so it stays in this module."""
    labels = [str(label) for label in raw.columns]
    parts = [pd.DataFrame({"cell": labels, "row": -1, "place": range(len(labels))})]
    for place, label in enumerate(labels):
        if label not in skip:
            cells = raw.iloc[:, place].astype("str").reset_index(drop=True)
            cells = cells[cells.str.contains(_MAY_HOLD_NUMBER, na=False)]
            parts.append(pd.DataFrame({"cell": cells, "row": cells.index, "place": place}))
    table = pd.concat(parts, ignore_index=True)
    found = _find_numbers(table["cell"].astype("str").tolist())
    found["row"] = table["row"].to_numpy()[found["index"]]
    found["place"] = table["place"].to_numpy()[found["index"]]
    names = {place: mask_identity_numbers(label) for place, label in enumerate(labels)}
    found["column"] = found["place"].map(names)
    return found


def _find_numbers(texts: list[str]) -> pd.DataFrame:
    """Well-formed numbers in texts, with text index, place in the text and whether it is a hit."""
    # one search through all texts is ten times as fast as a search in each
    joined = "\n".join(texts)
    lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    ends = lengths.cumsum()
    parts = [_find_kind(joined, kind=kind) for kind in _PATTERNS]
    found = pd.concat(parts, ignore_index=True)
    found["index"] = np.searchsorted(ends, found["start"].to_numpy(dtype=np.int64), side="right")
    found["start"] -= (ends - lengths)[found["index"]]
    return found


def _find_kind(text: str, *, kind: Kind) -> pd.DataFrame:
    """Well-formed numbers of one country in a text."""
    matches = list(_PATTERNS[kind].finditer(text))
    numbers = [match[1] + match[2] for match in matches]
    well_formed, hit = (_grade_norwegian if kind == "no" else _grade_swedish)(numbers)
    keep = np.flatnonzero(well_formed)
    return pd.DataFrame(
        {
            "kind": pd.Series(kind, index=range(len(keep)), dtype="str"),
            "start": np.array([matches[i].start() for i in keep], dtype=np.int64),
            "length": np.array([len(matches[i][0]) for i in keep], dtype=np.int64),
            "number": pd.Series([numbers[i] for i in keep], dtype="str"),
            "masked": pd.Series([numbers[i][:2] + "*" * 9 for i in keep], dtype="str"),
            "hit": hit[keep],
        }
    )


def _grade_norwegian(numbers: list[str]) -> tuple[_Bools, _Bools]:
    """Whether 11-digit numbers are well formed (date and second control digit), and hits.

    >>> _grade_norwegian(["01819000200", "10000000001"])[1].tolist()
    [True, False]
    """
    digits = _to_digits(numbers, width=11)
    day, month, year = (_number(digits[:, place : place + 2]) for place in (0, 2, 4))
    month = month - np.select([month > 80, month > 65, month > 40], [80, 65, 40], 0)
    # the century is not known here; 2000 lets 29 February through when it may be right
    date = _is_date(day - 40 * (day > 40), month=month, year=2000 + year)
    # a control digit c with weight 1 must fill the sum up to a multiple of 11
    well_formed = date & (digits @ _K2_WEIGHTS % 11 == 0)
    return well_formed, well_formed & (digits @ _K1_WEIGHTS % 11 == 0)


def _grade_swedish(numbers: list[str]) -> tuple[_Bools, _Bools]:
    """Whether 10- or 12-digit numbers are well formed (date), and hits (Luhn as well).

    >>> _grade_swedish(["189001019802", "9001019803"])[1].tolist()
    [True, False]
    """
    # without a century, 2000 lets 29 February through when it may be right
    digits = _to_digits([("20" + number)[-12:] for number in numbers], width=12)
    year, month, day = _number(digits[:, :4]), _number(digits[:, 4:6]), _number(digits[:, 6:8])
    date = _is_date(day - 60 * (day > 60), month=month, year=year)
    doubled = 2 * digits[:, 2::2]
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + digits[:, 3::2].sum(axis=1)
    return date, date & (total % 10 == 0)


def _is_date(day: _Ints, *, month: _Ints, year: _Ints) -> _Bools:
    """Whether the day exists.

    >>> _is_date(np.array([29, 29]), month=np.array([2, 2]), year=np.array([1900, 2000])).tolist()
    [False, True]
    """
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last: _Ints = _DAYS[month] + (leap & (month == 2))
    return (day >= 1) & (day <= last)


def _to_digits(numbers: list[str], *, width: int) -> _Ints:
    """Matrix with one row for each number and one column for each digit.

    >>> _to_digits(["12", "34"], width=2).tolist()
    [[1, 2], [3, 4]]
    """
    codes = np.array(numbers, dtype=f"S{width}").view(np.uint8).reshape(-1, width)
    return codes.astype(np.int32) - ord("0")


def _number(digits: _Ints) -> _Ints:
    """Value of the digits in each row.

    >>> _number(np.array([[1, 2], [3, 4]])).tolist()
    [12, 34]
    """
    weights = 10 ** np.arange(digits.shape[1] - 1, -1, -1, dtype=np.int32)
    return cast(_Ints, digits @ weights)
