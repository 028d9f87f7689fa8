"""Text of a client in a terminal or a report, which it must not control."""


def printable(text: str) -> str:
    """Return a text with every character that is not printable as an escape."""
    return text if text.isprintable() else "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
