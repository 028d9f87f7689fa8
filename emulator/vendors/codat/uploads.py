"""Reading the files of an upload: one with its metadata for a record, or several for a company."""

from dataclasses import dataclass, field, replace
from typing import Any

from python_multipart.multipart import parse_options_header

from emulator.core.json_reader import read_json
from emulator.core.request import VendorRequest
from emulator.core.rules import Tunable
from emulator.core.storage import media_types
from emulator.core.storage.file_store import Blob
from emulator.core.storage.multipart import MAX_OVERHEAD, BadMultipart, Part, Watch, clean_file_name
from emulator.vendors.codat import rules
from emulator.vendors.codat.integrations import Integration
from emulator.vendors.codat.state import Attachment

BINARY = media_types.DEFAULT


async def receive_attachment(request: VendorRequest, integration: Integration, data_type: str) -> Attachment:
    """Read the one file of a form, checked against the integration's rules while it arrives. Raises Refusal."""
    parts = await _read_form(request, _AttachmentChecker(request, integration).check)
    file = next((part for part in parts if part.blob is not None), None)
    if file is None or file.blob is None:
        raise request.refusal(rules.ONE_FILE, found="is none")
    attachment = _attachment(request, file, file.blob, _read_metadata(request, parts))
    if data_type == "bills" and not integration.keeps_extension:
        attachment = replace(attachment, name=_without_known_extension(attachment.name))
    return attachment


async def receive_files(request: VendorRequest) -> list[Attachment]:
    """Read the files of a form that belong to a company, checked while they arrive. Raises Refusal."""
    parts = await _read_form(request, _FilesChecker(request).check)
    files = [_attachment(request, part, part.blob, {}) for part in parts if part.blob is not None]
    if not files:
        raise request.refusal(rules.FILES_FORM)
    return files


async def _read_form(request: VendorRequest, watch: Watch) -> list[Part]:
    try:
        return await request.read_form(watch)
    except BadMultipart as error:
        raise request.refusal(rules.BAD_MULTIPART, reason=str(error)) from None


def _attachment(request: VendorRequest, file: Part, blob: Blob, metadata: dict[str, Any]) -> Attachment:
    name = _file_name(file)
    content_type = metadata.get("contentType") or file.headers.get("content-type") or media_types.type_of(name)
    return Attachment(
        request.sandbox.ids.uuid(),
        name,
        content_type,
        blob,
        request.sandbox.clock.now(),
        bool(metadata.get("includeWhenSent")),
    )


def _file_name(part: Part) -> str:
    """Return a part's file name as ASP.NET Core reads it, which decodes no percent escapes outside of `filename*`."""
    disposition = part.headers.get("content-disposition", "")
    if "filename*" in disposition.lower():
        return part.file_name or ""
    # The parser knows Latin-1 only.
    parameters = parse_options_header(disposition.encode().decode("latin-1"))[1]
    return clean_file_name(parameters.get(b"filename", b"").decode()) or part.file_name or ""


def _without_known_extension(name: str) -> str:
    return name.rpartition(".")[0] if media_types.extension_of(name) in media_types.TYPES else name


@dataclass(slots=True)
class _AttachmentChecker:
    """Refuses a file that the integration does not accept, as soon as enough of the form has arrived to know it."""

    request: VendorRequest
    integration: Integration
    file: Part | None = None

    def check(self, part: Part, size: int) -> None:
        """Check the file part, of which `size` bytes have arrived. Raises Refusal."""
        if self.file is None:
            self.file = part
            self._check_part(part)
        elif self.file is not part:
            raise self.request.refusal(rules.ONE_FILE, found="are several")
        limit = self.integration.max_bytes
        if limit and max(size, self._minimum_size()) > self.request.value(limit):
            raise self.request.refusal(limit, limit=rules.in_megabytes(self.request.value(limit)))

    def _minimum_size(self) -> int:
        """Return the fewest bytes that the file can have, given the request's Content-Length."""
        return self.request.declared_length - MAX_OVERHEAD

    def _check_part(self, part: Part) -> None:
        integration = self.integration
        if integration.typed_files and part.content_type in ("", BINARY):
            raise self.request.refusal(integration.typed_files, content_type=part.content_type or "nothing")
        if integration.extensions:
            _check_extension(self.request, part, integration.extensions)


@dataclass(slots=True)
class _FilesChecker:
    """Refuses the files that cannot be a company's, as soon as enough of the form has arrived to know it."""

    request: VendorRequest
    files: list[Part] = field(default_factory=list)

    def check(self, part: Part, size: int) -> None:
        """Check a file part, of which `size` bytes have arrived. Raises Refusal."""
        if part not in self.files:
            self.files.append(part)
            if len(self.files) > self.request.value(rules.FILES_PER_UPLOAD):
                raise self.request.refusal(rules.FILES_PER_UPLOAD)
            _check_extension(self.request, part, rules.FILES_EXTENSIONS)
        if size > (limit := self.request.value(rules.FILES_MAX_BYTES)):
            raise self.request.refusal(rules.FILES_MAX_BYTES, limit=rules.in_megabytes(limit))


def _check_extension(request: VendorRequest, part: Part, allowed: Tunable[str]) -> None:
    if media_types.extension_of(_file_name(part)) not in request.value(allowed).lower().split():
        raise request.refusal(allowed)


def _read_metadata(request: VendorRequest, parts: list[Part]) -> dict[str, Any]:
    """Return the merged members of all fields typed application/json; a later field overrides an earlier one."""
    metadata: dict[str, Any] = {}
    for part in parts:
        if part.blob is not None or part.content_type != "application/json":
            continue
        try:
            fields = read_json(part.value)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise request.refusal(rules.METADATA, item="metadata", reason="The metadata is no JSON object.")
        metadata |= fields
    if not isinstance(metadata.get("includeWhenSent"), bool | None):
        raise _invalid_metadata(request, "includeWhenSent", "true or false")
    if not isinstance(metadata.get("contentType"), str | None):
        raise _invalid_metadata(request, "contentType", "text")
    return metadata


def _invalid_metadata(request: VendorRequest, member: str, expected: str) -> Exception:
    return request.refusal(rules.METADATA, item=f"metadata.{member}", reason=f"{member} is {expected}.")
