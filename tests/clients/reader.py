"""A reader of the pages, who saves their programs and runs them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.testing import Emulator, Sandbox
from tests.recipe_pages import Block, blocks

# By the language of a block.
RUNTIMES = {"python": sys.executable, "js": "node", "ruby": "ruby", "sh": "sh"}

Result = subprocess.CompletedProcess[str]


def need(*commands: str) -> None:
    """Skip the test where one of these commands is missing."""
    for command in commands:
        if shutil.which(command) is None:
            pytest.skip(f"there is no {command}")


class Reader:
    """Does what a page says, in a folder and a sandbox of its own."""

    def __init__(self, server: Emulator, emulator: Sandbox, folder: Path) -> None:
        self._server, self.emulator, self.folder = server, emulator, folder

    def arm(self, page: str) -> None:
        """Run the commands that prepare the fault of a recipe."""
        (fault,) = (block for block in blocks(page) if str(block.path) == "fault")
        self._command("sh", "-eu", "-c", self._here(fault.text)).check_returncode()

    def run(self, program: Block, *arguments: str, change: tuple[str, str] | None = None) -> Result:
        """Run a program, in which one value may be replaced by another."""
        text = program.text
        if change:
            assert text.count(change[0]) == 1, f"{program.path} does not have {change[0]!r} once"
            text = text.replace(*change)
        self.save(program, self._here(text))
        return self._command(RUNTIMES[program.language], program.path.name, *arguments)

    def save(self, program: Block, text: str) -> None:
        (self.folder / program.path.name).write_text(text, "utf-8")

    def _here(self, text: str) -> str:
        """Text with this server in place of a reader's, and this sandbox in place of `default`."""
        return (
            text.replace("http://127.0.0.1:4600/_emulator", f"{self._server.url}/_emulator")
            .replace("/_emulator/sandboxes/default", f"/_emulator/sandboxes/{self.emulator.name}")
            .replace("http://127.0.0.1:4600", self.emulator.url)
        )

    def _command(self, *command: str) -> Result:
        need(*(("sh", "curl") if command[0] == "sh" else command[:1]))
        # A client that waits for the end of a stall, which is after a minute, is stopped before.
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=55, check=False)
