"""A sandbox's own identifiers: the same seed gives the same ids in the same order."""

import random
from uuid import UUID


class Ids:
    def __init__(self, seed: str) -> None:
        # Not for secrets: an emulator's ids must be the same in every run.
        self._random = random.Random(seed)  # noqa: S311

    def uuid(self) -> str:
        """A version 4 UUID in its canonical lower-case form."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def token(self) -> str:
        """An opaque credential: 64 hexadecimal digits."""
        return f"{self._random.getrandbits(256):064x}"
