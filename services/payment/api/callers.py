"""Who may do what in payment: clerks keep accounts, makers make, checkers check, others look (岗位分离)."""

from typing import Annotated

from fastapi import Depends

from services.chassis.auth import Caller, require

Clerk = Annotated[Caller, Depends(require("clerk"))]
Maker = Annotated[Caller, Depends(require("maker"))]
Checker = Annotated[Caller, Depends(require("checker"))]
MakerOrChecker = Annotated[Caller, Depends(require("maker", "checker"))]
BankMessenger = Annotated[Caller, Depends(require("maker", "operator", "service"))]
"""Who carries files between the agency and the bank: a person or a program."""

FileReader = Annotated[Caller, Depends(require("maker", "checker", "operator", "service"))]
"""Bank files hold names and accounts, so not everybody who may look at batches may read them."""

Reader = Annotated[
    Caller,
    Depends(require("clerk", "maker", "checker", "accountant", "chief_accountant", "auditor", "operator", "service")),
]
