"""A row says what its kind may say, in the service that may say it; or that is the difference."""

from collections.abc import Mapping

from pydantic import ValidationError

from contracts.catalogue import SAYS
from contracts.envelope import Body
from contracts.topics import Service
from services.cli.audit.log.chain import Row
from services.cli.audit.log.divergence import Differences, Divergence

MODELS: Mapping[tuple[Service, str, int], type[Body]] = {
    (service, body.KIND, body.VERSION): body for service, says in SAYS.items() for body in says
}


def body_of(row: Row, found: Differences) -> Body | None:
    """Read the body of a row; None, and a difference, where it is not what a body of its kind must be."""
    model = MODELS.get((row.place.service, row.kind, row.version))
    if model is None:
        what = f"the kind of event in the log of {row.place.service}"
        found.add(Divergence(row.place, what, "a kind that the service says", f"{row.kind} version {row.version}"))
        return None
    try:
        return model.model_validate(row.said) if row.said else model.model_validate_json(row.body)
    except ValidationError as error:
        found.add(Divergence(row.place, f"the {row.kind} cannot be read", "a body of its kind", str(error)))
        return None
