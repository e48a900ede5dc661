"""Capacity, agreements, causes and flights as a reader sees them."""

from dataclasses import replace

import pandas as pd

from balanse_lib import report


def tables(run, book=None):
    made = report.staffing_tables(run.ledger if book is None else book, reader=run.reader)
    return {table.name: table for table in made}


def test_the_hours_of_a_post_stand_beside_the_capacity(run):
    table = tables(run)["capacity"]
    assert run.reader.write(162.5, "amount") in table.caption
    assert table.frame["span"].value_counts().to_dict() == {"so_far": 3, "left": 3}
    assert (table.frame["lacking"] == "").all()
    norms = run.ledger.norm
    without = replace(run.ledger, norm=norms[norms["driver"] != "return_visits"])
    lacking = tables(run, without)["capacity"].frame["lacking"]
    assert set(lacking) == {run.reader.heading("indicator_return_visits")}


def test_the_plan_stands_by_the_agreement_that_sets_it(run):
    table = tables(run)["agreements"]
    names = table.frame.groupby("agreement")["type"].agg(set)
    assert names["budsjett, syntetisk"] == {"drg_points", "stays"}
    assert run.reader.heading("activity_stays") in table._repr_html_()
    plan = run.ledger.activity_plan.assign(agreement=None)
    unnamed = tables(run, replace(run.ledger, activity_plan=plan))["agreements"]
    assert set(unnamed.frame["agreement_name"]) == {run.reader.say("agreement.none")}


def test_causes_add_up_and_a_mismatch_is_said(run):
    table = tables(run)["cancelled"]
    assert run.reader.say("sum.cancelled_agree") in table.caption
    assert table.frame["cause"].tolist()[-1] == "all"
    assert table.frame["now"].iloc[:-1].sum() == table.frame["now"].iloc[-1] > 0
    rows = run.ledger.activity
    staff = rows["type"] == "operations_cancelled_staff"
    fewer = replace(run.ledger, activity=rows.assign(value=rows["value"].mask(staff, 0.0)))
    said = tables(run, fewer)["cancelled"]
    assert run.reader.say("sum.cancelled_differ") in said.caption
    assert run.reader.heading("cancelled_not_told") in said._repr_html_()
    gone = replace(run.ledger, activity=rows[~staff | (rows["period"] != run.ledger.last)])
    assert run.reader.say("sum.cancelled_unknown") in tables(run, gone)["cancelled"].caption
    causes = rows["type"].str.startswith("operations_cancelled_")
    assert "cancelled" not in tables(run, replace(run.ledger, activity=rows[~causes]))


def test_flight_hours_are_shown_to_who_flies(run):
    assert "flights" not in tables(run)
    rows = run.ledger.activity
    own = rows[rows["type"] == "stays"].assign(type="helicopter_hours")
    book = replace(run.ledger, activity=pd.concat([rows, own], ignore_index=True))
    table = tables(run, book)["flights"]
    assert run.reader.heading("indicator_helicopter_hours") in table._repr_html_()
    assert table.frame["cost"].isna().all()  # these units do more than fly


def test_the_picture_of_pay_tells_the_bridge_of_the_whole_trust(run):
    (table,) = [
        t for t in report.money_tables(run.ledger, reader=run.reader) if t.name == "pay_bridge"
    ]
    whole = table.frame.set_index("unit").loc[run.ledger.trust]
    parts = whole[["before", "volume", "price", "one_offs"]].sum()
    assert abs(parts - whole["now"]) < 1e-9
    picture = report.pay_bridge(run.ledger, reader=run.reader)
    for step in ("volume", "price", "one_offs"):
        assert run.reader.write(whole[step], "change") in picture.alt
    none = replace(run.ledger, staffing=run.ledger.staffing.iloc[:0])
    assert report.pay_bridge(none, reader=run.reader) == run.reader.say("figure.pay_bridge.none")
