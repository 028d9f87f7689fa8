"""A sandbox's own identifiers: the same seed gives the same ids in the same order."""

from hashlib import blake2b

# The digit that tells a UUID's variant is 8, 9, a or b.
_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))


class Ids:
    """Draws them, one after the other."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self.drawn = 0
        """How many have been drawn; whoever sets it goes on from there."""

    def uuid(self) -> str:
        """A version 4 UUID in its canonical lower-case form."""
        digits = self._digits(32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"

    def token(self) -> str:
        """An opaque credential: 64 hexadecimal digits."""
        return self._digits(64)

    def _digits(self, count: int) -> str:
        # Not for secrets: an emulator's ids must be the same in every run.
        self.drawn += 1
        return blake2b(b"%d %b" % (self.drawn, self._seed), digest_size=count // 2).hexdigest()
