"""Tables for the documentation."""

import pandas as pd


def to_markdown(table: pd.DataFrame) -> str:
    """Markdown table of a frame with its index, rounded to three decimals."""
    plain = table.round(3).reset_index()
    lines = ["| " + " | ".join(plain.columns) + " |", "|" + "---|" * len(plain.columns)]
    for row in plain.itertuples(index=False):
        lines.append("| " + " | ".join("" if pd.isna(v) else str(v) for v in row) + " |")
    return "\n".join(lines)
