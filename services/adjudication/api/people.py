"""Who may ask for what (岗位权限)."""

from typing import Annotated

from fastapi import Depends

from services.chassis.auth import Caller, require

REVIEWERS = ("reviewer_1", "reviewer_2", "reviewer_3")

Submitter = Annotated[Caller, Depends(require("clerk", "provider"))]
Reviewer = Annotated[Caller, Depends(require(*REVIEWERS))]
ChainMember = Annotated[Caller, Depends(require(*REVIEWERS, "approver"))]
Approver = Annotated[Caller, Depends(require("approver"))]
Supervisor = Annotated[Caller, Depends(require("operator", "auditor"))]
Registrar = Annotated[Caller, Depends(require("clerk", "operator"))]
Reader = Annotated[
    Caller,
    Depends(require("clerk", "provider", *REVIEWERS, "approver", "operator", "auditor", "service")),
]
