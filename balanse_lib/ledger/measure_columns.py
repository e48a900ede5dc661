"""Columns of the measure register. Only a few must be filled for a file to be read.

What is missing beyond them makes a measure incomplete, not unreadable. Amounts carry result sign:
an effect improves (+), a cost of the measure worsens (−). Several names in one cell are separated
by comma or semicolon.
"""

from collections.abc import Mapping

from balanse_lib.ledger.columns import Column, text_column

MEASURE_STAGES = (
    "idea",
    "planned",
    "decided",
    "started",
    "implemented",
    "confirmed",
    "paused",
    "stopped",
)
MEASURE_KINDS = ("recurrent", "one-off", "avoided cost", "income")
INTERNAL_PRICE = "internal price"
MEASURE_CLASSES = (
    "staffing",
    "hire-in",
    "overtime/extra help",
    "purchasing",
    "medicines",
    "beds/closing",
    "flow/LOS",
    "outpatient shift",
    INTERNAL_PRICE,
    "income/coding",
    "organisation",
    "ICT",
    "avoided cost",
    "one-off",
)
MEASURE_LEVELS = ("central", "local")
RAMPS = ("step", "linear", "logistic", "season", "decay", "one-off")


def _text(meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return text_column(meaning, required=False, allowed=allowed)


def _month(meaning: str) -> Column:
    return Column("month", meaning, required=False)


def _amount(meaning: str) -> Column:
    return Column("amount", meaning, required=False)


def _cost(meaning: str) -> Column:
    return Column("amount", meaning, required=False, at_most=0.0)


MEASURE_COLUMNS: Mapping[str, Column] = {
    "measure_id": text_column("identifier"),
    "title": text_column("name in plain words"),
    "description": _text("what is done differently"),
    "trust": text_column("reporting body"),
    "unit": text_column("clinic or department; the trust's own code when accounts are not split"),
    "owner": _text("role that answers for it"),
    "level": _text("planned for the whole trust or by the unit", MEASURE_LEVELS),
    "origin": _text("where the proposal came from"),
    "decision_ref": _text("decision that carries it"),
    "decision_date": Column("date", "day of the decision", required=False),
    "consultation_done": Column("date", "day the staff were consulted", required=False),
    "requirement_ref": _text("requirement that it answers"),
    "class": _text("class of measure", MEASURE_CLASSES),
    "kind": _text("lasting or not", MEASURE_KINDS),
    "stage": text_column("how far it has come", allowed=MEASURE_STAGES),
    "account": _text("account that the effect shows on"),
    "base_account": _text("accounts, by leading digits, of the cost or income it works on"),
    "base_amount": _amount("yearly amount on those accounts; the effect cannot be larger"),
    "full_year_effect": Column("amount", "effect of a whole year at full strength"),
    "low": _amount("full-year effect at worst"),
    "high": _amount("full-year effect at best"),
    "year": Column("year", "fiscal year that it is meant to help", required=False),
    "start_plan": Column("month", "first planned month of effect"),
    "start_actual": _month("first real month of effect"),
    "pause_from": _month("first month it stood still"),
    "pause_to": _month("last month it stood still; empty: it still does"),
    "ramp": _text("how the effect grows", RAMPS),
    "ramp_len": Column(
        "number",
        "months until full strength; for decay, until half is left",
        required=False,
        at_least=1.0,
    ),
    "season_months": _text("calendar months with effect, 7, 8; for the ramp season"),
    "one_off_cost": _cost("cost in the first month"),
    "running_cost": _cost("new yearly cost as long as it lasts"),
    "displaced_cost": _cost("yearly cost that it moves to other accounts"),
    "budget_taken_out": Column("flag", "whether the budget is already reduced", required=False),
    "counter_unit": _text("unit that pays what this one gains, for an internal price"),
    "depends_on": _text("measures that must succeed first"),
    "excludes": _text("measures that cannot be carried out beside it"),
    "overlap_group": _text("name shared by measures that work on the same thing"),
    "gain_id": _text("name of the gain, shared by all who count it"),
    "indicators": _text("indicators that should move"),
    "guard_indicators": _text("indicators that must not get worse"),
    "risk_ids": _text("risks that it answers"),
    "quality_risk": Column(
        "number", "risk to quality, 0 none to 5 large", required=False, at_least=0.0, at_most=5.0
    ),
    "financed_by": _text("grants or measures that pay its costs"),
    "evidence": _text("milestone, contract, post removed: what shows that it is done"),
    "realised": Column(
        "number", "share of the plan that came, once that is settled", required=False
    ),
}
