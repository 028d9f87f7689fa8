"""The command that compares the emulator with a vendor: `attachment-emulator verify`."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4

import click

from emulator.commands.progress import progress
from emulator.commands.server_arguments import VENDOR_NAMES
from emulator.testing import Emulator, Sandbox
from emulator.vendors import RULES, VENDORS, load_probes
from emulator.verification import report
from emulator.verification.probe import ProbeSet
from emulator.verification.runner import Interruption, Outcome, Runner, planned_steps
from emulator.verification.side import MAX_REQUESTS, REQUESTS_PER_MINUTE, Allowance, CouldNotRun, Side

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command is given."""

    vendor: str
    against: str | None
    recordings: tuple[Path, ...]
    token: str | None
    owner: str | None
    write: bool
    yes: bool
    save: Path | None
    json_file: Path | None
    junit: Path | None
    report: Path | None
    propose: Path | None


_file_option = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("vendor", type=click.Choice(VENDOR_NAMES))
@click.option("--against", metavar="URL", help="The vendor's API, as https://api.xero.com, or an emulator's mount.")
@click.option(
    "--recording",
    "recordings",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A recording of traffic with the vendor: HAR, a VCR or Betamax cassette. May be repeated.",
)
@click.option(
    "--token",
    envvar="EMULATOR_VERIFY_TOKEN",
    metavar="TOKEN",
    help="The access token or API key. Better in EMULATOR_VERIFY_TOKEN, which no list of processes shows.",
)
@click.option("--owner", metavar="ID", help="The tenant, company or team, if not the first that the token may see.")
@click.option("--write", is_flag=True, help="Also create drafts, and remove them. Only at targets without real books.")
@click.option("--yes", is_flag=True, help="Do not ask before the first request.")
@click.option("--save", metavar="FILE", type=_file_option, help="Save a redacted recording (HAR).")
@click.option("--json", "json_file", metavar="FILE", type=_file_option, help="Save the result as JSON.")
@click.option("--junit", metavar="FILE", type=_file_option, help="Save the result as JUnit XML.")
@click.option("--report", metavar="FILE", type=_file_option, help="Save a page with what was sent and both answers.")
@click.option("--propose", metavar="FILE", type=_file_option, help="Save a patch of the rules that differ, as a draft.")
def verify(**given: Any) -> None:
    """Show where the emulator and the vendor's API differ.

    \b
    attachment-emulator verify xero --against https://api.xero.com    with an account: prints the plan and asks
    attachment-emulator verify xero --against http://127.0.0.1:4600/xero    an emulator that runs elsewhere
    attachment-emulator verify xero --recording traffic.har    without an account: replays it in an emulator of its own

    Without --write, nothing is created at the target: all requests are reads, or are about documents that do not
    exist. No more than 50 requests are sent in a minute. The first 429 ends the run, and so does Ctrl-C, after what was
    created is removed.

    The exit code is 0 if there is no difference, 1 if there are differences, and 2 if it could not run.
    """
    options = Options(**given)
    try:
        outcome = _verify(options)
    except (CouldNotRun, OSError, KeyboardInterrupt) as error:
        message = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        click.echo(f"attachment-emulator: {_without(message, options.token) or 'interrupted'}", err=True)
        sys.exit(2)
    sys.exit(outcome.exit_status)


def _verify(options: Options) -> Outcome:
    files = options.save, options.json_file, options.junit, options.report, options.propose
    _check_folders([file for file in files if file])
    if bool(options.against) == bool(options.recordings):
        raise CouldNotRun("give what to compare with: either --against URL, or --recording FILE")
    return _verify_live(options, options.against) if options.against else _verify_recordings(options)


