"""Push options: what an integration takes as an attachment, as an object that describes it, made from the rules."""

from emulator.core.request import Call
from emulator.core.rules import Tunable
from emulator.core.schemas import Tree
from emulator.vendors.codat import rules
from emulator.vendors.codat.integrations import Integration


def options_for(call: Call, integration: Integration) -> Tree | None:
    """None where there are no attachments. QuickBooks Online has a form of its own; the others share Xero's."""
    if integration.unsupported:
        return None
    return _multi_part(call, integration) if integration.typed_files else _file(call, integration)


def _file(call: Call, integration: Integration) -> Tree:
    article = "an" if integration.name[0] in "AEIOUX" else "a"
    return {
        "type": "File",
        "displayName": "File Attachment",
        "description": f"Attach a file to {article} {integration.name} entity.",
        "properties": _limits(call, integration, "file", "fileSize", "File size may not exceed"),
        "required": True,
    }


def _multi_part(call: Call, integration: Integration) -> Tree:
    file = {
        "type": "File",
        "displayName": "File",
        "description": "File attachment.",
        "properties": _limits(call, integration, "fileSize", "file.fileSize", "The file size must not exceed"),
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


def _limits(call: Call, integration: Integration, member: str, field: str, words: str) -> Tree:
    """What is known of size and extensions; the two forms differ in names and words."""
    limits: Tree = {}
    if integration.max_bytes:
        limits[member] = _size(call, integration.max_bytes, field, words)
    if integration.extensions:
        limits["fileExtension"] = _extensions(call, integration.extensions)
    return limits


_METADATA: Tree = {
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


def _size(call: Call, rule: Tunable[int], field: str, words: str) -> Tree:
    most = rules.in_megabytes(call.value(rule))
    return {
        "type": "Number",
        "displayName": "File Size",
        "description": "Size of the file.",
        "required": False,
        "validation": {"warnings": [{"field": field, "details": f"{words} {most}."}]},
    }


def _extensions(call: Call, rule: Tunable[str]) -> Tree:
    return {
        "type": "String",
        "displayName": "File extension",
        "description": "Must be an accepted Mime Type as derived from the file extension.",
        "options": [
            {"value": f".{extension}", "type": "String", "displayName": extension.upper(), "required": False}
            for extension in call.value(rule).split()
        ],
        "required": False,
    }
