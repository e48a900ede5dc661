"""Runs: open one trust's month, make many side by side, put reports in place."""

from balanse_lib.runs.batch import NOTEBOOKS, Outcome, Plan, default_trusts, plan, run_batch
from balanse_lib.runs.demo import write_demo
from balanse_lib.runs.forecast_log import check_log, read_log
from balanse_lib.runs.index import write_index
from balanse_lib.runs.measure_template import write_template
from balanse_lib.runs.pdf import find_browser, find_reports, print_reports
from balanse_lib.runs.realism_file import judge_file
from balanse_lib.runs.region import write_regions
from balanse_lib.runs.series_file import forecast_file
from balanse_lib.runs.workbook import LATEST, Run, open_run

__all__ = [
    "LATEST",
    "NOTEBOOKS",
    "Outcome",
    "Plan",
    "Run",
    "check_log",
    "default_trusts",
    "find_browser",
    "find_reports",
    "forecast_file",
    "judge_file",
    "open_run",
    "plan",
    "print_reports",
    "read_log",
    "run_batch",
    "write_demo",
    "write_index",
    "write_regions",
    "write_template",
]
