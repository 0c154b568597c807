"""What a counter clerk may tell enrollment: who is insured, what was paid, which tag, state or illness a person has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from contracts.enrollment import Channel, Payer
from contracts.envelope import Part
from contracts.money import Fen
from contracts.people import Status, Tag
from contracts.text import Code, Day, Text

RESIDENT_CARD = "01"
"""居民身份证: the one certificate whose number can be checked (GB 11643)."""

MOST_LINES = 5_000

FundCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}-[0-9]{3,5}$")]
"""账套 of a fund; nobody is enrolled in a memo register."""

PersonType = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,6}$")]
"""人员类别 psn_type, e.g. 1101 在职, 1501 居民成年."""

CertificateType = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
"""证件类型 psn_cert_type, e.g. 01 居民身份证."""

CertificateText = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z()/-]{4,30}$", to_upper=True)]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+ -]{5,20}$")]
Year = Annotated[int, Field(strict=True, ge=2000, le=2100)]


class Certificate(NamedTuple):
    """证件: a type and a number; one person has one."""

    type: str
    number: str


class Dated(Part):
    """Something that holds from ``begins`` to ``ends``, both included; ``ends`` is None while it is open."""

    begins: Day
    ends: Day | None

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, known: ValidationInfo) -> date | None:
        begins = known.data.get("begins")
        if ends is not None and begins is not None and ends < begins:
            raise PydanticCustomError("bad_period", "the period ends before it begins")
        return ends


class Enrolment(Dated):
    """参保登记. Without ``person`` the number is found by the certificate, or made."""

    person: Code | None = None
    psn_cert_type: CertificateType
    certno: CertificateText
    name: Text
    sex: Literal["male", "female"]
    birth: Day
    phone: Phone | None = None
    psn_type: PersonType
    book: FundCode

    def certificate(self) -> Certificate:
        """Give the certificate that the person showed."""
        return Certificate(self.psn_cert_type, self.certno)


class Key(NamedTuple):
    """What makes a contribution the same one: it may come once."""

    person: str
    year: int
    payer: str
    bank_key: str


class Contribution(Part):
    """缴费到账: ``amount`` and the part of it for the personal account, both fen."""

    person: Code
    book: FundCode
    year: Year
    payer: Payer
    channel: Channel
    amount: Annotated[Fen, Field(gt=0)]
    personal_account: Fen = 0
    value_date: Day
    bank_key: Code

    def key(self) -> Key:
        """Give the key under which it may come once."""
        return Key(self.person, self.year, self.payer, self.bank_key)


class TagChange(Dated):
    """身份标识."""

    person: Code
    book: FundCode
    tag: Tag


class Certification(Dated):
    """慢特病认定."""

    person: Code
    book: FundCode
    disease: Code


class StatusChange(Part):
    """参保状态变更."""

    person: Code
    book: FundCode
    status: Status
    since: Day


class Period(NamedTuple):
    """Covered days, both ends included; an open period has no ``ends``."""

    begins: date
    ends: date | None

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two have a day in common."""
        return (other.ends is None or self.begins <= other.ends) and (self.ends is None or other.begins <= self.ends)


Membership = tuple[str, str]
"""A person number and a book."""


@dataclass(frozen=True)
class Registry:
    """What is on record about the people of a command: certificates and the persons who hold them, and periods."""

    holders: Mapping[Certificate, str]
    certificates: Mapping[str, Certificate]
    periods: Mapping[Membership, Sequence[Period]]
