"""Numbers and months as the reader writes them.

Half is rounded away from zero as people and spreadsheets do (a library that rounds half to even
prints 12.25 as 12.2), the minus is a true minus, thousands are parted by a non-breaking space,
and nothing is ever printed as minus nought.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date as babel_date
from babel.dates import get_day_names, get_month_names

from balanse_lib import periods, terms

NBSP = "\u00a0"
MINUS = "−"
_LOCALES = {"nn": "nn_NO", "nb": "nb_NO", "sv": "sv_SE", "en": "en_GB"}
_DECIMAL_MARK = {"nn": ",", "nb": ",", "sv": ",", "en": "."}


def format_number(value: float, *, language: str, decimals: int = 1) -> str:
    """A number for the reader.

    >>> format_number(-1234.25, language="nb").replace(NBSP, " ")
    '−1 234,3'
    >>> format_number(-0.04, language="en")
    '0.0'
    """
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, rest = f"{abs(rounded):f}".partition(".")
    groups = f"{int(whole):,}".replace(",", NBSP)
    text = groups + (_DECIMAL_MARK[language] + rest if rest else "")
    return MINUS + text if rounded < 0 else text


def format_amount(value: float, *, language: str) -> str:
    r"""An amount in million: one decimal, none from a thousand million on.

    >>> format_amount(-42.04, language="nn"), format_amount(-412727.0, language="en")
    ('−42,0', '−412\xa0727')
    """
    return format_number(value, language=language, decimals=1 if abs(value) < 999.95 else 0)


def format_change(value: float, *, language: str) -> str:
    """An amount with its sign, since a change has a direction.

    >>> format_change(4.04, language="nn"), format_change(-2.0, language="en")
    ('+4,0', '−2.0')
    """
    text = format_amount(value, language=language)
    return f"+{text}" if text.strip("0,.") and not text.startswith(MINUS) else text


def format_share(value: float, *, language: str) -> str:
    """A share in per cent.

    >>> format_share(0.1724, language="nb").replace(NBSP, " "), format_share(1.0, language="en")
    ('17 %', '100%')
    """
    space = "" if language == "en" else NBSP
    return f"{format_number(100 * value, language=language, decimals=0)}{space}%"


def format_chance(value: float, *, language: str) -> str:
    r"""A simulated probability in per cent; never 0 or 100, where simulation only says "nearly".

    >>> format_chance(0.0004, language="en")
    '<\xa01%'
    """
    if value < 0.005:
        return f"<{NBSP}{format_share(0.01, language=language)}"
    if value > 0.995:
        return f">{NBSP}{format_share(0.99, language=language)}"
    return format_share(value, language=language)


def format_period(period: str, *, language: str) -> str:
    """A month in words; period 13 as its year with the number, month 0 as what it is.

    >>> format_period("2025-09", language="sv")
    'september 2025'
    """
    year, month = periods.parse_period(period)
    if month == periods.PERIOD_13:
        return f"{year}-13"
    if month == periods.MONTH_0:
        return terms.text("period.month_0", language, year=year)
    name = get_month_names("wide", locale=_LOCALES[language])[month]
    return f"{name} {year}"


def format_date(day: str, *, language: str) -> str:
    """A day in words; a month where no more is known.

    >>> format_date("2025-09-12", language="nb"), format_date("2024-02", language="sv")
    ('12. september 2025', 'februari 2024')
    """
    if len(day) == len("2024-02"):
        return format_period(day, language=language)
    return babel_date(date.fromisoformat(day), "long", locale=_LOCALES[language])


def format_weekday(number: int, *, language: str) -> str:
    """Day of the week, 0 is Monday.

    >>> format_weekday(6, language="nn")
    'søndag'
    """
    return str(get_day_names("wide", locale=_LOCALES[language])[number])


def month_short(period: str, *, language: str) -> str:
    """Short name of a month, for an axis.

    >>> month_short("2025-09", language="en")
    'Sept'
    """
    month = periods.parse_period(period)[1]
    name = str(get_month_names("abbreviated", locale=_LOCALES[language])[month])
    return name.rstrip(".")
