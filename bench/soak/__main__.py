"""Puts hostile and mixed load on real servers, and checks what has to hold.

    python -m bench.soak                        everything: the mixed load for ten minutes, the rest in some more
    python -m bench.soak --only cut-uploads     one kind of load; --only can be given several times
    python -m bench.soak --seconds 5 --share 0.01

It runs from the root of the repository, on Linux, with what `pip install -e '.[dev]'` installs. Each check is
printed with what was measured; after each load the server must still answer, must have printed no traceback, and
must end with status 0. Exit status 0 says that everything held, 1 that something did not.
"""

import asyncio
import resource
import signal
import sys
import time
from collections.abc import AsyncIterator
from subprocess import TimeoutExpired

import click

from bench.load import Request
from bench.servers import CannotMeasure
from bench.soak.checks import Check, Plan
from bench.soak.loads import LOADS, Load
from bench.soak.target import Flavour, Target, complaints, running


@click.command(help=(__doc__ or "").partition("\n")[0])
@click.option("--only", multiple=True, type=click.Choice(list(LOADS)), help="Only this load.")
@click.option(
    "--seconds", type=click.FloatRange(1), default=600, show_default=True, help="How long the mixed load lasts."
)
@click.option(
    "--share",
    type=click.FloatRange(0.001, 1),
    default=1,
    show_default=True,
    help="Of the requests and connections that the other loads have.",
)
def main(only: tuple[str, ...], seconds: float, share: float) -> None:
    begun = time.monotonic()
    # Whatever ends it, no server stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _allow_many_files()
    try:
        checks = asyncio.run(_run(only or tuple(LOADS), Plan(seconds, share)))
    except CannotMeasure as reason:
        click.echo(str(reason), err=True)
        sys.exit(2)
    failed = sum(not check.held for check in checks)
    click.echo(f"\n{len(checks)} checks, {failed or 'none'} failed; {time.monotonic() - begun:,.0f} seconds.")
    sys.exit(1 if failed else 0)


async def _run(names: tuple[str, ...], plan: Plan) -> list[Check]:
    checks: list[Check] = []
    for name in names:
        load, begun = LOADS[name], time.monotonic()
        click.echo(f"{name}: {load.title}")
        if load.together:
            for part in await asyncio.gather(*(_collect(load, flavour, plan) for flavour in load.flavours)):
                checks += part
        else:
            for flavour in load.flavours:
                checks += await _collect(load, flavour, plan)
        click.echo(f"  {time.monotonic() - begun:,.0f} seconds")
    return checks


async def _collect(load: Load, flavour: Flavour, plan: Plan) -> list[Check]:
    checks = []
    async for check in _checks(load, flavour, plan):
        checks.append(check)
        click.echo(check.line(str(flavour)))
    return checks


async def _checks(load: Load, flavour: Flavour, plan: Plan) -> AsyncIterator[Check]:
    async with running(flavour, **load.settings) as target:
        try:
            async for check in load.run(target, plan):
                yield check
        except Exception as error:
            yield Check("the load itself", f"{type(error).__name__}: {error}", held=False)
        yield await _aftermath(target, stopped=load.stops)


async def _aftermath(target: Target, *, stopped: bool) -> Check:
    """What holds after every load: the server answers, ends with status 0 when asked to, and has not complained."""
    outcome = []
    if not stopped:
        answer = await target.send(Request("GET", "/_emulator/health"))
        target.server.ask_to_stop()
        outcome.append("answers" if answer.status == 200 else f"health answered with {answer.status}")
    try:
        status = await asyncio.to_thread(target.server.wait, 10)
        outcome.append(f"ends with status {status}")
    except TimeoutExpired:
        outcome.append("does not end")
    outcome += complaints(target.server.output())[:3] or ["no complaint"]
    expected = [*([] if stopped else ["answers"]), "ends with status 0", "no complaint"]
    return Check("the server afterwards", ", ".join(outcome), outcome == expected)


def _allow_many_files() -> None:
    """A connection is an open file, at both ends; servers inherit the limit."""
    _, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest, highest))


if __name__ == "__main__":
    main()
