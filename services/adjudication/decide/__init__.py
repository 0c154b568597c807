"""Pure policy (待遇政策): facts of a case and a rule pack in, amounts and the full trace out.

No clock, no database, no chance: whoever has the same facts and pack gets the same fen.
"""

from services.adjudication.decide.accumulators import advance, withdraw, ytd_as_json
from services.adjudication.decide.case import Case, CaseError, Line, Ytd
from services.adjudication.decide.check import check_case
from services.adjudication.decide.denial import Denial, deny
from services.adjudication.decide.figure import PackError, PackFault
from services.adjudication.decide.pack import Pack, parse_pack
from services.adjudication.decide.pipeline import decide, denied
from services.adjudication.decide.result import Amounts, Result, Step

__all__ = [
    "Amounts",
    "Case",
    "CaseError",
    "Denial",
    "Line",
    "Pack",
    "PackError",
    "PackFault",
    "Result",
    "Step",
    "Ytd",
    "advance",
    "check_case",
    "decide",
    "denied",
    "deny",
    "parse_pack",
    "withdraw",
    "ytd_as_json",
]
