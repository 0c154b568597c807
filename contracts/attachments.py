"""Papers (附件) are named by what they are and by the hash of their scan; the scans themselves are kept elsewhere."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Part
from contracts.text import Digest, Text

ATTACHMENTS = 50


class Attachment(Part):
    """附件: the name of a paper (never of a person) and the SHA-256 of its scan."""

    name: Text
    digest: Digest


Attachments = Annotated[tuple[Attachment, ...], Field(max_length=ATTACHMENTS)]
