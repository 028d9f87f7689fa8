"""What lies in a sandbox's file store, and what refers to it."""

from collections.abc import Iterator
from typing import Any

from emulator.core.sandbox import Sandbox
from emulator.vendors import PACKS


def held_files(sandbox: Sandbox) -> Iterator[dict[str, Any]]:
    """Every attachment of every vendor; `staged` are those that no document has, the orphans of a client that forgot
    them among these."""
    for pack in PACKS:
        for file in pack.files(sandbox):
            yield {
                "vendor": pack.name,
                "owner": file.owner,
                "id": file.id,
                "name": file.name,
                "content_type": file.content_type,
                "size": file.blob.size if file.blob else None,
                "sha256": file.blob.sha256 if file.blob else None,
                "documents": list(file.documents),
                "staged": not file.documents,
            }
