"""The standard media types of business documents, by file extension.

Python's `mimetypes` reads the machine's configuration, and answers must not differ between machines.
"""

DEFAULT = "application/octet-stream"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
TYPES = {
    "7z": "application/x-7z-compressed",
    "ai": "application/postscript",
    "bmp": "image/bmp",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "eml": "message/rfc822",
    "eps": "application/postscript",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "key": "application/vnd.apple.keynote",
    "keynote": "application/vnd.apple.keynote",
    "msg": "application/vnd.ms-outlook",
    "numbers": "application/vnd.apple.numbers",
    "odf": f"{_OPEN}.formula",
    "ods": f"{_OPEN}.spreadsheet",
    "odt": f"{_OPEN}.text",
    "pages": "application/vnd.apple.pages",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "rar": "application/vnd.rar",
    "rtf": "application/rtf",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xml": "application/xml",
    "zip": "application/zip",
    "zipx": "application/zip",
}


def extension_of(file_name: str) -> str:
    """Return the extension of a file name in lower case, or an empty string."""
    _, dot, extension = file_name.rpartition(".")
    return extension.lower() if dot else ""


def type_of(file_name: str) -> str:
    """Return the media type for a file name."""
    return TYPES.get(extension_of(file_name), DEFAULT)
