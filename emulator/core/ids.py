"""A sandbox's own identifiers: the same seed gives the same ids in the same order."""

import random


class Ids:
    def __init__(self, seed: str) -> None:
        # Not for secrets: an emulator's ids must be the same in every run.
        self._random = random.Random(seed)  # noqa: S311

    def uuid(self) -> str:
        """A version 4 UUID in its canonical lower-case form."""
        digits = f"{self._random.getrandbits(128):032x}"
        # The version, and a variant of 8, 9, a or b.
        variant = "89ab"[int(digits[16], 16) % 4]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def token(self) -> str:
        """An opaque credential: 64 hexadecimal digits."""
        return f"{self._random.getrandbits(256):064x}"
