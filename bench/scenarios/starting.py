"""From nothing to the first answer, and what a test run that has the plugin installed pays for it."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.baselines import NAMES
from bench.figures import Figure, at_most
from bench.rounds import Plan, interleaved
from bench.servers import CannotMeasure, Server, as_it_comes, baseline, emulator
from emulator.testing import Xero

ROOT = Path(__file__).parents[2]
# A plugin that pytest loads where it would load ours: what pytest has imported itself costs nothing twice.
PROBE = """
import time

begun = time.perf_counter()
import attachment_emulator.pytest_plugin
took = (time.perf_counter() - begun) * 1000


def pytest_unconfigure():
    print(f"imported in {took} ms")
"""


def run(plan: Plan) -> Iterator[Figure]:
    rounds = plan.rounds + 2
    empty = NAMES["empty"]
    explicit = f"{empty}, with every choice made"
    measured = interleaved(
        rounds,
        {
            "health": lambda: _cold_start(emulator()),
            "vendor": lambda: _cold_start(_until_a_vendor_answers()),
            empty: lambda: _cold_start(as_it_comes("empty")),
            explicit: lambda: _cold_start(baseline("empty")),
        },
    )
    yield Figure("cold start to the first 200", "ms", measured["health"], empty, measured[empty], at_most(1.5))
    yield Figure("the same", "ms", measured["health"], explicit, measured[explicit])
    yield Figure("cold start to the first of a vendor's", "ms", measured["vendor"], empty, measured[empty])
    yield from _plugin(rounds)


def _cold_start(server: Server) -> float:
    with server:
        return server.started_in * 1000


def _until_a_vendor_answers() -> Server:
    server = emulator()
    server.ready = ("/xero/api.xro/2.0/Invoices/INV-0001/Attachments", Xero.headers)
    return server


def _plugin(rounds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_foreign.py").write_text("def test_nothing():\n    pass\n")
        Path(folder, "probe.py").write_text(PROBE)
        # The first writes bytecode.
        measured = [_probed(folder) for _ in range(rounds + 1)][1:]
    imports, runs = ([item[at] for item in measured] for at in range(2))
    yield Figure("plugin, in a foreign test run", "ms", imports, "all of that run", runs, at_most(5, of="value"))


def _probed(folder: str) -> tuple[float, float]:
    """Milliseconds: of the plugin's import, and of a whole run with one empty test."""
    command = [sys.executable, "-m", "pytest", "-qs", "-p", "no:cacheprovider", "-p", "probe", folder]
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join([folder, str(ROOT)]),
    }
    begun = time.perf_counter()
    ended = subprocess.run(  # noqa: S603 - the command of this file's
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - begun
    match = re.search(r"^imported in (\S+) ms$", ended.stdout, re.MULTILINE)
    if ended.returncode or not match:
        raise CannotMeasure(f"A test run failed: {(ended.stdout + ended.stderr).strip()[-300:]}.")
    return float(match[1]), took * 1000
