"""The comparison of the vendors' SDKs with what the emulator knows."""

from pathlib import Path

import drift
import pytest
import xero_python

XERO = """
url = self.get_resource_url("/Invoices/{InvoiceID}/Attachments")
return self.api_client.call_api(
    url,
    "GET",
    response_type="Attachments",
"""
XERO_MODELS = """
class Attachments(BaseModel):
    openapi_types = {"attachments": "list[Attachment]"}
    attribute_map = {"attachments": "Attachments"}

class Attachment(BaseModel):
    openapi_types = {"attachment_id": "str", "file_name": "int", "seen": "datetime[ms-format]", "kind": "KindEnum"}
    attribute_map = {"attachment_id": "AttachmentID", "file_name": "FileName", "seen": "Seen", "kind": "Kind"}

class Unused(BaseModel):
    openapi_types = {"a": "str"}
    attribute_map = {"a": "A"}
"""
CODAT_MODELS = """
class CompanyTypedDict(TypedDict):
    a: int

class Status(str, Enum):
    A = "a"

class Company(BaseModel):
    id: Annotated[Optional[int], pydantic.Field(alias="companyId")] = None
    status: Status
    tags: OptionalNullable[Dict[str, str]] = Field(default=UNSET, alias="allTags")
    connections: Optional[List[Connection]] = None
"""
CODAT_API = """
    _response_types_map: Dict[str, Optional[str]] = {
        '200': "Company",
        '404': "ErrorMessage",
    }
    self._build_request(
        method="POST",
        path="/companies/{companyId}/dreams",
        request_body=Dream,
    )
    _response_types_map: Dict[str, Optional[str]] = {
        '200': "List[Company]",
    }
        method='GET',
        resource_path='/companies/{companyId}',
    )
"""
SPEAKEASY = """
    method="GET",
    path="/companies/{companyId}",
    )
    if utils.match_response(http_res, "200", "application/json"):
        return utils.unmarshal_json(
            http_res.text, Optional[shared.Company]
        )
    if utils.match_response(http_res, "404", "application/json"):
        return utils.unmarshal_json(http_res.text, errors.Error)
"""
NODE_API = """
            const localVarPath = this.basePath + '/Invoices/{InvoiceID}/Attachments'
            let localVarRequestOptions = {
                method: 'GET',
            body = models_1.ObjectSerializer.deserialize(response.data, "Attachments");
"""
NODE_MODEL = """
Attachment.attributeTypeMap = [
    {
        "name": "kinds",
        "baseName": "Kinds",
        "type": "Array<Attachment.KindEnum>"
    }
];
"""


