"""Verdict on one measure from its interval, its plan and what could be detected at all."""

from balanse_lib import terms

CONFIRMED, PARTLY, NOT_DETECTABLE = "confirmed", "partly", "not_detectable"
CONTRADICTED, INCONCLUSIVE, TOO_EARLY, PAUSED = (
    "contradicted", "inconclusive", "too_early", "paused",
)  # fmt: skip
VERDICTS = (
    CONFIRMED, PARTLY, NOT_DETECTABLE, CONTRADICTED, INCONCLUSIVE, TOO_EARLY, PAUSED,
)  # fmt: skip
FOUND = (CONFIRMED, PARTLY)


def classify_effect(
    low: float, high: float, *, planned: float, detectable: float, displaced: bool = False
) -> tuple[str, str]:
    """Verdict and its reason, from the interval of the effect; all in the same unit.

    In this order: a plan below what is detectable is never judged; an interval below zero is harm;
    above zero, it confirms when it reaches the plan; around zero, it contradicts a plan it does not
    reach, and is inconclusive when it holds both. `detectable` includes the placebo rule, and an
    effect that was moved to the unit's other lines is not confirmed.

    >>> classify_effect(0.4, 1.2, planned=1.0, detectable=0.8)
    ('confirmed', 'reaches_plan')
    >>> classify_effect(-0.4, 0.4, planned=1.0, detectable=0.8)
    ('contradicted', 'plan_excluded')
    >>> classify_effect(-0.4, 0.4, planned=0.5, detectable=0.8)
    ('not_detectable', 'plan_below_detectable')
    """
    if planned < detectable:
        return NOT_DETECTABLE, "plan_below_detectable"
    if high < 0:
        return CONTRADICTED, "harmful"
    if low > 0:
        if high < planned:
            return PARTLY, "below_plan"
        return (PARTLY, "displaced") if displaced else (CONFIRMED, "reaches_plan")
    return (INCONCLUSIVE, "wide") if high >= planned else (CONTRADICTED, "plan_excluded")


def explain_audit(verdict: str, reason: str, *, language: str = "en") -> tuple[str, str]:
    """Verdict and reason of an audit in the reader's language.

    >>> explain_audit("too_early", "months_after", language="nn")
    ('For tidleg å seie', 'for få månader med rekneskap sidan starten.')
    """
    return (
        terms.text(f"audit_verdict.{verdict}", language),
        terms.text(f"audit_reason.{reason}", language),
    )
