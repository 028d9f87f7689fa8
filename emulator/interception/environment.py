"""The environment variables with which a program reaches the emulator at the vendors' own host names."""

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from emulator.interception.state import bundle_path, certificate_path

LOCAL = ("localhost", "127.0.0.1", "::1")


def variables(url: str, sandbox: str = "default") -> dict[str, str]:
    """Return the variables, by name, for a server at a URL; the certificate authority has to exist.

    A variable that adds to the default authorities names ours only; one that replaces them names a file of both.
    """
    parts = urlsplit(url)
    # urllib sends no user name where there is no password.
    user = "" if sandbox == "default" else f"{quote(sandbox, safe='')}:sandbox@"
    proxy = f"{parts.scheme}://{user}{parts.netloc}"
    other_hosts = [host for host in re.split(r"[,\s]+", os.environ.get("NO_PROXY", "")) if host and host not in LOCAL]
    without_proxy = ",".join((*LOCAL, *other_hosts))
    bundle = str(bundle_path())
    # curl and others read some names in lower case only.
    both = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": without_proxy}
    return {
        **both,
        **{name.lower(): value for name, value in both.items()},
        "NODE_USE_ENV_PROXY": "1",
        "NODE_OPTIONS": _node_options(),
        "NODE_EXTRA_CA_CERTS": str(certificate_path()),
        "SSL_CERT_FILE": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "CURL_CA_BUNDLE": bundle,
    }


def _node_options() -> str:
    """Return the options of the environment, with the script that makes older versions use the proxy."""
    path = str(Path(__file__).with_name("node_proxy.cjs")).replace("\\", "\\\\").replace('"', '\\"')
    preload = f'--require "{path}"'
    options = os.environ.get("NODE_OPTIONS", "")
    return options if preload in options else f"{options} {preload}".strip()


def _lines(line: Callable[[str, str], str]) -> Callable[[Mapping[str, str]], str]:
    return lambda values: "\n".join(line(name, value) for name, value in values.items())


FORMATS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "sh": _lines(lambda name, value: f"export {name}={shlex.quote(value)}"),
    "fish": _lines(lambda name, value: "set -gx {} '{}'".format(name, re.sub(r"([\\'])", r"\\\1", value))),
    "powershell": _lines(lambda name, value: "$env:{} = '{}'".format(name, value.replace("'", "''"))),
    "dotenv": _lines(lambda name, value: f"{name}={value}"),
    "json": lambda values: json.dumps(values, indent=2),
    "github": _lines(lambda name, value: f"{name}={value}"),
}


def shell_at_hand() -> str:
    """Return the format for the shell of this user."""
    if os.name == "nt":
        return "powershell"
    return "fish" if Path(os.environ.get("SHELL", "")).name == "fish" else "sh"
