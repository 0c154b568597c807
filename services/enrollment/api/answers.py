"""What enrollment answers, in JSON (应答): amounts in fen."""

from datetime import date
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from contracts.enrollment import Channel, Payer
from contracts.money import Fen
from contracts.people import Status, Tag

LastDay = Annotated[date | None, Field(description="the last day, included; null while it is open")]


class EnrolledOne(TypedDict):
    """参保登记: the number of the person."""

    person: str


class EnrolledMany(TypedDict):
    """批量参保: the numbers of the persons, line by line."""

    persons: list[str]


class Received(TypedDict):
    """缴费到账: how many contributions were taken in, and their sum in fen."""

    contributions: int
    amount: Fen


class Recorded(TypedDict):
    """How many changes were recorded."""

    recorded: int


class EnrolmentRecord(TypedDict):
    """参保: a period in a book."""

    book: str
    begins: date
    ends: LastDay
    psn_type: Annotated[str, Field(description="人员类别")]


class ContributionRecord(TypedDict):
    """缴费: ``personal_account`` is the part of the amount for the personal account."""

    book: str
    year: int
    payer: Payer
    channel: Channel
    amount: Fen
    personal_account: Fen
    value_date: date
    bank_key: str


class TagRecord(TypedDict):
    """身份标识."""

    book: str
    tag: Tag
    begins: date
    ends: LastDay


class CertificateRecord(TypedDict):
    """慢特病认定."""

    book: str
    disease: str
    begins: date
    ends: LastDay


class StatusRecord(TypedDict):
    """参保状态: from a day on."""

    book: str
    since: date
    status: Status


class Person(TypedDict):
    """参保人: all that is on record; for all but clerks name and certificate are masked, and phone is null."""

    person: str
    name: str
    certificate_type: Annotated[str, Field(description="证件类型")]
    certificate: str
    sex: str
    birth: date
    phone: str | None
    enrolments: list[EnrolmentRecord]
    contributions: list[ContributionRecord]
    tags: list[TagRecord]
    certificates: list[CertificateRecord]
    statuses: list[StatusRecord]
