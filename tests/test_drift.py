"""The comparison of the vendors' SDKs with what the emulator knows."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import xero_python

from tests.conftest import ROOT

XERO = """
url = self.get_resource_url("/Invoices/{InvoiceID}/Attachments")
return self.api_client.call_api(
    url,
    "GET",
"""
CODAT = """
    self._build_request(
        method="POST",
        path="/companies/{companyId}/dreams",
"""
OLDER_CODAT = """
        method='GET',
        resource_path='/companies/{companyId}',
"""


@pytest.fixture
def drift() -> ModuleType:
    spec = importlib.util.spec_from_file_location("drift", ROOT / "docs/drift.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install(folder: Path, name: str, version: str, module: str, text: str) -> None:
    """An SDK of one module, as pip would have installed it."""
    file, info = folder / module, folder / f"{name.replace('-', '_')}-{version}.dist-info"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text(f"{module},,\n")


def test_an_operation_that_is_new_is_listed_with_the_sdk_that_has_it(
    drift: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, "xero-python", "99.0", "xero_python/accounting/api/accounting_api.py", XERO)
    install(tmp_path, "codat-platform", "99.0", "codat_platform/companies.py", CODAT + OLDER_CODAT)

    assert drift.report(str(tmp_path))

    told = capsys.readouterr().out
    assert "xero-python 99.0: 0 operations that the emulator does not know\n" in told
    assert "codat-platform 99.0: 1 operation that the emulator does not know\n  POST   /companies/{}/dreams\n" in told


def test_an_sdk_that_cannot_be_read_is_no_good_news(drift: ModuleType, tmp_path: Path) -> None:
    install(tmp_path, "codat-accounting", "99.0", "codat_accounting/bills.py", "nothing")

    with pytest.raises(SystemExit, match=r"codat-accounting 99\.0 has no operations that can be read"):
        drift.report(str(tmp_path))


def test_the_sdks_of_the_tests_have_nothing_new(drift: ModuleType) -> None:
    packages = str(Path(xero_python.__file__).parents[1])

    for vendor in drift.SDKS:
        new, _ = drift.compare(vendor, packages)
        assert new
        assert not any(new.values())
