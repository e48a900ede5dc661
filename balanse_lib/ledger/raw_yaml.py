"""A list of rows in YAML, as a measure register is kept in version control.

Every value is read as the text it is written as (`NO` is no boolean, 2025-10 no date); several
names in one cell may be written as a list.
"""

from pathlib import Path

import pandas as pd
import yaml

from balanse_lib.errors import Failure, InputError
from balanse_lib.params import Source

_EMPTY = ("", "~", "null")


def read_yaml(file: Path, source: Source) -> pd.DataFrame:
    """Cells of a YAML list; the index is the line that a row starts on."""
    try:
        root = yaml.compose(file.read_text(encoding=source.encoding), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError, LookupError):
        raise InputError([Failure(rule="unreadable_file", file=str(file), value="YAML")]) from None
    if root is None:
        raise InputError([Failure(rule="empty_file", file=str(file))])
    items = root.value if isinstance(root, yaml.SequenceNode) else [root]
    lines = [item.start_mark.line + 1 for item in items]
    failures = [failure for item in items for failure in _malformed(item, file)]
    if failures or not isinstance(root, yaml.SequenceNode):
        raise InputError(
            failures or [Failure(rule="not_a_list_of_rows", file=str(file), row=lines[0])]
        )
    rows = [{key.value: _cell(value) for key, value in item.value} for item in items]
    return pd.DataFrame(rows, index=lines, dtype="object")


def _malformed(item: yaml.Node, file: Path) -> list[Failure]:
    """Rows that are no mapping, columns that stand twice, cells that are neither text nor list."""
    line = item.start_mark.line + 1
    if not isinstance(item, yaml.MappingNode):
        return [Failure(rule="not_a_list_of_rows", file=str(file), row=line)]
    names = [str(key.value) for key, _ in item.value]
    twice = sorted({name for name in names if names.count(name) > 1})
    nested = [name for name, (_, cell) in zip(names, item.value, strict=True) if not _is_flat(cell)]
    return [
        *(Failure(rule="column_twice", file=str(file), row=line, value=name) for name in twice),
        *(
            Failure(rule="not_a_list_of_rows", file=str(file), row=line, column=name)
            for name in nested
        ),
    ]


def _is_flat(node: yaml.Node) -> bool:
    parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return all(isinstance(part, yaml.ScalarNode) for part in parts)


def _cell(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(part.value for part in node.value) or None
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    is_empty = is_plain and node.value in _EMPTY  # "null" in quotes is a text
    return None if is_empty else str(node.value)
