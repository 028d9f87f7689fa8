"""What the emulator is held against: the least that could be written for the same job, on the same server."""

NAMES = {
    "bare": "bare ASGI callable",
    "minimal": "minimal Starlette app",
    "form": "Starlette's request.form()",
    "empty": "uvicorn, empty Starlette app",
}
"""What they are called in a table, by module."""
