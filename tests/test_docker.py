"""The Dockerfile and what stands beside it, read; `python -m tests.dockerfile` carries it out."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from emulator.cli import main
from emulator.settings import OPTIONS, Settings
from tests.conftest import ROOT, LiveServer
from tests.dockerfile import Instruction, Stages, context, health_command, instructions

STEPS = instructions()
LAST = STEPS[max(at for at, step in enumerate(STEPS) if step.word == "FROM") :]
PROJECT: Mapping[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
WORKFLOWS = {path.stem: path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")}


def value(word: str) -> str:
    """Of the only such instruction of the last stage."""
    (value,) = [step.value for step in LAST if step.word == word]
    return value


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for step in LAST if step.word == "ENV" for pair in step.arguments)


def test_all_stages_stand_on_one_python_that_is_pinned_and_supported() -> None:
    bases = {step.arguments[0] for step in STEPS if step.word == "FROM"}

    (base,) = bases
    assert (match := re.fullmatch(r"python:(3\.\d+)\.\d+-slim-[a-z]+", base)), base
    assert f"Programming Language :: Python :: {match[1]}" in PROJECT["project"]["classifiers"]


def test_it_runs_as_nobody_in_particular_who_may_write_the_volumes_only() -> None:
    user = value("USER")
    owned = {step.arguments[1]: step.flags["chown"] for step in LAST if "chown" in step.flags}

    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    assert owned == dict.fromkeys(value("VOLUME").split(), user)
    assert not [step for step in LAST if step.word == "RUN"]


def test_it_listens_where_it_says() -> None:
    assert value("EXPOSE") == str(Settings().port)
    assert environment()["EMULATOR_HOST"] == "0.0.0.0"
    own = {name for name in environment() if name.startswith("EMULATOR_")}
    assert {name.removeprefix("EMULATOR_").lower() for name in own} <= {*OPTIONS}
    assert environment()["XDG_STATE_HOME"] in value("VOLUME").split()


def test_what_it_runs_are_commands_of_ours(live: LiveServer) -> None:
    entry = [word for step in LAST if step.word in ("ENTRYPOINT", "CMD") for word in step.arguments]
    health = health_command()

    assert entry == ["attachment-emulator", "serve"]
    assert health[0] == entry[0]
    runner = CliRunner(env={"EMULATOR_HOST": "0.0.0.0", "EMULATOR_PORT": live.url.rpartition(":")[2]})
    assert runner.invoke(main, health[1:]).exit_code == 0


def test_the_context_is_what_the_wheel_is_built_from() -> None:
    there, within = context()
    build = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    project = PROJECT["project"]

    needed = {*build["packages"], *build["force-include"], project["readme"], *project["license-files"]}
    assert there == {*needed, "pyproject.toml"}
    assert within == ["__pycache__"]


def test_paths_of_a_step_are_moved_below_the_stage() -> None:
    moved = Stages(Path("/home")).below('pip --dir /wheels . && "/opt/x" a/b $A:/c ftp://d/e PATH=/f')

    root = "/home/root"
    assert moved == f'pip --dir {root}/wheels . && "{root}/opt/x" a/b $A:{root}/c ftp://d/e PATH={root}/f'


def test_an_instruction_is_read_with_its_flags() -> None:
    copies = [step for step in STEPS if step.word == "COPY" and step.flags]

    assert copies[0] == Instruction("COPY", {"from": "build"}, "/opt/emulator /opt/emulator")


def test_the_dockerfile_passes_hadolint() -> None:
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("there is no hadolint for this machine")

    checked = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stdout) == (0, "")


def test_compose_offers_it_to_this_machine_only_and_lets_it_write_the_snapshots_only() -> None:
    service = COMPOSE["services"]["emulator"]
    (volume,) = service["volumes"]
    name, _, target = volume.partition(":")

    assert service["ports"] == [f"127.0.0.1:{value('EXPOSE')}:{value('EXPOSE')}"]
    assert target in value("VOLUME").split()
    assert name in COMPOSE["volumes"]
    assert service["read_only"] is True
    for variable, path in service["environment"].items():
        assert variable.removeprefix("EMULATOR_").lower() in OPTIONS
        assert path.startswith(f"{target}/")


def test_a_neighbour_in_compose_trusts_the_certificate_authority_of_the_image() -> None:
    page = (ROOT / "docs/howto/intercept.md").read_text("utf-8")
    text = re.search(r"```yaml\n(services:.*?)```", page, re.DOTALL)
    assert text
    services = yaml.safe_load(text[1])["services"]
    mount = environment()["XDG_STATE_HOME"]

    for name in ("ca", "emulator"):
        assert services[name]["volumes"] == [f"ca:{mount}"]
    app = services["app"]
    assert app["volumes"] == [f"ca:{mount}:ro"]
    assert app["environment"]["HTTPS_PROXY"] == f"http://emulator:{value('EXPOSE')}"
    assert app["environment"]["SSL_CERT_FILE"] == f"{mount}/attachment-emulator/ca.pem"
    assert services["emulator"]["depends_on"] == {"ca": {"condition": "service_completed_successfully"}}


def test_ci_runs_the_checks_and_every_python_that_the_package_names() -> None:
    jobs = yaml.safe_load(WORKFLOWS["ci"])["jobs"]

    prefix = "Programming Language :: Python :: 3."
    named = [
        classifier.rpartition(" ")[2]
        for classifier in PROJECT["project"]["classifiers"]
        if classifier.startswith(prefix)
    ]
    assert jobs["tests"]["strategy"]["matrix"]["python"] == named
    assert {"run": "bash .ci/run"} in jobs["checks"]["steps"]


def test_only_the_jobs_that_publish_may_do_more_than_read() -> None:
    publishing = {
        "publish": {"id-token": "write"},
        "image": {"contents": "read", "packages": "write", "id-token": "write", "attestations": "write"},
        "release": {"contents": "write", "id-token": "write", "attestations": "write"},
    }
    for text in WORKFLOWS.values():
        workflow = yaml.safe_load(text)
        assert workflow["permissions"] == {"contents": "read"}
        allowed = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
        assert allowed in ({}, publishing)
        assert "secrets." not in text
    jobs = yaml.safe_load(WORKFLOWS["release"])["jobs"]
    assert jobs["publish"]["needs"] == jobs["image"]["needs"] == ["checks", "build"]
    assert jobs["release"]["needs"] == ["publish", "image"]


def test_a_release_has_the_notes_of_its_version_alone(tmp_path: Path) -> None:
    steps = yaml.safe_load(WORKFLOWS["release"])["jobs"]["build"]["steps"]
    (script,) = [step["run"] for step in steps if step.get("name") == "Release notes"]
    sections = [
        "# Changelog",
        "## [Unreleased]",
        "## [1.2.0] - 2027-01-02",
        "### Added",
        "- New.",
        "## [1.2.0b1] - 2027",
    ]
    (tmp_path / "CHANGELOG.md").write_text("\n".join([*sections, "- Old.", ""]))

    for version, ends in (("1.2.0", True), ("1.3.0", False)):
        command = ["bash", "-euo", "pipefail", "-c", script]
        environment = {**os.environ, "GITHUB_REF_NAME": f"v{version}"}
        ended = subprocess.run(command, cwd=tmp_path, env=environment, check=False)
        assert (ended.returncode == 0) == ends
        if ends:
            assert (tmp_path / "notes.md").read_text() == "### Added\n- New.\n"


def test_the_image_is_published_for_both_architectures_and_signed() -> None:
    steps = yaml.safe_load(WORKFLOWS["release"])["jobs"]["image"]["steps"]
    (push,) = [step["with"] for step in steps if step.get("uses", "").startswith("docker/build-push-action@")]

    assert push["platforms"] == "linux/amd64,linux/arm64"
    assert [step for step in steps if step.get("run", "").startswith("cosign sign ")]
