"""What a register's own measures gave becomes a record, each measure once."""

import pandas as pd
import pytest

from balanse_lib import params
from balanse_lib.measures import empty_history, own_history, realisation_rates
from balanse_lib.measures.audit_portfolio import RATE_SPREAD
from balanse_lib.measures.rate_record import learn_rates
from tests.measures.conftest import MakeRegister


def audits(**rates: tuple[float, float]) -> pd.DataFrame:
    rows = [(name, rate, sd) for name, (rate, sd) in rates.items()]
    return pd.DataFrame(rows, columns=["measure_id", "realisation_rate", "rate_sd"])


def test_verdicts_of_every_kind_become_cases_worth_what_they_are_sure_of(
    make_register: MakeRegister,
) -> None:
    """Confirmed at 1.1, contradicted at −0.2; the error of the second halves its weight."""
    register = make_register(start_actual=["2024-01"] * 3, full_year_effect=[3.0] * 3)
    told = audits(M0=(1.1, 0.0), M1=(-0.2, RATE_SPREAD))
    found = own_history(register, audits=told)
    assert found["measure_id"].tolist() == ["M0", "M1"]
    assert found["realised"].tolist() == [1.1, -0.2]
    assert found["weight"].tolist() == pytest.approx([1.0, 0.5])


def test_a_measure_counts_once(make_register: MakeRegister) -> None:
    """M0 is settled and audited; M1 and M2 are one gain; M3 has not started."""
    register = make_register(
        start_actual=["2024-01"] * 3 + [None],
        full_year_effect=[3.0, 2.0, 5.0, 1.0],
        realised=[0.4, None, None, 0.9],
        gain_id=[None, "G", "G", None],
    )
    told = audits(M0=(0.9, 0.1), M1=(0.5, 0.1), M2=(0.6, 0.1))
    found = own_history(register, audits=told)
    assert found["measure_id"].tolist() == ["M0", "M2"]
    assert found["realised"].tolist() == [0.4, 0.6]
    assert found["weight"].iloc[0] == 1.0
    again = own_history(register, audits=told)
    pd.testing.assert_frame_equal(found, again)


def test_a_verdict_moves_the_rate_of_the_measures_that_are_under_way(
    make_register: MakeRegister,
) -> None:
    """Started, 0.75 counting 8; one audit of 0.15 worth half a case: (6 + 0.075)/8.5."""
    register = make_register(
        start_actual=["2024-01"], full_year_effect=[3.0], stage=["confirmed"], **{"class": ["ICT"]}
    )
    history = own_history(register, audits=audits(M0=(0.15, RATE_SPREAD)))
    limits = params.standard_thresholds()
    learnt = learn_rates(history, published=None, thresholds=limits).stages
    assert learnt.loc["started", "mean"] == pytest.approx(6.075 / 8.5)
    assert learnt.loc["started", "p_none"] == 0.05  # an audit cannot tell nothing from little
    assert learnt.loc["planned", "mean"] == 0.55


def test_without_settled_or_audited_measures_there_is_no_history(
    make_register: MakeRegister,
) -> None:
    register = make_register(start_actual=["2024-01"], stage=["started"], **{"class": ["ICT"]})
    assert own_history(register).empty
    assert own_history(register, audits=audits()).empty
    none = realisation_rates(register, own_history(register))
    usual = realisation_rates(register, empty_history())
    pd.testing.assert_frame_equal(none, usual)
