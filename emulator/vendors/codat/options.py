"""Push options: the description of the attachments that an integration accepts, generated from the rules."""

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.rules import Tunable
from emulator.vendors.codat import rules
from emulator.vendors.codat.integrations import Integration


def options_for(request: VendorRequest, integration: Integration) -> JsonObject | None:
    """Return the push options of an integration, or None if it has no attachments.

    QuickBooks Online has its own form; the other integrations have that of Xero.
    """
    if integration.unsupported:
        return None
    return _multi_part(request, integration) if integration.typed_files else _file(request, integration)


def _file(request: VendorRequest, integration: Integration) -> JsonObject:
    article = "an" if integration.name[0] in "AEIOUX" else "a"
    return {
        "type": "File",
        "displayName": "File Attachment",
        "description": f"Attach a file to {article} {integration.name} entity.",
        "properties": _limits(request, integration, "file", "fileSize", "File size may not exceed"),
        "required": True,
    }


def _multi_part(request: VendorRequest, integration: Integration) -> JsonObject:
    file = {
        "type": "File",
        "displayName": "File",
        "description": "File attachment.",
        "properties": _limits(request, integration, "fileSize", "file.fileSize", "The file size must not exceed"),
        "required": True,
    }
    return {
        "type": "MultiPart",
        "displayName": "File",
        "description": "Attach a file to a Quickbooks Online entity.",
        "properties": {"file": file, "metadata": _METADATA},
        "required": True,
        "validation": {
            "warnings": [{"field": "metadata", "details": "content type must be application/json"}],
            "information": [{"field": "file", "details": "One file per request."}],
        },
    }


def _limits(request: VendorRequest, integration: Integration, member: str, field: str, wording: str) -> JsonObject:
    """Return the limits on size and extension that are known, with the member name and wording of one form."""
    limits: JsonObject = {}
    if integration.max_bytes:
        limits[member] = _size(request, integration.max_bytes, field, wording)
    if integration.extensions:
        limits["fileExtension"] = _extensions(request, integration.extensions)
    return limits


_METADATA: JsonObject = {
    "type": "Object",
    "displayName": "Metadata",
    "description": "File metadata.",
    "properties": {
        "includeWhenSent": {
            "type": "Boolean",
            "displayName": "Include When Sent",
            "description": (
                "This field indicates whether or not the attachment is sent with the transaction to the customer "
                "(this can also be achieved by invoking the Send email endpoint for the object)."
            ),
            "required": False,
        },
        "contentType": {
            "type": "String",
            "displayName": "File Content Type",
            "description": "This field indicates the file content type.",
            "required": False,
            "validation": {
                "information": [
                    {
                        "field": "metadata.contentType",
                        "details": "If not specified, content type of file part of parent multipart is used.",
                    }
                ]
            },
        },
    },
    "required": False,
}


def _size(request: VendorRequest, rule: Tunable[int], field: str, wording: str) -> JsonObject:
    maximum = rules.in_megabytes(request.value(rule))
    return {
        "type": "Number",
        "displayName": "File Size",
        "description": "Size of the file.",
        "required": False,
        "validation": {"warnings": [{"field": field, "details": f"{wording} {maximum}."}]},
    }


def _extensions(request: VendorRequest, rule: Tunable[str]) -> JsonObject:
    return {
        "type": "String",
        "displayName": "File extension",
        "description": "Must be an accepted Mime Type as derived from the file extension.",
        "options": [
            {"value": f".{extension}", "type": "String", "displayName": extension.upper(), "required": False}
            for extension in request.value(rule).split()
        ],
        "required": False,
    }
