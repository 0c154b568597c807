"""科目表 files: the chart that this build publishes, read from the YAML beside this page."""

from importlib.resources import files

import yaml

from services.ledger.decide.chart import Chart, chart_from

PAGES = ("books", "accounts", "purposes", "templates", "statements")


def load_chart() -> Chart:
    """Read all pages as one chart. Raises ``ValueError`` naming the page and key that is wrong or said twice."""
    data: dict[str, object] = {}
    for page in PAGES:
        text = files(__package__).joinpath(f"{page}.yaml").read_text(encoding="utf-8")
        for key, value in yaml.load(text, yaml.CSafeLoader).items():
            if key in data:
                raise ValueError(f"chart page {page}.yaml says {key} a second time")
            data[key] = value
    return chart_from(data)
