"""The programs for Node.js that docs/clients shows."""

import hashlib
import sys
from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.clients.node_project import NodeProject, needs_packages


@needs_packages
@pytest.mark.parametrize("name", ["axios.mjs", "codat_accounting.mjs", "fetch.mjs", "xero_node_token.mjs"])
def test_an_example_uploads_its_file(node: NodeProject, name: str, invoice_pdf: Path) -> None:
    # The examples use the sandbox `default`, at the time that it is.
    with Emulator() as server:
        files = server.get_sandbox().files
        before = files.find()

        assert node.example(name, server.url) == "invoice.pdf\n"

        # A tenant that was not there before comes with files of its own.
        (added,) = (file for file in files.find() if file not in before and file.name == "invoice.pdf")
        assert added.sha256 == hashlib.sha256(invoice_pdf.read_bytes()).hexdigest()


@needs_packages
def test_xeros_client_runs_unmodified_from_consent_to_download(node: NodeProject) -> None:
    command = [sys.executable, "-m", "emulator", "run", "--fail-on-refusal", "--", "node"]

    assert node.example("xero_node_unmodified.mjs", "", command) == "invoice.pdf\n"
