"""What a program did while the emulator stood in for the vendors, from the control API."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, tostring

from emulator.testing.control import Control
from emulator.testing.sandbox import Sandbox


@dataclass(slots=True)
class Receipt:
    """Counts of one run."""

    requests: Counter[str] = field(default_factory=Counter)
    """By vendor."""
    refusals: Counter[str] = field(default_factory=Counter)
    """By rule."""
    not_emulated: Counter[str] = field(default_factory=Counter)
    """Answers with 501, by operation."""
    files: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    hosts_refused: Counter[str] = field(default_factory=Counter)
    failed_handshakes: Counter[str] = field(default_factory=Counter)
    real_hosts: Counter[str] = field(default_factory=Counter)
    """Those that a tunnel led to, because `passthrough` names them."""
    usage: list[str] = field(default_factory=list)
    """What was used of the vendors' limits, a line each."""

    @classmethod
    def of(cls, control: Control) -> "Receipt":
        """Return the receipt of everything that a server has in its journals. Raises EmulatorError."""
        receipt = cls()
        for sandbox in control.ask("GET", "/sandboxes")["sandboxes"]:
            box = Sandbox(control, sandbox["name"])
            receipt.usage += [line for usage in box.usage if usage.calls for line in str(usage).splitlines()]
            for exchange in box.journal:
                receipt.requests[exchange.vendor] += 1
                if exchange.status == 501:
                    receipt.not_emulated[exchange.operation or exchange.target] += 1
                else:
                    receipt.refusals.update(exchange.rules)
                if exchange.fault:
                    receipt.faults[exchange.fault] += 1
                succeeded = exchange.status is not None and exchange.status < 400
                receipt.files += succeeded and (len(exchange.files) or exchange.request["sha256"] is not None)
        counts = control.ask("GET", "/proxy")
        receipt.hosts_refused.update(counts["refused"])
        receipt.failed_handshakes.update(counts["failed_handshakes"])
        receipt.real_hosts.update(counts["passed_through"])
        return receipt

    def lines(self) -> Iterator[str]:
        """Return the receipt as text."""
        yield f"requests               {_counted(self.requests)}"
        yield f"files uploaded         {self.files or 'none'}"
        yield f"refusals               {_counted(self.refusals)}"
        yield f"not emulated (501)     {_counted(self.not_emulated)}"
        yield f"faults triggered       {_counted(self.faults)}"
        yield f"hosts refused          {_counted(self.hosts_refused)}"
        if self.failed_handshakes:
            yield f"TLS handshakes failed  {_counted(self.failed_handshakes)}"
        yield f"real hosts reached     {_counted(self.real_hosts)} (through the emulator)"
        for line in self.usage:
            yield f"used  {line}"

    def junit(self) -> bytes:
        """Return the receipt as a JUnit report: a test that fails for each kind of trouble."""
        troubles = {
            "no request was refused": self.refusals,
            "every operation is emulated": self.not_emulated,
            "no other host was asked for": self.hosts_refused,
            "every TLS handshake succeeded": self.failed_handshakes,
        }
        failures = sum(map(bool, troubles.values()))
        suite = Element("testsuite", name="attachment-emulator", tests=str(len(troubles)), failures=str(failures))
        for name, counts in troubles.items():
            case = SubElement(suite, "testcase", classname="attachment-emulator", name=name)
            if counts:
                SubElement(case, "failure", message=_counted(counts))
        report: bytes = tostring(suite, "utf-8", xml_declaration=True)
        return report


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"
