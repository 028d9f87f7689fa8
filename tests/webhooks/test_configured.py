"""Endpoints that a server begins with."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from emulator import Emulator, create_app
from emulator.webhooks.configured import InvalidWebhook
from tests.conftest import LiveServer

URL = "http://127.0.0.1:3000/hooks"


def test_the_default_sandbox_has_them_also_after_a_reset() -> None:
    with Emulator(webhook=f"codat={URL}?a=b codat=http://localhost:1/") as server:
        box = server.get_sandbox()
        before = box.webhooks.endpoints()
        box.reset()

        assert [endpoint.url for endpoint in before] == [f"{URL}?a=b", "http://localhost:1/"]
        assert box.webhooks.endpoints() == before
        assert server.sandbox().webhooks.endpoints() == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (URL, r"is no endpoint: expected vendor=URL"),
        (f"codta={URL}", r"names no vendor: expected one of xero, codat"),
        (f"vrplatform={URL}", r"the webhooks of vrplatform are not emulated, only those of .*codat"),
        ("codat=http://example.com/", r"are sent to this machine only, not to example.com; start .* to allow it$"),
        ("codat=ftp://127.0.0.1/", r"is not a URL that begins with http:// or https://$"),
    ],
)
def test_one_that_cannot_be_used_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(InvalidWebhook, match=reason):
        create_app(webhook=text)


def test_the_command_takes_several_and_prints_their_secrets(tmp_path: Path, start: Callable[..., LiveServer]) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'webhook = "codat={URL}/1 codat={URL}/2"\n')
    by_flag = start("--webhook", f"codat={URL}/3", "--webhook", f"codat={URL}/4", "--config", str(file))
    by_file = start("--config", str(file))

    def endpoints(server: LiveServer) -> list[str]:
        answer = httpx.get(f"{server.url}/_emulator/sandboxes/default/webhooks").json()
        return [f"{endpoint['url']} , signed with the secret {endpoint['secret']}" for endpoint in answer["webhooks"]]

    flags, files = endpoints(by_flag), endpoints(by_file)

    assert [line.split()[0] for line in flags + files] == [f"{URL}/{number}" for number in (3, 4, 1, 2)]
    _, _, complaints = by_flag.stop()
    assert all(f"webhooks of codat go to {line}" in complaints for line in flags)
