"""Reproducible identifiers: the same seed gives the same ids in the same order."""

from hashlib import blake2b

# The hexadecimal digit that holds a UUID's variant is 8, 9, a or b.
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


class Ids:
    """Generates the ids of one sandbox from its seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self.drawn = 0
        """How many ids were drawn so far. A restored sandbox sets it to continue the sequence."""

    def uuid(self) -> str:
        """Return a version 4 UUID in its canonical lower-case form."""
        digits = self._digits(32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"

    def token(self) -> str:
        """Return an opaque credential of 64 hexadecimal digits."""
        return self._digits(64)

    def _digits(self, count: int) -> str:
        # Predictable on purpose: an emulator's ids are the same in every run.
        self.drawn += 1
        return blake2b(b"%d %b" % (self.drawn, self._seed), digest_size=count // 2).hexdigest()
