"""The neutral bank file: UTF-8, one record a line, fields parted by ``|``, amounts in whole fen.

::

    340706-390-20170301-001|2017-03-01|1|123456|340706-390-OUT
    1|张三|6228480402564890018|103370600012|123456|医保住院待遇|340706-390-20170301-001-0001

and back from the bank, with the SHA-256 of the file that it answers::

    340706-390-20170301-001|<digest>|settled|V20170301000007|2017-03-01|1|123456
    1|340706-390-20170301-001-0001|123456|name_mismatch|V20170301000008|2017-03-01|户名不符
"""

from services.chassis.errors import BadInput
from services.payment.banks.records import order_records, return_file
from services.payment.model import OrderFile, ReturnFile

SEPARATOR = "|"


def write(order: OrderFile) -> bytes:
    """Write the file that the bank is sent."""
    return "".join(SEPARATOR.join(record) + "\n" for record in order_records(order)).encode()


def read(data: bytes) -> ReturnFile:
    """Read the file that the bank sends back. ``result`` is ``paid`` or a return reason. Raises ``BadInput``."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadInput("BAD_ENCODING", "a neutral return file is UTF-8", "body", status=400) from None
    return return_file([tuple(line.split(SEPARATOR)) for line in text.replace("\r\n", "\n").split("\n") if line])


def fits(name: str) -> bool:
    """Tell whether an account name can be written: any that does not hold the separator."""
    return SEPARATOR not in name
