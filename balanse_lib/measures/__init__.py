"""What are the measures worth? Register, planned effect, realisation, every effect once."""

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
from balanse_lib.measures.plan import planned_costs, planned_effects
from balanse_lib.measures.rate_model import ModelChoice, compare_models
from balanse_lib.measures.rate_record import empty_history
from balanse_lib.measures.realisation import Realisation, realisation_rates, update_realisation
from balanse_lib.measures.register import (
    check_completeness,
    list_incomplete,
    list_overdue,
    list_unanchored,
)

__all__ = [
    "CountedEffects",
    "ModelChoice",
    "Overlap",
    "PhasedEffect",
    "Realisation",
    "check_completeness",
    "combine_overlap",
    "compare_models",
    "count_effects",
    "eliminate_internal",
    "empty_history",
    "fit_triangle",
    "late_start_cost",
    "learn_delays",
    "list_incomplete",
    "list_overdue",
    "list_unanchored",
    "phase_effect",
    "planned_costs",
    "planned_effects",
    "realisation_rates",
    "update_realisation",
]
