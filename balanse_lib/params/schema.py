"""What a run may be told: one trust's parameter file, strictly typed.

Every model forbids unknown keys, because a misspelt parameter that is silently ignored gives a
report on the wrong assumptions.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from balanse_lib.terms import Language

Period = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-3])$")]
TableName = Literal[
    "ledger_month",
    "budget",
    "requirement",
    "forecast_log",
    "event",
    "measure",
    "risk",
    "decision",
    "staffing",
    "activity",
    "org",
    "deadline",
    "account_map",
    "assumption",
    "goal",
    "authority",
    "signoff",
    "norm",
    "activity_plan",
    "activity_before",
    "indicator_def",
    "indicator_value",
    "action",
    "project_hours",
]


class Strict(BaseModel):
    """No unknown keys, no conversion of types, no change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Source(Strict):
    """Where one canonical table comes from, and how its file is laid out."""

    path: str = Field(
        description="file, relative to the parameter file; csv, txt, xlsx, yml or parquet"
    )
    sheet: str | None = Field(None, description="sheet of a workbook; the first when not given")
    encoding: str = Field("utf-8", description="of a text file, e.g. utf-8, cp1252, iso-8859-1")
    separator: Literal[";", ",", "\t", "|"] | None = Field(
        None, description="of a text file; read off its first line when not given"
    )
    decimal: Literal[",", "."] | None = Field(
        None, description="decimal mark; a comma in files separated by semicolon or tab"
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="canonical column: the file's column; a month that stands in two columns is "
        "month + year",
    )
    constants: dict[str, str] = Field(
        default_factory=dict, description="canonical column: one value for every row"
    )
    scale: float = Field(
        1.0, gt=0, allow_inf_nan=False, description="amounts are multiplied by it, to get million"
    )
    sign: Literal[1, -1] = Field(
        1, description="-1 when costs are positive in the file; amounts are then turned"
    )


class Synthetic(Strict):
    """The built-in synthetic region as source: no file is read."""

    seed: int = Field(2009, description="another seed gives another region")
    last: Period = Field("2025-09", description="last month that is booked")


# Each of these limits lies above another one, which stands before it in the model.
_MUST_EXCEED = {
    "p_optimistic": "p_unrealistic",
    "p_realistic": "p_optimistic",
    "p_prudent": "p_realistic",
    "event_loss_full": "event_loss_expected",
    "event_gain_full": "event_loss_full",
    "z_red": "z_amber",
    "audit_break_to": "audit_break_from",
}


