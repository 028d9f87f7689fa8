"""Reading of numbers that clients write."""


def parse_int(text: str, default: int) -> int:
    """Return the whole number that a client wrote, or the default if the text is not one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else default
