"""What the ledger says: a bank statement came in, a voucher was made, a day or a month is closed."""

from typing import ClassVar

from contracts.envelope import Body
from contracts.text import Code, Digest


class ChartPublished(Body):
    """科目表发布: accounts, posting templates and statement lines, whole, by content."""

    KIND: ClassVar[str] = "ChartPublished"

    chart: Code
    chart_id: Digest
    content: str
