"""The letter case of response header names: title case, with the exceptions that a vendor's `vendor.py` lists."""


class HeaderNames(dict[bytes, bytes]):
    """The letter case of a vendor's header names on the wire, by the name in lower case.

    Names are in title case (`Content-Type`); a vendor lists its exceptions, such as `X-Client-TLS-ver`.
    """

    def __init__(self, *names: str) -> None:
        super().__init__({name.lower().encode(): name.encode() for name in ("ETag", "WWW-Authenticate", *names)})

    def __missing__(self, name: bytes) -> bytes:
        self[name] = name.title()
        return self[name]
