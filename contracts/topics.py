"""The four topics, one for each log; partition = shard."""

from typing import Literal, get_args

Service = Literal["enrollment", "adjudication", "payment", "ledger"]

SERVICES: tuple[Service, ...] = get_args(Service)

READS: dict[Service, tuple[Service, ...]] = {
    "enrollment": ("ledger",),
    "adjudication": ("enrollment", "adjudication", "payment"),
    "payment": ("adjudication", "ledger"),
    "ledger": ("enrollment", "adjudication", "payment"),
}
"""Who consumes which topic. A service that reads its own topic decides on what it took in."""
