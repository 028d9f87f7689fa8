"""Render a request as a program: a curl command, Python with httpx, or JavaScript with fetch."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from emulator.core.vendor import Vendor

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Content:
    """What a request sends, as an expression in each language."""

    command: str
    """A shell command that prints it."""
    python: str
    """Python bytes."""
    javascript: str = '""'
    """A JavaScript string."""
    text: str | None = None
    """The content itself, where it is short and printable."""

    @classmethod
    def of_text(cls, text: str) -> "Content":
        """Return the content for printable ASCII text."""
        return cls(f"printf {shell_quote(text)}", f"b{quote(text)}", quote(text), text)


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file in a form."""

    field: str
    name: str
    content: Content
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class ProgramRequest:
    """A request with a body, with a form that has files, or with neither."""

    method: str
    url: str
    headers: Pairs = ()
    body: Content | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """The fields of the form that are not files."""
    files: Sequence[FormFile] = ()


def sample_request(vendor: Vendor, mount_url: str) -> ProgramRequest:
    """Return the vendor's sample request, which uploads `hello.txt`, to the vendor mounted at this URL."""
    sample, name = vendor.sample, "hello.txt"
    content = Content.of_text(f"Hello, {vendor.title}")
    url = mount_url + sample.path.replace("{file_name}", name)
    headers = tuple(sample.headers.items())
    if sample.form_field is None:
        return ProgramRequest(sample.method, url, headers, content)
    files = [FormFile(sample.form_field, name, content, "text/plain")]
    return ProgramRequest(sample.method, url, headers, None, sample.form_fields, files)


def shell_quote(text: str) -> str:
    """Return text in single quotes, which a POSIX shell takes as it is."""
    return "'" + text.replace("'", "'\\''") + "'"


def quote(text: str) -> str:
    """Return text as a string literal of both Python and JavaScript."""
    return json.dumps(text, ensure_ascii=False)


def as_curl(request: ProgramRequest) -> str:
    """Return a curl command. With several files it needs a shell with process substitution, such as bash."""
    in_command = bool(request.body and request.body.text)
    contents = [] if in_command else [request.body] if request.body else [file.content for file in request.files]

    def source(content: Content) -> str:
        return f"@<({content.command})" if len(contents) > 1 else "@-"

    def part(file: FormFile) -> str:
        name = file.name.replace("\\", "\\\\").replace('"', '\\"')
        media_type = f";type={file.media_type}" if file.media_type else ""
        return shell_quote(f';filename="{name}"{media_type}')

    # In a URL, curl takes brackets and braces for patterns.
    globbing = " --globoff" if any(char in request.url for char in "[]{}") else ""
    lines = [
        f"{f'{contents[0].command} | ' if len(contents) == 1 else ''}curl{globbing} -X {request.method}",
        *(f"-H {shell_quote(f'{name}: {value}')}" for name, value in request.headers),
        *(f"-F {shell_quote(f'{name}={value}')}" for name, value in request.fields.items()),
        *(f"-F {file.field}={source(file.content)}{part(file)}" for file in request.files),
        *([f"--data-binary {shell_quote(request.body.text) if request.body.text else '@-'}"] if request.body else []),
        shell_quote(request.url),
    ]
    return " \\\n  ".join(lines)


def as_python(request: ProgramRequest) -> str:
    """Return a Python program that uses httpx."""
    call = "\n".join(python_call("httpx", quote(request.url), request))
    return f"import httpx\n\nresponse = {call}\nprint(response.status_code, response.text)\n"


def python_call(client: str, url: str, request: ProgramRequest) -> list[str]:
    """Return the lines of a call of `client.request`; `url` is a Python expression."""
    files = [
        f"({quote(file.field)}, ({quote(file.name)}, {file.content.python}"
        f"{f', {quote(file.media_type)}' if file.media_type else ''}))"
        for file in request.files
    ]
    arguments = [
        f"{quote(request.method)},",
        f"{url},",
        *_dictionary("headers", request.headers),
        *(_dictionary("data", tuple(request.fields.items())) if files else []),
        *([f"files=[{', '.join(files)}],"] if files else []),
        *([f"content={request.body.python},"] if request.body else []),
    ]
    return [f"{client}.request(", *indent(arguments), ")"]


def _dictionary(name: str, pairs: Pairs) -> list[str]:
    if not pairs:
        return []
    return [f"{name}={{", *indent(f"{quote(key)}: {quote(value)}," for key, value in pairs), "},"]


def indent(lines: Iterable[str]) -> list[str]:
    """Return lines of Python one level deeper."""
    return [f"    {line}" if line else line for line in lines]


def as_javascript(request: ProgramRequest) -> str:
    """Return a JavaScript module."""
    form = [
        *(f"form.append({quote(name)}, {quote(value)});" for name, value in request.fields.items()),
        *(
            f"form.append({quote(file.field)}, new Blob([{file.content.javascript}], "
            f"{{ type: {quote(file.media_type)} }}), {quote(file.name)});"
            for file in request.files
        ),
    ]
    headers = json.dumps(dict(request.headers), indent=2, ensure_ascii=False).replace("\n", "\n  ")
    lines = [
        *(["const form = new FormData();", *form] if form else []),
        f"const response = await fetch({quote(request.url)}, {{",
        f"  method: {quote(request.method)},",
        f"  headers: {headers},",
        *([f"  body: {request.body.javascript if request.body else 'form'},"] if request.body or form else []),
        "});",
        "console.log(response.status, await response.text());",
    ]
    return "\n".join([*lines, ""])
