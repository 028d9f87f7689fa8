"""The programs for Node.js that docs/howto/clients.md shows."""

import hashlib
from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.clients.node_project import NodeProject, needs_packages


@needs_packages
@pytest.mark.parametrize("name", ["codat_accounting.mjs", "xero_node.mjs", "xero_node_token.mjs"])
def test_an_example_uploads_its_file(node: NodeProject, name: str, invoice_pdf: Path) -> None:
    # The examples use the sandbox `default`, at the time that it is.
    with Emulator() as server:
        files = server.get_sandbox().files
        before = files.find()

        assert node.example(name, server.url) == "invoice.pdf\n"

        # A tenant that was not there before comes with files of its own.
        (added,) = (file for file in files.find() if file not in before and file.name == "invoice.pdf")
        assert added.sha256 == hashlib.sha256(invoice_pdf.read_bytes()).hexdigest()
