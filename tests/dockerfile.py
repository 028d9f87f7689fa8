"""The Dockerfile, carried out without Docker: `python -m tests.dockerfile`.

A folder stands for the file system of a stage. Commands run as they are written, but for absolute paths, which are
below that folder. Bases, users and labels are Docker's own business.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
# How long (seconds) a server may take to come and to go.
PATIENCE = 30


@dataclass(frozen=True)
class Instruction:
    word: str
    flags: dict[str, str]
    """`--from=build` is `{"from": "build"}`."""
    value: str

    @property
    def arguments(self) -> list[str]:
        """Of the exec form, or of words."""
        return json.loads(self.value) if self.value.startswith("[") else shlex.split(self.value)


def instructions() -> list[Instruction]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    return [_instruction(line) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def _instruction(line: str) -> Instruction:
    word, rest = line.split(maxsplit=1)
    flags = {}
    while match := re.match(r"--([\w-]+)=(\S+)\s+", rest):
        flags[match[1]] = match[2]
        rest = rest[match.end() :]
    return Instruction(word, flags, rest.strip())


def health_command() -> list[str]:
    value = next(instruction.value for instruction in instructions() if instruction.word == "HEALTHCHECK")
    command: list[str] = json.loads(value.removeprefix("CMD"))
    return command


def context() -> tuple[set[str], list[str]]:
    """What .dockerignore lets in, and what it keeps out of that: names at the top, and names wherever they are."""
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").split("\n") if line and line[0] != "#"]
    assert lines[0] == "*", "only what is listed gets in"
    within = [line.removeprefix("**/") for line in lines[1:] if line.startswith("**/")]
    return {line[1:] for line in lines[1:] if line.startswith("!")}, within


@dataclass
class Stages:
    """The stages, one after the other. Each has the same folder while it is made, as scripts say where they are."""

    home: Path
    name: str = ""
    folder: str = "/"
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.home / "root"

    def below(self, text: str) -> str:
        """Absolute paths in a text, below the stage's folder."""
        return re.sub(r'(^|[\s"=:])/(?=\w)', rf"\1{self.root}/", text)

    def carry_out(self, step: Instruction) -> None:
        method = getattr(self, f"_{step.word.lower()}", None)
        if method:
            method(step)

    def _from(self, step: Instruction) -> None:
        if self.root.exists():
            self.root.rename(self.home / self.name)
        self.root.mkdir()
        self.name = step.arguments[-1]
        self.folder, self.environment = "/", {}

    def _workdir(self, step: Instruction) -> None:
        self.folder = step.value
        self._at(step.value).mkdir(parents=True, exist_ok=True)

    def _env(self, step: Instruction) -> None:
        for pair in step.arguments:
            name, _, value = pair.partition("=")
            self.environment[name] = self.below(value).replace("$PATH", "/usr/bin:/bin")

    def _copy(self, step: Instruction) -> None:
        source, target = step.arguments
        if stage := step.flags.get("from"):
            shutil.copytree(self.home / stage / source[1:], self._at(target), symlinks=True)
            return
        assert source == ".", "the whole context, as .dockerignore has it"
        there, within = context()
        for name in there:
            source_path, target_path = ROOT / name, self._at(target) / name
            if source_path.is_dir():
                shutil.copytree(source_path, target_path, ignore=shutil.ignore_patterns(*within))
            else:
                shutil.copy(source_path, target_path)

    def _run(self, step: Instruction) -> None:
        python = str(Path(sys.executable).parent)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EMULATOR_")}
        environment["PATH"] = f"{python}:{environment['PATH']}"
        print(f"RUN {step.value}", flush=True)
        subprocess.run(["sh", "-ec", self.below(step.value)], cwd=self._at(self.folder), env=environment, check=True)

    def _at(self, path: str) -> Path:
        return self.root / (path if path.startswith("/") else f"{self.folder}/{path}").strip("/.")


class Container:
    """The last stage, ready to run commands with nothing around it."""

    def __init__(self, stages: Stages) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.root = stages.root
        self._stages = stages
        self._environment = {**stages.environment, "EMULATOR_PORT": str(self.port)}

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        print(f"    {shlex.join(command)}", flush=True)
        done = subprocess.run(
            self._found(command), env=self._environment, cwd=self.root, text=True, capture_output=True, check=False
        )
        print(f"        {(done.stdout + done.stderr).strip()} (exit code {done.returncode})", flush=True)
        return done

    @contextmanager
    def serving(self, **environment: str) -> Iterator[str]:
        """What the entry point runs by default; its base URL."""
        entry = [instruction.arguments for instruction in instructions() if instruction.word in ("ENTRYPOINT", "CMD")]
        command = self._found([word for words in entry for word in words])
        moved = {name: self._stages.below(value) for name, value in environment.items()}
        server = subprocess.Popen(
            command, env={**self._environment, **moved}, cwd=self.root, stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout
            line = server.stdout.readline().strip()
            print(f"    {line}", flush=True)
            yield line.split()[-1]
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=PATIENCE)
        assert server.returncode == 0, f"it ended with {server.returncode}"

    def files(self) -> set[Path]:
        return {path for path in self.root.rglob("*") if path.is_file()}

    def _found(self, command: list[str]) -> list[str]:
        program = shutil.which(command[0], path=self._environment["PATH"])
        assert program, f"{command[0]} is not in the image"
        return [program, *map(self._stages.below, command[1:])]


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        stages = Stages(Path(home))
        for step in instructions():
            stages.carry_out(step)
        container = Container(stages)
        size = sum(path.stat().st_size for path in container.files())
        print(f"the image adds {size / 10**6:.0f} MB to its base")
        before, snapshot = container.files(), container.root / "snapshots" / "default.zip"
        health = health_command()
        assert container.run(health).returncode == 1, "nothing runs yet"
        with container.serving() as url:
            assert container.run(health).returncode == 0
            container.run(["attachment-emulator", "snapshot", "save", url, "/snapshots/default.zip"])
            assert snapshot.exists()
        with container.serving(EMULATOR_SNAPSHOT="/snapshots/default.zip"):
            assert container.run(health).returncode == 0
        assert container.files() - before == {snapshot}, "nothing else is written"
        path = container.run(["attachment-emulator", "ca", "path"]).stdout.strip()
        assert path == str(container.root / "ca" / "attachment-emulator" / "ca.pem")
        assert Path(path).exists()


if __name__ == "__main__":
    main()
