"""Who may do what with the books: accountants make vouchers, the chief checks them, others look (岗位分离)."""

from typing import Annotated

from fastapi import Depends

from services.chassis.auth import Caller, require

Maker = Annotated[Caller, Depends(require("accountant", "chief_accountant"))]
Checker = Annotated[Caller, Depends(require("chief_accountant"))]
Reader = Annotated[
    Caller, Depends(require("accountant", "chief_accountant", "approver", "auditor", "operator", "service"))
]
