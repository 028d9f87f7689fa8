"""What a misspelt name probably meant."""

from collections.abc import Iterable

# How alike a misspelt name and a known one must be, from 0 to 1, for the known one to be suggested.
ALIKE = 0.66
# Of more known names than this, none is listed.
MAX_LISTED = 30


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like this one; None where none is alike."""
    # Loaded only for an error: every test run of every user imports this module's users.
    from difflib import get_close_matches

    matches = get_close_matches(name, list(known), 1, ALIKE)
    return matches[0] if matches else None


def unknown_setting(name: str, known: Iterable[str]) -> str:
    """Return the message for a setting that does not exist."""
    near = nearest(name, known)
    hint = f"; did you mean {near!r}?" if near else "; `attachment-emulator serve --help-settings` lists them"
    return f"there is no setting {name!r}{hint}"
