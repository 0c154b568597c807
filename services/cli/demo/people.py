"""Who works at the agency of the demo: every step has its person, and no two steps of a chain the same one."""

CLERK = ("li.si", "clerk")
REVIEWERS = {
    "initial": ("zhao.liu", "reviewer_1"),
    "second": ("qian.qi", "reviewer_2"),
    "recheck": ("sun.ba", "reviewer_3"),
    "approval": ("zhou.jiu", "approver"),
}
MAKER = ("wu.shi", "maker")
CHECKER = ("zheng.yi", "checker")
ACCOUNTANT = ("wang.er", "accountant")
CHIEF = ("feng.san", "chief_accountant")
OPERATOR = ("chen.wu", "operator")
AUDITOR = ("chu.shen", "auditor")
