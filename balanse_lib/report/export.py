"""An executed notebook as one HTML file that opens anywhere: no script, no outside request."""

from importlib import resources
from typing import Any

from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from balanse_lib.report.words import Reader


class _PageExporter(TemplateExporter):
    """nbconvert with our template; set in Python because a config file could be forgotten."""

    template_name = "balanse"
    file_extension = ".html"
    output_mimetype = "text/html"
    extra_template_basedirs = [str(resources.files("balanse_lib.report") / "template")]  # noqa: RUF012


def to_html(notebook: NotebookNode, *, title: str, reader: Reader, leadership: bool) -> str:
    """HTML of an executed notebook.

    The leadership page is made of the outputs alone; an analyst's page also shows the questions
    and, folded, the code. The title is a data text and is escaped by the template.
    """
    style = resources.files("balanse_lib.report").joinpath("template/pieces/style.css")
    page = {
        "language": reader.language,
        "title": title,
        "skip": reader.say("page.skip"),
        "code": reader.say("page.code"),
        "style": style.read_text(encoding="utf-8"),
        "show_code": not leadership,
    }
    exporter = _PageExporter()  # type: ignore[no-untyped-call]
    html: tuple[str, Any] = exporter.from_notebook_node(notebook, resources={"page": page})
    return html[0]
