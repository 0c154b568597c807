"""The outcome of a simulation as a picture (测算图): what each group costs, who gains, what the budget (预算) has left.

matplotlib draws it; it comes with the extra ``charts`` and is loaded only here.
"""

from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.money import yuan
from services.adjudication.offline.simulate import Pair, Simulation

PANELS = {
    "layer": "by layer",
    "level": "by level of provider",
    "tag": "by tag",
    "decile": "by decile of own payment",
    "all": "all",
}
"""In English: the fonts that matplotlib brings have no Chinese."""

MOST_TICKS = 4
"""Amounts under one axis that can be told apart."""

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>{title}</title>
<h1>{title}</h1>
<p>{notes}</p>
{picture}
</html>
"""


if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NoChartsError(Exception):
    """The picture cannot be drawn: of this kind, or because matplotlib is not installed."""


def draw(outcome: Simulation, title: str, notes: Sequence[str], budget: int | None, file: Path) -> None:
    """Write a PNG, or an HTML page with the picture inside, as the file's name ends. Raises ``NoChartsError``.

    ``budget`` is fen; None where none is known: then nothing is drawn against it.
    """
    match file.suffix:
        case ".png":
            file.write_bytes(_picture(outcome, budget, "png"))
        case ".html":
            svg = _picture(outcome, budget, "svg").decode()
            inline = svg[svg.index("<svg") :]
            text = "<br>".join(escape(note) for note in notes)
            file.write_text(_PAGE.format(title=escape(title), notes=text, picture=inline), encoding="utf-8")
        case other:
            raise NoChartsError(f"a chart is a .png or a .html file, not {other or 'one without an ending'}")


def _picture(outcome: Simulation, budget: int | None, form: str) -> bytes:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 - large, and not installed everywhere
    except ImportError:
        raise NoChartsError("charts need matplotlib: install claims-ledger[charts]") from None
    figure = Figure(figsize=(11, 9), layout="constrained")
    figure.suptitle(f"own part lower {outcome.winners:,}, higher {outcome.losers:,}, the same {outcome.unchanged:,}")
    panels = figure.subplot_mosaic([["layer", "level"], ["tag", "decile"], ["all", "all"]], height_ratios=[3, 3, 1])
    for kind, title in PANELS.items():
        axes, groups = panels[kind], outcome.of(kind)
        places = range(len(groups))
        for shift, label, amounts in ((-0.2, "old", _yuan(groups, "before")), (0.2, "new", _yuan(groups, "after"))):
            axes.barh([place + shift for place in places], amounts, height=0.38, label=label)
        axes.set_yticks(list(places), [name for name, _ in groups])
        axes.invert_yaxis()
        axes.set_title(title)
        axes.set_xlabel("fund, yuan")
        axes.locator_params(axis="x", nbins=MOST_TICKS)
        axes.xaxis.set_major_formatter("{x:,.0f}")
    if budget is not None:
        _draw_budget(panels["all"], outcome, budget)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    out = BytesIO()
    figure.savefig(out, format=form)
    return out.getvalue()


def _draw_budget(axes: "Axes", outcome: Simulation, budget: int) -> None:
    """Draw the budget as a line across the cost of everything, with what either pack leaves of it."""
    left = [budget - sum(getattr(pair, when) for _, pair in outcome.of("all")) for when in ("before", "after")]
    axes.axvline(budget / 100, color="black", linestyle="--")
    axes.set_title(f"all; budget {yuan(budget)} yuan, left: old {yuan(left[0])}, new {yuan(left[1])}")


def _yuan(groups: Sequence[tuple[str, Pair]], when: str) -> list[float]:
    """Give lengths of bars: floats, for they are drawn and never booked."""
    return [getattr(pair, when) / 100 for _, pair in groups]
