"""Adds the rules that a run of `attachment-emulator verify` has confirmed to the results in the package.

python docs/verified.py result.json...   adds what `verify --json result.json` has written; then run docs/fidelity.py

Only a comparison with the vendor itself counts: a live run at one of its hosts, or a recording.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from emulator.vendors import HOSTS, RULES
from emulator.verification.results import FILE


def add(results: dict[str, Any], result: dict[str, Any]) -> int:
    """Add the confirmed rules of one result to all results; return how many. Raises SystemExit."""
    host = urlsplit(result["target"]).hostname
    if result["how"] == "live" and HOSTS.get(host or "", ("", ""))[0] != result["vendor"]:
        raise SystemExit(
            f"{result['target']} is no host of {result['vendor']}: only the vendor itself can confirm a rule"
        )
    known = {rule.id for rule in RULES}
    date = result["date"][:10]
    # What differs now is confirmed no more.
    for rule in {difference["rule"] for difference in result["differences"]}:
        results.pop(rule, None)
    confirmed = [rule for rule in result["proved"] if rule in known]
    for rule in confirmed:
        if results.get(rule, {"date": ""})["date"] <= date:
            results[rule] = {"date": date, "how": result["how"]}
    return len(confirmed)


def read(name: str) -> dict[str, Any]:
    """Return the result in a file. Raises SystemExit."""
    try:
        result = json.loads(Path(name).read_text("utf-8"))
    except OSError as error:
        raise SystemExit(f"{name} cannot be read: {error.strerror}") from None
    except ValueError:
        result = None
    if (
        not isinstance(result, dict)
        or not {"vendor", "target", "how", "date", "proved", "differences"} <= result.keys()
    ):
        raise SystemExit(f"{name} is no result: expected the file that `attachment-emulator verify --json` has written")
    return result


def main() -> None:
    results = json.loads(FILE.read_text("utf-8"))
    for name in sys.argv[1:]:
        count = add(results["verified"], read(name))
        print(f"{name}: {count} rules confirmed")
    results["verified"] = dict(sorted(results["verified"].items()))
    FILE.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
