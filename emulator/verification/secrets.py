"""Credentials in texts, such as bodies and messages, which are never printed or saved."""

import re

_SECRET = re.compile(
    # A signed token; what follows a scheme of the header Authorization; what is too long for an id or a digest.
    r"eyJ[\w-]+\.[\w-]+(\.[\w-]*)?|(?i:bearer|basic) (?!error)[\w+/=.~-]{8,}|[\w-]{65,}=*"
    # A parameter of a signed URL or of a login, and members of an answer to a token request.
    r"|(?i:(?<=signature=)|(?<=token=)|(?<=credential=)|(?<=sig=)|(?<=client_secret=)|(?<=password=)|(?<=assertion=)"
    r"|(?<=[?&]code=)|(?<=code_verifier=))[^&\s\"']+"
    r'|(?<="access_token":")[^"]+|(?<="refresh_token":")[^"]+|(?<="id_token":")[^"]+'
    r'|(?<="access_token": ")[^"]+|(?<="refresh_token": ")[^"]+|(?<="id_token": ")[^"]+'
)


def without_secrets(text: str) -> str:
    """Return a text without what looks like a credential."""
    return _SECRET.sub("…", text)
