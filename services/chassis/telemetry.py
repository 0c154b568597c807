"""What a service writes down about itself: one JSON object per line, with numbers and never with names."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

from services.chassis.settings import Settings

PERSONAL = frozenset(
    {
        "account_name",
        "account_number",
        "address",
        "bank_account",
        "birth",
        "cert_no",
        "certificate",
        "certificate_number",
        "certno",
        "name",
        "payee_name",
        "person_name",
        "phone",
        "psn_name",
    }
)
"""Keys under which personal data travels; a log line may carry ``person`` (a number), never these."""

TALKATIVE = ("httpx", "httpcore", "aiokafka", "faststream")
"""Libraries whose every step is of no interest here; what worries them is."""

HIDDEN = "[personal]"


def configure_logging(settings: Settings) -> None:
    """Send all log lines of this process, ours and the libraries', to standard output as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for library in TALKATIVE:
        logger = logging.getLogger(library)
        logger.setLevel(logging.WARNING)
        # FastStream brings a form of its own, in colours and with nothing hidden
        logger.handlers.clear()
        logger.propagate = True
    structlog.contextvars.bind_contextvars(service=settings.service)


def hide_personal(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value under every personal key, however deep, by ``[personal]``."""
    return {key: HIDDEN if key in PERSONAL else _hidden(value) for key, value in line.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: HIDDEN if key in PERSONAL else _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner) for inner in value]
    return value


def _dumps(line: Any, default: Any = str, **_: Any) -> str:
    return orjson.dumps(line, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
