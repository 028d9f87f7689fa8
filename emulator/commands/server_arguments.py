"""What the commands that talk to a running server take: its URL, a sandbox, a vendor."""

import os
from collections.abc import Callable
from typing import Any, get_args

import click

from emulator.core.suggestions import nearest
from emulator.core.urls import url_at
from emulator.types import VendorName

VENDOR_NAMES: tuple[str, ...] = get_args(VendorName)


def default_url() -> str:
    """Return the URL of the running server: EMULATOR_URL, or where `serve` would listen in this environment."""
    listening = url_at(os.environ.get("EMULATOR_HOST") or "127.0.0.1", os.environ.get("EMULATOR_PORT") or 4600)
    return os.environ.get("EMULATOR_URL") or listening


url_option = click.option(
    "--url",
    metavar="URL",
    help="The running server; the same as the argument URL.  [default: EMULATOR_URL, or where `serve` listens]",
)
sandbox_option = click.option("--sandbox", default="default", metavar="NAME", help="The sandbox.  [default: default]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_url_argument = click.argument("url_argument", metavar="[URL]", required=False)
vendor_option = click.option("--vendor", type=click.Choice(VENDOR_NAMES), help="Only this vendor.")
_words = click.argument("words", metavar="[VENDOR] [URL]", nargs=-1)


def takes_url(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the parameter `url`, as an argument or as the option `--url`."""

    def with_url(url: str | None, url_argument: str | None, **others: Any) -> Any:
        return command(url=url or url_argument or default_url(), **others)

    return like(command, _url_argument(url_option(with_url)))


def takes_vendor_and_url(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the parameters `vendor` and `url`, as arguments in either order or as options."""

    def with_both(url: str | None, vendor: str | None, words: tuple[str, ...], **others: Any) -> Any:
        for word in words:
            if word in VENDOR_NAMES:
                vendor = word
            elif "/" in word or ":" in word:
                url = word
            else:
                near = nearest(word, VENDOR_NAMES)
                hint = f"did you mean {near}?" if near else f"the vendors are {', '.join(VENDOR_NAMES)}."
                raise click.UsageError(f"{word!r} is neither a vendor nor a URL; {hint}")
        return command(url=url or default_url(), vendor=vendor, **others)

    return like(command, _words(vendor_option(url_option(with_both))))


def like(command: Callable[..., Any], wrapper: Callable[..., Any]) -> Callable[..., Any]:
    """Return the wrapper with name, docstring and parameters of the command that it calls."""
    # Not functools.wraps: click keeps the parameters of a function in an attribute, which the wrapper has its own of.
    wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
    parameters = "__click_params__"
    setattr(wrapper, parameters, [*getattr(command, parameters, []), *getattr(wrapper, parameters)])
    return wrapper
