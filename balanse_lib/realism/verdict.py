"""Verdict classes of a reported forecast, and what keeps a forecast from being judged."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from balanse_lib import params, terms
from balanse_lib.realism import require

UNREALISTIC, OPTIMISTIC, REALISTIC = "Urealistisk", "Optimistisk", "Realistisk"
PRUDENT, OVER_PRUDENT = "Forsiktig", "Over-forsiktig"
NOT_ASSESSABLE = "Ikkje vurderbar"
# The label of each class in the reader's language is a term of the vocabulary.
TERMS: Mapping[str, str] = MappingProxyType(
    {
        UNREALISTIC: "unrealistic",
        OPTIMISTIC: "optimistic",
        REALISTIC: "realistic",
        PRUDENT: "prudent",
        OVER_PRUDENT: "over_prudent",
        NOT_ASSESSABLE: "not_assessable",
    }
)
_LOWERED = {OPTIMISTIC: UNREALISTIC, REALISTIC: OPTIMISTIC, PRUDENT: REALISTIC}


def classify(p_reach: float, *, thresholds: params.Thresholds | None = None) -> str:
    """Class of a forecast from the probability that the outcome is at least as good.

    >>> [classify(p) for p in (0.10, 0.20, 0.50, 0.65, 0.95)]
    ['Urealistisk', 'Optimistisk', 'Realistisk', 'Forsiktig', 'Over-forsiktig']
    """
    require.share(p_reach=p_reach)
    limits = thresholds or params.standard_thresholds()
    if p_reach < limits.p_unrealistic:
        return UNREALISTIC
    if p_reach < limits.p_optimistic:
        return OPTIMISTIC
    if p_reach < limits.p_realistic:
        return REALISTIC
    return PRUDENT if p_reach <= limits.p_prudent else OVER_PRUDENT


def lower_class(verdict: str, *, states: Iterable[str]) -> str:
    """Class after the flags: one step towards Urealistisk if any is raised, never more.

    An over-prudent forecast stays what it is: a flag must not make a hidden buffer look better.

    >>> lower_class("Realistisk", states=["raised", "raised", "clear"])
    'Optimistisk'
    >>> lower_class("Over-forsiktig", states=["raised"])
    'Over-forsiktig'
    """
    return _LOWERED.get(verdict, verdict) if "raised" in states else verdict


def find_obstacle(
    *,
    month: int,
    history_months: int,
    months_missing: int,
    region_prior: bool = False,
    pay_unreconciled_share: float | None = None,
    thresholds: params.Thresholds | None = None,
) -> str:
    """Reason why a forecast cannot be judged; empty when it can.

    `month` is the number of the month in its fiscal year, `months_missing` how many of the months
    to date have no accounts. The share of pay cost that is not reconciled counts where it is known.

    >>> find_obstacle(month=6, history_months=40, months_missing=3)
    'months_missing'
    """
    limits = thresholds or params.standard_thresholds()
    if month > require.LAST_MONTH_TO_JUDGE:
        return "year_over"
    if history_months < limits.min_months and not region_prior:
        return "too_few_months"
    if months_missing > limits.missing_months_allowed:
        return "months_missing"
    share = pay_unreconciled_share
    if share is not None and share > limits.pay_unreconciled_share:
        return "pay_unreconciled"
    return ""


def is_indication(month: int, *, thresholds: params.Thresholds | None = None) -> bool:
    """Whether it is so early in the year that a class is only an indication.

    >>> is_indication(2), is_indication(3)
    (True, False)
    """
    return month <= (thresholds or params.standard_thresholds()).indication_until_month


def explain_reason(reason: str, *, language: str = "en") -> str:
    """Sentence for a reason, in the reader's language.

    >>> explain_reason("no_basis")[:42]
    'the forecast does not say what it is a for'
    """
    return terms.text(f"reason.{reason}", language)
