"""The run: every probe is sent to both sides, the answers are compared, and what was created is removed."""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from emulator.verification.answer import Answer, walk
from emulator.verification.comparison import Difference, Expectation, compare
from emulator.verification.evidence import Evidence, describe_answer, describe_request
from emulator.verification.probe import Probe, ProbeSet, Removal, Step, substitute
from emulator.verification.side import CouldNotRun, Interrupted, MissingVariable, Side, check_affordable

POLL_ATTEMPTS = 8
POLL_SECONDS = 3
REMOVAL_ATTEMPTS = 3
MAX_WAIT_SECONDS = 61
"""The longest wait before something is removed, if the target limits requests: their windows are minutes."""


@dataclass(slots=True)
class Check:
    """One request that both sides answered, or a probe that was skipped."""

    rules: tuple[str, ...]
    """The rules that it would prove."""
    request: str
    differences: list[Difference] = field(default_factory=list)
    skipped: str = ""
    """Why it was not compared."""

    likely_rule: str = ""
    """The rule that it probably is about, where it would prove none."""
    concerns: Mapping[str, str] = field(default_factory=dict)
    """The rule of a difference by the header or member that it is about, in lower case."""
    evidence: Evidence | None = None
    """What was sent, and both answers, if they differ."""

    @property
    def rule(self) -> str:
        return self.rules[0] if self.rules else self.likely_rule

    def rule_of(self, difference: Difference) -> str:
        """Return the rule that a difference is about."""
        where = difference.where.lower()
        return next((rule for part, rule in self.concerns.items() if part in where), self.rule)


@dataclass(slots=True)
class Outcome:
    """What a verification has shown."""

    checks: list[Check] = field(default_factory=list)
    requests: int = 0
    removed: list[str] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)
    """What could not be removed, and why."""
    stopped: str = ""
    """Why it ended early."""
    notes: list[str] = field(default_factory=list)
    """What else there is to say."""

    @property
    def differing(self) -> list[Check]:
        return [check for check in self.checks if check.differences]

    @property
    def by_rule(self) -> Mapping[str, list[tuple[Check, Difference]]]:
        """The differences, by the rule that they are about."""
        rules: dict[str, list[tuple[Check, Difference]]] = {}
        for check in self.checks:
            for difference in check.differences:
                rules.setdefault(check.rule_of(difference), []).append((check, difference))
        return rules

    @property
    def compared(self) -> list[Check]:
        return [check for check in self.checks if not check.skipped]

    @property
    def proved(self) -> list[str]:
        """The rules of the probes that were compared as a whole without a difference."""
        skipped = {rule for check in self.checks if check.skipped for rule in check.rules}
        failed = {rule for check in self.differing for rule in check.rules} | self.by_rule.keys() | skipped
        return list(dict.fromkeys(rule for check in self.compared for rule in check.rules if rule not in failed))

    @property
    def exit_status(self) -> int:
        """0 for no difference, 1 for differences, 2 where it could not run, or something is left behind."""
        if self.stopped or self.left_behind or not self.compared:
            return 2
        return 1 if self.differing else 0