def _verify_recordings(options: Options) -> Outcome:
    from emulator.commands.verify_recording import replay

    if options.write or options.save:
        raise CouldNotRun("a recording is only read: --write and --save are for --against")
    names = ", ".join(file.name for file in options.recordings)
    subject = report.Subject(options.vendor, "recording", names, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    with progress(f"replaying {names}"):
        outcome = replay(options.vendor, options.recordings)
    _report(outcome, subject, options)
    return outcome


def _verify_live(options: Options, against: str) -> Outcome:
    url = _target(against)
    token = _token(options.token, url)
    probes = load_probes(options.vendor)
    _print_plan(probes, url, write=options.write)
    if not options.yes:
        _ask(url)
    subject = report.Subject(options.vendor, "live", url.geturl(), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    with Emulator() as server:
        runner, outcome = _run(probes, server.sandbox(), url, token, options)
    _report(outcome, subject, options)
    if options.save:
        _save(options.save, probes, runner.target, subject.date)
    return outcome


def _check_folders(files: Sequence[Path]) -> None:
    """Check that results can be written before anything is sent. Raises CouldNotRun."""
    for file in files:
        if file.is_dir():
            raise CouldNotRun(f"{file} is a folder: expected the name of a file that can be written")
        if not os.access(file.parent, os.W_OK):
            raise CouldNotRun(f"{file} cannot be written: {file.parent} is not a folder that can be written to")


def _target(text: str) -> SplitResult:
    """Return the URL of the target. Raises CouldNotRun."""
    try:
        url = urlsplit(text.rstrip("/"))
        has_host = bool(url.hostname) and url.port != 0
    except ValueError:
        has_host = False
    if not has_host or url.scheme not in ("http", "https") or url.query or url.fragment or url.username:
        raise CouldNotRun(f"{text!r} is not the URL of an API: expected one like https://api.xero.com")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise CouldNotRun(f"{text} would get the token unencrypted: expected an https URL, or one of this machine")
    return url


def _token(token: str | None, url: SplitResult) -> str:
    """Return the token. Raises CouldNotRun where there is none, and the target is not on this machine."""
    token = (token or "").strip()
    if not token and url.hostname not in LOOPBACK:
        raise CouldNotRun("a token is missing: set EMULATOR_VERIFY_TOKEN to the access token or API key")
    token = token or f"verify-{uuid4().hex}"
    if not token.isascii() or not token.isprintable():
        raise CouldNotRun("the token has characters that no header can have: expected printable ASCII")
    return token


def _print_plan(probes: ProbeSet, url: SplitResult, *, write: bool) -> None:
    steps = list(planned_steps(probes, write=write))
    click.echo(f"The plan: {len(steps)} requests to {url.geturl()}")
    for step in steps:
        click.echo(f"  {step.effect:8} {step.method:6} {step.path}")
    effects = [step.effect for step in steps]
    click.echo(
        f"{effects.count('read')} of them read, {effects.count('refusal')} are about what does not exist, so that they "
        f"are refused, and {effects.count('write')} write."
    )
    if write:
        click.echo("What is created is marked emulator-verify, and removed or voided in the end.")
    if url.hostname not in LOOPBACK:
        click.echo(f"At most {REQUESTS_PER_MINUTE} requests are sent in a minute, and {MAX_REQUESTS} in all.")


def _ask(url: SplitResult) -> None:
    """Ask whether to go on. Raises CouldNotRun if not."""
    try:
        agreed = click.confirm(f"Send them to {url.netloc}?")
    except click.Abort:
        click.echo()
        agreed = False
    if not agreed:
        raise CouldNotRun("nothing was sent; --yes sends it without asking")


def _run(probes: ProbeSet, sandbox: Sandbox, url: SplitResult, token: str, options: Options) -> tuple[Runner, Outcome]:
    interruption = Interruption()
    per_minute = None if url.hostname in LOOPBACK else REQUESTS_PER_MINUTE
    allowance = Allowance(per_minute, sleep=interruption.sleep)
    mark = f"emulator-verify-{uuid4().hex[:8]}"
    own_url = f"{sandbox.url}/{options.vendor}"
    with (
        Side(probes, own_url, "emulator-verify", mark=mark) as emulator,
        Side(probes, url.geturl(), token, options.owner, mark=mark, allowance=allowance) as target,
    ):
        runner = Runner(
            probes, emulator, target, write=options.write, progress=_progress(token), interruption=interruption
        )
        return runner, runner.run()


def _progress(token: str) -> Callable[[str], None]:
    """Return what is told of each probe: its name, where somebody watches."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda name: click.echo(f"\r\033[K{_without(name, token)}", err=True, nl=False)


def _save(file: Path, probes: ProbeSet, target: Side, date: str) -> None:
    from emulator.verification.saved import archive

    text = json.dumps(archive(probes, target.exchanges, date), indent=1)
    for value in target.private:
        # Inside JSON, which is inside JSON.
        for written in (json.dumps(value), json.dumps(json.dumps(value)[1:-1])):
            text = text.replace(written[1:-1], "redacted")
    _write(file, text)


def _write(file: Path, content: str | bytes) -> None:
    """Save a result. Raises CouldNotRun."""
    try:
        file.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
    except OSError as error:
        raise CouldNotRun(f"{file} cannot be written: {error.strerror}") from None


def _report(outcome: Outcome, subject: report.Subject, options: Options) -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    click.echo()
    grades: Mapping[str, str] = {rule.id: rule.grade for rule in RULES}
    for line in _printable(report.table(outcome, subject, grades)):
        click.echo(line)
    if options.json_file:
        _write(options.json_file, json.dumps(report.to_json(outcome, subject), indent=1))
    if options.junit:
        _write(options.junit, report.to_junit(outcome, subject))
    if options.report:
        _save_page(outcome, subject, options.report)
    if options.propose:
        _propose(outcome, subject, options.propose)


def _save_page(outcome: Outcome, subject: report.Subject, file: Path) -> None:
    from emulator.verification.page import to_html

    _write(file, to_html(outcome, subject, VENDORS[subject.vendor].title, {rule.id: rule for rule in RULES}))


def _propose(outcome: Outcome, subject: report.Subject, file: Path) -> None:
    from emulator.verification.proposal import propose

    rules = import_module(f"emulator.vendors.{subject.vendor}.rules").__file__ or ""
    differences = {rule: [one for _, one in pairs] for rule, pairs in outcome.by_rule.items()}
    path = f"emulator/vendors/{subject.vendor}/rules.py"
    _write(file, propose(Path(rules).read_text("utf-8"), path, differences, subject.date[:10]))


def _printable(lines: Iterator[str]) -> Iterator[str]:
    from emulator.request_log.formats import printable

    return map(printable, lines)


def _without(text: str, token: str | None) -> str:
    return text.replace(token, "…") if token and len(token) > 5 else text
