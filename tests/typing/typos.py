"""Twelve typos that a type checker refuses, each on its line, and that are clear errors at run time before anything is
sent. `tests/testing/test_typos.py` runs both type checkers over this file, and each line.
"""

from collections.abc import Callable

from emulator import Emulator, Settings, create_app
from emulator.testing import Sandbox

TYPOS: dict[str, Callable[[Sandbox], object]] = {
    "has no argument 'vendr'. Did you mean 'vendor'?": lambda emulator: emulator.faults.status(503, vendr="xero"),
    "has no argument 'verb'. It takes vendor, owner,": lambda emulator: emulator.files.find(verb="GET"),
    "has no argument 'pth'. Did you mean 'path'?": lambda emulator: emulator.journal.assert_called(pth="/Invoices"),
    "there is no rule 'xero.filetype'. Did you mean": lambda emulator: emulator.journal.find(rule="xero.filetype"),
    "no setting 'xero_max_attachment'; did you mean": lambda emulator: emulator.configure(xero_max_attachment=1),
    "port is a setting of the whole server, not of": lambda emulator: emulator.reset(port=1),
    "no setting 'atuh'; did you mean 'auth'?": lambda _: Emulator(atuh="strict"),
    "no setting 'max_sandbox'; did you mean 'max_sa": lambda _: create_app(max_sandbox=1),
    "no setting 'codat_not_link'; did you mean 'cod": lambda _: Settings.of(codat_not_link=400),
    "no document type 'Invoice' in Xero. Did you me": lambda emulator: emulator.xero.document("Invoice"),
    "no document type 'bill' in Codat. Did you mean": lambda emulator: emulator.codat.assert_attached("bill", "1"),
    "no fault kind 'rest'. Did you mean 'reset'?": lambda emulator: emulator.faults.arm("rest"),
}