class Interruption:
    """Whether the user wants to end the run. A request that is under way is finished first."""

    def __init__(self) -> None:
        self.wanted = False
        self._deferred = 0

    def check(self) -> None:
        """Raises Interrupted."""
        if self.wanted and not self._deferred:
            raise Interrupted("Interrupted.")

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Go on in spite of the first Ctrl-C, where something would be left behind otherwise."""
        self._deferred += 1
        try:
            yield
        finally:
            self._deferred -= 1

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Interrupted."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, 0.2))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen for Ctrl-C and for the end of the process; the second one ends it at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(*_: object) -> None:
            if self.wanted:
                raise KeyboardInterrupt
            self.wanted = True

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Runner:
    """One verification of the emulator against a target."""

    def __init__(
        self,
        probes: ProbeSet,
        emulator: Side,
        target: Side,
        *,
        write: bool = False,
        progress: Callable[[str], None] = lambda _: None,
        interruption: Interruption | None = None,
    ) -> None:
        self.probes = probes
        self.emulator = emulator
        self.target = target
        self.write = write
        self.outcome = Outcome()
        self.interruption = interruption or Interruption()
        self._progress = progress
        self._unavailable: dict[str, str] = {}
        """Why a variable of the target is not known."""
        self._created: list[tuple[Removal, str]] = []
        self._existing: set[str] = set()
        """Every text and number that the target had before anything was written."""

    def run(self) -> Outcome:
        """Run all probes, then remove what was created. Raises CouldNotRun if it cannot even begin."""
        with self.interruption.listening():
            discover(self)
            if self.write:
                check_safe(self.probes, self.target)
            try:
                self._run_probes()
            except CouldNotRun as error:
                self.outcome.stopped = str(error)
            except KeyboardInterrupt:
                self.outcome.stopped = "Interrupted."
            finally:
                with self.interruption.deferred():
                    self._remove_created()
        self.outcome.requests = self.target.allowance.used
        return self.outcome

    def ask(self, step: Step) -> Answer:
        """Send a request to the target. Raises CouldNotRun and MissingVariable."""
        if step.until is None:
            return self._ask(step)
        # What a write has created is looked up in any case, as it has to be removed.
        with self.interruption.deferred():
            answer = self._ask(step)
            for _ in range(POLL_ATTEMPTS - 1):
                if answer.status >= 300 or answer.find(step.until[0]) == step.until[1]:
                    break
                self.interruption.sleep(POLL_SECONDS)
                answer = self._ask(step)
        return answer

    def _ask(self, step: Step) -> Answer:
        self.interruption.check()
        try:
            answer = self.target.send(step, reserve=len(self._created) + 1)
        except Interrupted:
            raise
        except CouldNotRun as error:
            if step.effect != "write":
                raise
            mark = self.target.variables["mark"]
            raise CouldNotRun(f"{error} Whether it was carried out is not known: look for {mark}.") from None
        if answer.status < 300:
            self._note_created(step, answer)
        check_affordable(answer)
        return answer

    def discover_step(self, step: Step) -> Answer:
        """Send a step of the discovery, or of the draft, to both sides. Raises CouldNotRun."""
        self.emulator.capture(step, self.emulator.send(step))
        answer = self.ask(step)
        if step.effect == "read" and not self._created:
            self._existing.update(str(value) for _, value in walk(answer.tree()))
        owner = self.target.variables.get("owner")
        self.target.capture(step, answer)
        if owner:
            # The one that the user has named counts.
            self.target.variables["owner"] = owner
        for name in step.capture:
            if name not in self.target.variables:
                reason = f"{step.method} {step.path.partition('?')[0]} was answered {answer.summary()}"
                self._unavailable[name] = reason if answer.status >= 400 else f"the target has no {name}"
        return answer

    def _run_probes(self) -> None:
        for step in self.probes.draft if self.write else ():
            try:
                answer = self.discover_step(step)
            except MissingVariable as error:
                raise CouldNotRun(f"The draft cannot be created: {self._explain(error)}.") from None
            if answer.status >= 300:
                raise CouldNotRun(
                    f"The draft cannot be created: {step.method} {step.path} was answered {answer.summary()}"
                )
        for probe in planned(self.probes, write=self.write):
            self._progress(probe.name)
            try:
                self._run_probe(probe)
            except MissingVariable as error:
                first = probe.steps[0]
                self.outcome.checks.append(
                    Check(probe.rules, f"{first.method} {first.path}", skipped=self._explain(error))
                )

    def _explain(self, error: MissingVariable) -> str:
        return "; ".join(self._unavailable.get(name, f"there is no {name}") for name in str(error).split(", "))

    def _run_probe(self, probe: Probe) -> None:
        for step in probe.steps:
            ours = self.emulator.send(step)
            theirs = self.ask(step)
            self.emulator.capture(step, ours)
            self.target.capture(step, theirs)
            check = Check(probe.rules, f"{step.method} {step.path}", concerns=self.probes.concerns)
            if self._is_beyond_token(step, ours, theirs):
                check.skipped = f"the token may not do this: {theirs.summary()}"
            elif step.compared:
                check.differences = self._compare(step, ours, theirs)
                check.evidence = self._evidence(step, ours, theirs) if check.differences else None
            elif ours.status // 100 != theirs.status // 100:
                check.skipped = (
                    f"it could not be prepared: the emulator answered {ours.status}, the target {theirs.summary()}"
                )
            if step.compared or check.skipped:
                self.outcome.checks.append(check)
            if check.skipped or (check.differences and ours.status != theirs.status):
                # The steps after it rest on it.
                return

    def _is_beyond_token(self, step: Step, ours: Answer, theirs: Answer) -> bool:
        """Return whether the target refused the token, and not what was asked."""
        if step.credential != "own" or step.headers.keys() & self.probes.credential.keys():
            return False
        return (theirs.status == 401 != ours.status) or (theirs.status == 403 and ours.status < 400)

    def _compare(self, step: Step, ours: Answer, theirs: Answer) -> list[Difference]:
        expectation = Expectation(
            exact=step.exact,
            count=step.count,
            only=step.only,
            ignored_headers=self.probes.ignored_headers,
            content=True,
        )
        return compare(ours, theirs, expectation, replacements=(self.emulator.captured(), self.target.captured()))

    def _evidence(self, step: Step, ours: Answer, theirs: Answer) -> Evidence:
        exchange = self.target.exchanges[-1]
        sent = describe_request(step.method, exchange.shown_url, exchange.headers.items(), exchange.body, own=True)
        exact = {*self.probes.exact, *step.exact}
        return Evidence(
            sent.without(self.target.private),
            describe_answer(ours, exact).without(self.emulator.private),
            describe_answer(theirs, exact).without(self.target.private),
        )

    def _note_created(self, step: Step, answer: Answer) -> None:
        for removal in self.probes.removals:
            if re.fullmatch(removal.request, f"{step.method} {step.path}"):
                created = str(answer.find(removal.id) or "")
                # Zeros stand for what was refused within a list. What was there before is never removed.
                is_new = created.strip("0-") and created not in self._existing
                if is_new and (removal, created) not in self._created:
                    self._created.append((removal, created))

    def _remove(self, step: Step, created: str) -> Answer:
        """Send the request that removes something, again after a while if the target limits requests."""
        answer = self.target.send(step, created=created)
        for _ in range(REMOVAL_ATTEMPTS - 1):
            if answer.status != 429:
                break
            wait = answer.header("retry-after")
            self.interruption.sleep(min(int(wait), MAX_WAIT_SECONDS) if wait.isdecimal() else MAX_WAIT_SECONDS)
            answer = self.target.send(step, created=created)
        return answer

    def _remove_created(self) -> None:
        """Remove what was created, newest first. What cannot be removed is noted."""
        while self._created:
            removal, created = self._created.pop()
            path = substitute(removal.step.path, {**self.target.variables, "created": created})
            name = f"{removal.step.method} {path}"
            try:
                answer = self._remove(removal.step, created)
            except (CouldNotRun, MissingVariable, KeyboardInterrupt) as error:
                self.outcome.left_behind.append(f"{name}: {error or 'interrupted'}")
                continue
            # What is gone already, such as a file whose document was deleted, needs no removal.
            if answer.status < 300 or answer.status in (404, 410):
                self.outcome.removed.append(name)
            else:
                self.outcome.left_behind.append(f"{name}: {answer.summary()}")


def planned(probes: ProbeSet, *, write: bool) -> Sequence[Probe]:
    """Return the probes that a run sends: without `write`, those that need nothing that a write creates."""
    created = {name for step in probes.draft for name in step.capture}
    selected = []
    for probe in probes.probes:
        needed = {name for step in probe.steps for name in step.variables}
        if write or not (probe.writes or needed & created):
            selected.append(probe)
        else:
            created |= {name for step in probe.steps for name in step.capture}
    return selected


def planned_steps(probes: ProbeSet, *, write: bool) -> Iterator[Step]:
    """Yield every request that a run sends, in order; the last ones remove what the others may have created."""
    yield from probes.discovery
    if write:
        if probes.safe.step:
            yield probes.safe.step
        yield from probes.draft
    for probe in planned(probes, write=write):
        yield from probe.steps
    if write:
        yield from (removal.step for removal in probes.removals)


def discover(runner: Runner) -> None:
    """Find out what the target has, and whether it is the vendor. Raises CouldNotRun."""
    for number, step in enumerate(runner.probes.discovery):
        try:
            answer = runner.discover_step(step)
        except MissingVariable:
            continue
        if number == 0:
            _check_vendor(runner, step, answer)


def _check_vendor(runner: Runner, step: Step, answer: Answer) -> None:
    host = urlsplit(runner.target.url).netloc
    request = f"{step.method} {step.path.partition('?')[0]}"
    if answer.status in (401, 403):
        raise CouldNotRun(f"{host} does not accept the token: {request} was answered {answer.summary()}")
    if answer.status >= 300 or answer.tree() is None:
        what = answer.summary() if answer.body else f"{answer.status} without a body"
        raise CouldNotRun(
            f"{host} does not answer like this vendor's API: {request} was answered {what} - "
            "check the URL, which ends with the vendor's name where an emulator is"
        )
    if "owner" in step.capture and "owner" not in runner.target.variables:
        raise CouldNotRun(
            f"{host} has no {runner.probes.owner} for this token: {request} was answered {answer.summary()}"
        )


def check_safe(probes: ProbeSet, target: Side) -> None:
    """Check that the target may be written to, by the vendor's own word. Raises CouldNotRun."""
    safe = probes.safe
    if urlsplit(target.url).hostname in safe.hosts:
        return
    if safe.step:
        try:
            answer = target.send(safe.step)
        except MissingVariable as error:
            raise CouldNotRun(
                f"Nothing was written: the target has no {error}, and --write needs {safe.description}."
            ) from None
        check_affordable(answer)
        if answer.status < 300 and answer.find(safe.member) == safe.value:
            return
    elif is_emulator(target):
        return
    raise CouldNotRun(f"Nothing was written: --write needs {safe.description}, and the target is none.")


def is_emulator(target: Side) -> bool:
    """Return whether a target is an emulator on this machine, by its health check."""
    parts = urlsplit(target.url)
    if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return False
    try:
        health = httpx.get(f"{parts.scheme}://{parts.netloc}/_emulator/health", timeout=5, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(health, dict) and {"version", "sandboxes", "store"} <= health.keys()
