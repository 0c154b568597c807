"""Who is who: the numbers that people and institutions carry, and how far each can be checked."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints
from stdnum.cn import ric

Scheme = Literal["310", "390", "610"]
"""险种 insutype: 310 职工基本, 390 城乡居民, 610 医疗救助 (by reference)."""

Tag = Literal["poor", "poor_exited", "low_income", "extreme_poor"]
"""建档立卡, 脱贫, 低保, 特困."""

Status = Literal[
    "normal",
    "arrears",
    "deferred",
    "suspended",
    "withdrawn",
    "student_elsewhere",
    "military",
    "in_custody",
    "deceased",
]
"""参保状态 (seed rows 2-1, 2-13, 2-16, 3-37): deferred is not arrears."""

ProviderLevel = Literal["village", "township", "level_1", "level_2", "level_3"]

ProviderCode = Annotated[str, StringConstraints(pattern=r"^[HP]\d{11}$")]
"""定点医药机构编码 fixmedins_code: H or P, six digits of area, five of sequence (12 characters)."""


def check_certificate_number(number: str) -> str:
    """Check a resident's identity number (居民身份证, GB 11643): shape, birth date, check digit.

    The area is not checked: county codes come and go, and the residence permits of
    Hong Kong, Macao and Taiwan (81, 82, 83) may enrol. Raises ``ValueError``.
    """
    if len(number) != 18 or not number[:17].isdigit():
        raise ValueError("an identity number has 17 digits and a check character")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("the birth date inside the identity number is no date") from None
    if ric.calc_check_digit(number[:17]) != number[17].upper():
        raise ValueError("the check character of the identity number does not fit")
    return number.upper()


CertificateNumber = Annotated[str, AfterValidator(check_certificate_number)]