class Thresholds(Strict):
    """Thresholds of the run; the defaults and their sources stand in `defaults.yml`."""

    n_paths: int = Field(ge=100, le=200_000)
    seed: int = Field(ge=0)
    min_months: int = Field(ge=12)
    identity_hits_refuse: int = Field(ge=1)
    run_timeout_seconds: int = Field(ge=10)
    p_unrealistic: float = Field(gt=0, lt=1)
    p_optimistic: float = Field(gt=0, lt=1)
    p_realistic: float = Field(gt=0, lt=1)
    p_prudent: float = Field(gt=0, lt=1)
    prudent_quantile: float = Field(gt=0, lt=1)
    event_loss_expected: float = Field(ge=0, le=1)
    event_loss_full: float = Field(ge=0, le=1)
    event_gain_full: float = Field(ge=0, le=1)
    run_rate_weight: float = Field(ge=0, le=1)
    noise_years: int = Field(ge=2)
    unusual_month_sd: float = Field(gt=0)
    z_amber: float = Field(ge=0)
    z_red: float = Field(ge=0)
    forecast_same_pct: float = Field(gt=0)
    forecast_moved_pct: float = Field(gt=0)
    stale_months: int = Field(ge=1, le=11)
    anchored_from_month: int = Field(ge=1, le=11)
    reported_rounding: float = Field(gt=0)
    unidentified_share: float = Field(ge=0, le=1)
    booking_open_pct: float = Field(gt=0)
    missing_months_allowed: int = Field(ge=0, le=11)
    pay_unreconciled_share: float = Field(ge=0, le=1)
    indication_until_month: int = Field(ge=0, le=11)
    bias_default_k: float = Field(ge=0)
    bias_min_trusts: int = Field(ge=2)
    bias_min_errors: int = Field(ge=3)
    warning_margin_pct: float = Field(ge=0)
    hire_in_booked_share: float = Field(gt=0, le=1)
    activity_income_share: float = Field(gt=0, lt=1)
    balancing_from_month: int = Field(ge=1, le=12)
    pension_uneven_share: float = Field(gt=0, lt=1)
    reversal_months: int = Field(ge=1, le=12)
    booking_smallest: float = Field(gt=0)
    full_time_hours_per_month: float = Field(gt=0, le=200)
    measure_rate_idea: float = Field(ge=0, le=1)
    measure_rate_planned: float = Field(ge=0, le=1)
    measure_rate_started: float = Field(ge=0, le=1)
    measure_rate_implemented: float = Field(ge=0, le=1)
    measure_none_idea: float = Field(ge=0, lt=1)
    measure_none_planned: float = Field(ge=0, lt=1)
    measure_none_started: float = Field(ge=0, lt=1)
    measure_none_implemented: float = Field(ge=0, lt=1)
    measure_prior_weight: float = Field(gt=0)
    measure_published_weight: float = Field(ge=0, le=1)
    measure_no_effect_below: float = Field(ge=0, lt=1)
    measure_model_min_cases: int = Field(ge=20)
    measure_model_min_groups: int = Field(ge=2)
    delay_planned_mode: float = Field(ge=0)
    delay_planned_max: float = Field(gt=0)
    delay_started_mode: float = Field(ge=0)
    delay_started_max: float = Field(gt=0)
    delay_min_cases: int = Field(ge=2)
    ramp_steepness: float = Field(gt=0)
    measure_correlation: float = Field(ge=0, le=1)
    measure_lead_months: int = Field(ge=0, le=24)
    measure_buffer_level: float = Field(gt=0, lt=1)
    measure_cautious_quantile: float = Field(gt=0, lt=0.5)
    measure_packages: int = Field(ge=1, le=10)
    audit_level: float = Field(gt=0, lt=1)
    audit_power: float = Field(gt=0, lt=1)
    audit_min_before: int = Field(ge=2)
    audit_min_after: int = Field(ge=1)
    audit_search_months: int = Field(ge=0, le=12)
    audit_placebo_step: int = Field(ge=1)
    audit_placebo_before: int = Field(ge=2)
    audit_break_from: Period
    audit_break_to: Period

    @field_validator(*_MUST_EXCEED)
    @classmethod
    def _exceeds(cls, value: float | str, info: ValidationInfo) -> float | str:
        """Limits that cross would make a class vanish unseen."""
        below = _MUST_EXCEED[str(info.field_name)]
        if below in info.data and value <= info.data[below]:
            raise ValueError(f"greater than {below} ({info.data[below]})")
        return value


class Trust(Strict):
    """One trust: who it is, where its tables are, what it is measured against."""

    trust: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="short name, used in paths")
    name: str = Field(description="name shown to readers")
    country: Literal["NO", "SE", "DK", "FI", "IS", "US"] = Field(description="holidays and rules")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO code; amounts are in million")
    language: Language = Field("nn", description="language of the report when none is asked for")
    fiscal_year_start: int = Field(1, ge=1, le=12, description="first calendar month of the year")
    chart: str = Field("ns4102", description="chart of accounts, names rows of the account map")
    requirement_type: Literal["owner", "balance", "frame"] = Field(
        "owner", description="the requirement that the headline is measured against"
    )
    region: str = Field(description="owner or group; trusts of one region are run together")
    known_gaps: dict[Period, str] = Field(
        default_factory=dict,
        description="months without accounts, with the reason; other missing months stop the run",
    )
    marked_months: dict[str, dict[Period, float]] = Field(
        default_factory=dict,
        description="what moves all lines in certain months, past and to come, and how strongly: "
        "wage_settlement: {2024-10: 1, 2025-10: 1}; holiday pay in another month than usual",
    )
    rebased_indicators: dict[str, dict[Period, str]] = Field(
        default_factory=dict,
        description="by indicator, months from which its chart has new limits, with the reason: "
        "waiting_days: {2025-01: new definition}",
    )
    synthetic: Synthetic | None = Field(None, description="use the synthetic region as source")
    made_up: bool = Field(
        False, description="the files hold made-up figures, which every page then says"
    )
    sources: dict[TableName, Source] = Field(default_factory=dict)
    thresholds: Thresholds

    @property
    def is_synthetic(self) -> bool:
        """Whether the figures are made up, which every page then says."""
        return self.made_up or self.synthetic is not None
