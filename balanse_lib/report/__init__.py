"""What readers see: numbers and sentences in their language, figures, tables, the page."""

from balanse_lib.report.course_table import course_table
from balanse_lib.report.data_basis import (
    control_totals,
    gap_map,
    inputs,
    one_offs,
    thresholds,
    unit_gaps,
)
from balanse_lib.report.deadline_tables import deadline_findings, deadlines_table
from balanse_lib.report.drivers_tables import leads_table, money_tables, staffing_tables
from balanse_lib.report.figures import Figure, year_fan
from balanse_lib.report.findings import (
    Finding,
    data_findings,
    decisions,
    forecast_findings,
    from_json,
    to_json,
)
from balanse_lib.report.flow import flow_parts
from balanse_lib.report.follow_up_tables import follow_up_findings, follow_up_tables
from balanse_lib.report.forecast_tables import (
    lines_table,
    record_table,
    rules_table,
    units_table,
    year_end_table,
)
from balanse_lib.report.indicators_figure import chart_figure, goal_figures, signal_figures
from balanse_lib.report.indicators_findings import indicator_findings
from balanse_lib.report.indicators_tables import (
    basis_table,
    chart_counts_table,
    goals_table,
    guards_table,
    indicators_table,
    signals_table,
)
from balanse_lib.report.linked_table import linked_table
from balanse_lib.report.measures_figure import measure_bridge
from balanse_lib.report.measures_findings import measure_findings
from balanse_lib.report.measures_tables import (
    audit_table,
    bank_table,
    bridge_table,
    conflicts_table,
    history_table,
    packages_table,
    register_table,
)
from balanse_lib.report.next_year import next_year_findings, next_year_steps, next_year_table
from balanse_lib.report.occasion import Occasion, occasion
from balanse_lib.report.page import (
    Head,
    IndexRow,
    Piece,
    basis,
    changes,
    drivers,
    first_screen,
    index_page,
    paragraph,
    record,
    section,
    steering,
    verdict,
    worth,
)
from balanse_lib.report.pay_figure import pay_bridge
from balanse_lib.report.realism_basis import (
    habit_table,
    price_table,
    required_table,
    requirements_table,
    unusual_table,
)
from balanse_lib.report.realism_findings import realism_findings
from balanse_lib.report.realism_tables import (
    booking_table,
    drift_table,
    flags_table,
    run_rate_table,
    track_record_table,
    verdict_table,
)
from balanse_lib.report.region_cascade import region_cascade
from balanse_lib.report.region_page import region_page
from balanse_lib.report.risk_tables import risk_table, uncertainty_table
from balanse_lib.report.run_rate_figure import required_rate
from balanse_lib.report.sparkline import sparkline
from balanse_lib.report.steering_tables import cascade_table, financing_table
from balanse_lib.report.tables import Table, Tables
from balanse_lib.report.track_record_figure import track_record
from balanse_lib.report.unsigned_tables import unsigned_findings, unsigned_table
from balanse_lib.report.what_if_figure import scenario_figure, scenarios_figure
from balanse_lib.report.what_if_tables import scenarios_table
from balanse_lib.report.words import Reader

__all__ = [
    "Figure",
    "Finding",
    "Head",
    "IndexRow",
    "Occasion",
    "Piece",
    "Reader",
    "Table",
    "Tables",
    "audit_table",
    "bank_table",
    "basis",
    "basis_table",
    "booking_table",
    "bridge_table",
    "cascade_table",
    "changes",
    "chart_counts_table",
    "chart_figure",
    "conflicts_table",
    "control_totals",
    "course_table",
    "data_findings",
    "deadline_findings",
    "deadlines_table",
    "decisions",
    "drift_table",
    "drivers",
    "financing_table",
    "first_screen",
    "flags_table",
    "flow_parts",
    "follow_up_findings",
    "follow_up_tables",
    "forecast_findings",
    "from_json",
    "gap_map",
    "goal_figures",
    "goals_table",
    "guards_table",
    "habit_table",
    "history_table",
    "index_page",
    "indicator_findings",
    "indicators_table",
    "inputs",
    "leads_table",
    "lines_table",
    "linked_table",
    "measure_bridge",
    "measure_findings",
    "money_tables",
    "next_year_findings",
    "next_year_steps",
    "next_year_table",
    "occasion",
    "one_offs",
    "packages_table",
    "paragraph",
    "pay_bridge",
    "price_table",
    "realism_findings",
    "record",
    "record_table",
    "region_cascade",
    "region_page",
    "register_table",
    "required_rate",
    "required_table",
    "requirements_table",
    "risk_table",
    "rules_table",
    "run_rate_table",
    "scenario_figure",
    "scenarios_figure",
    "scenarios_table",
    "section",
    "signal_figures",
    "signals_table",
    "sparkline",
    "staffing_tables",
    "steering",
    "thresholds",
    "to_json",
    "track_record",
    "track_record_table",
    "uncertainty_table",
    "unit_gaps",
    "units_table",
    "unsigned_findings",
    "unsigned_table",
    "unusual_table",
    "verdict",
    "verdict_table",
    "worth",
    "year_end_table",
    "year_fan",
]