def install(folder: Path, name: str, version: str, api: str, models: str) -> None:
    """An SDK of two modules, as pip would have installed it."""
    package = name.replace("-", "_")
    below = f"{package}/accounting" if package == "xero_python" else package
    modules = {f"{below}/api/all.py": api, f"{below}/models/all.py": models}
    modules[f"{package}-{version}.dist-info/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    modules[f"{package}-{version}.dist-info/RECORD"] = "".join(f"{module},,\n" for module in modules)
    for module, text in modules.items():
        (folder / module).parent.mkdir(parents=True, exist_ok=True)
        (folder / module).write_text(text)


def xero(folder: Path, version: str, models: str = XERO_MODELS) -> None:
    install(folder, "xero-python", version, XERO, models)


def codat(folder: Path) -> None:
    install(folder, "codat-platform", "99.0", CODAT_API, CODAT_MODELS)


def told_by(folder: Path, capsys: pytest.CaptureFixture[str], older: Path | None = None) -> str:
    assert drift.report(folder, older)
    return capsys.readouterr().out


@pytest.fixture
def no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks no emulator."""
    monkeypatch.setattr(drift, "answers_of_emulator", lambda vendor: [])


@pytest.mark.usefixtures("no_answers")
def test_an_operation_that_is_new_is_listed_with_the_sdk_that_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    xero(tmp_path, "99.0")
    codat(tmp_path)

    told = told_by(tmp_path, capsys)

    assert "xero-python 99.0: 0 operations that the emulator does not know\n" in told
    assert "codat-platform 99.0: 1 operation that the emulator does not know\n  POST   /companies/{}/dreams\n" in told


@pytest.mark.parametrize(
    ("api", "models", "message"),
    [
        ("nothing", CODAT_MODELS, "has no operations that can be read"),
        (CODAT_API, "nothing = 1", "has no models that can be read"),
        (CODAT_API, "class Company(", "cannot be read: '\\(' was never closed"),
    ],
)
def test_an_sdk_that_cannot_be_read_is_no_good_news(tmp_path: Path, api: str, models: str, message: str) -> None:
    install(tmp_path, "codat-accounting", "99.0", api, models)

    with pytest.raises(SystemExit, match=rf"codat-accounting 99\.0 {message}"):
        drift.report(tmp_path)


def test_models_are_read_with_their_names_and_types_on_the_wire(tmp_path: Path) -> None:
    xero(tmp_path, "99.0")
    codat(tmp_path)
    install(tmp_path, "codat-accounting", "99.0", SPEAKEASY, CODAT_MODELS)
    generated = tmp_path / "node/xero-node/package/dist/gen"
    for name, text in {"api/accountingApi.js": NODE_API, "model/accounting/attachment.js": NODE_MODEL}.items():
        (generated / name).parent.mkdir(parents=True)
        (generated / name).write_text(text)
    (generated / "../../package.json").resolve().write_text('{"name": "xero-node", "version": "99.0"}')

    sdks = {sdk.name: sdk for vendor in drift.SDKS for sdk in drift.read(vendor, tmp_path)}

    one = ("GET", "/api.xro/2.0/Invoices/{}/Attachments")
    company = ("GET", "/companies/{}")
    assert sdks["xero-python"].operations == sdks["xero-node"].operations == {one: "Attachments"}
    members = {"AttachmentID": "text", "FileName": "integer", "Seen": "text", "Kind": "text"}
    assert sdks["xero-python"].models["Attachment"] == members
    assert sdks["xero-node"].models == {"Attachment": {"Kinds": "list of text"}}
    platform = sdks["codat-platform"]
    assert platform.operations == {("POST", "/companies/{}/dreams"): "Company", company: "list of Company"}
    members = {"companyId": "integer", "status": "text", "allTags": "any", "connections": "list of Connection"}
    assert platform.models == {"Company": members}
    assert sdks["codat-accounting"].operations == {company: "Company"}


@pytest.mark.usefixtures("no_answers")
def test_what_changes_in_a_model_of_an_emulated_operation_is_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    xero(older, "15.2.0")
    changed = XERO_MODELS.replace('"file_name": "int"', '"file_name": "str"').replace("seen", "read")
    changed = changed.replace('"Seen"', '"Read"').replace("Unused", "Other")
    xero(newer, "99.0", changed)

    assert drift.outdated(newer) == {"xero-python": "15.2.0"}
    assert (
        "xero-python 99.0: 3 changes in models since 15.2.0\n"
        "  Attachment.FileName is text, was integer\n"
        "  Attachment.Read is new: text\n"
        "  Attachment.Seen is gone\n"
    ) in told_by(newer, capsys, older)


def test_what_the_emulator_answers_is_held_against_the_models(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    xero(tmp_path, "99.0")

    told = told_by(tmp_path, capsys)

    assert (
        "xero-python 99.0: 5 differences between its models and the emulator's answers\n"
        "  Attachment.ContentLength is not in the model\n"
        "  Attachment.FileName is str, the model has integer\n"
        "  Attachment.IncludeOnline is not in the model\n"
        "  Attachment.MimeType is not in the model\n"
        "  Attachment.Url is not in the model\n"
    ) in told


def test_the_sdks_of_the_tests_have_nothing_new() -> None:
    packages = Path(xero_python.__file__).parents[1]

    for vendor in drift.SDKS:
        sdks = list(drift.read(vendor, packages))
        answers = drift.answers_of_emulator(vendor)
        assert sdks
        for sdk in sdks:
            assert not drift.new_operations(sdk, vendor)
            assert drift.differing_answers(sdk, answers) == []
