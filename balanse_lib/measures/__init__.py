"""What are the measures worth? Every effect once, simulated with the year, audited after."""

from balanse_lib.measures.audit import Audit, audit_line
from balanse_lib.measures.audit_ledger import audit_measures
from balanse_lib.measures.audit_portfolio import PortfolioRate, portfolio_rate, realisation_evidence
from balanse_lib.measures.audit_settings import AuditSettings
from balanse_lib.measures.audit_verdict import explain_audit
from balanse_lib.measures.bridge import Bridge, build_bridge, needed_buffer
from balanse_lib.measures.cascade import cascade_requirement
from balanse_lib.measures.delay_record import fit_triangle, learn_delays
from balanse_lib.measures.double_counting import (
    CountedEffects,
    count_effects,
    eliminate_internal,
)
from balanse_lib.measures.effect import (
    Overlap,
    PhasedEffect,
    combine_overlap,
    late_start_cost,
    phase_effect,
)
from balanse_lib.measures.financing import check_financing
from balanse_lib.measures.joint import JointYearEnd, join_year_end
from balanse_lib.measures.measure_year import MeasureYear, value_measures
from balanse_lib.measures.next_year import carry_over
from balanse_lib.measures.normal import normal_portfolio
from balanse_lib.measures.own_history import own_history
from balanse_lib.measures.plan import planned_costs, planned_effects
from balanse_lib.measures.planned import portfolio_from_register
from balanse_lib.measures.portfolio import Portfolio, make_portfolio
from balanse_lib.measures.rate_model import ModelChoice, compare_models
from balanse_lib.measures.rate_record import empty_history
from balanse_lib.measures.realisation import Realisation, realisation_rates, update_realisation
from balanse_lib.measures.register import (
    check_completeness,
    list_incomplete,
    list_overdue,
    list_unanchored,
)
from balanse_lib.measures.risks import RiskDraws, find_orphans, simulate_risks
from balanse_lib.measures.selection import Package, choose_package, choose_packages
from balanse_lib.measures.simulate import MeasureDraws, simulate_measures
from balanse_lib.measures.timing import latest_decision, price_of_waiting
from balanse_lib.measures.tornado import rank_uncertainty
from balanse_lib.measures.what_if import (
    Scenario,
    WhatIf,
    measures_to_choose,
    play_scenario,
    scenarios_table,
    standard_scenarios,
)
from balanse_lib.measures.year_steering import cascade_year, finance_year

__all__ = [
    "Audit",
    "AuditSettings",
    "Bridge",
    "CountedEffects",
    "JointYearEnd",
    "MeasureDraws",
    "MeasureYear",
    "ModelChoice",
    "Overlap",
    "Package",
    "PhasedEffect",
    "Portfolio",
    "PortfolioRate",
    "Realisation",
    "RiskDraws",
    "Scenario",
    "WhatIf",
    "audit_line",
    "audit_measures",
    "build_bridge",
    "carry_over",
    "cascade_requirement",
    "cascade_year",
    "check_completeness",
    "check_financing",
    "choose_package",
    "choose_packages",
    "combine_overlap",
    "compare_models",
    "count_effects",
    "eliminate_internal",
    "empty_history",
    "explain_audit",
    "finance_year",
    "find_orphans",
    "fit_triangle",
    "join_year_end",
    "late_start_cost",
    "latest_decision",
    "learn_delays",
    "list_incomplete",
    "list_overdue",
    "list_unanchored",
    "make_portfolio",
    "measures_to_choose",
    "needed_buffer",
    "normal_portfolio",
    "own_history",
    "phase_effect",
    "planned_costs",
    "planned_effects",
    "play_scenario",
    "portfolio_from_register",
    "portfolio_rate",
    "price_of_waiting",
    "rank_uncertainty",
    "realisation_evidence",
    "realisation_rates",
    "scenarios_table",
    "simulate_measures",
    "simulate_risks",
    "standard_scenarios",
    "update_realisation",
    "value_measures",
]
