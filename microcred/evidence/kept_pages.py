"""What was drawn lately, kept in memory up to a number of bytes; the longest unused goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

ROUND_IT = 1024
"""What keeping anything costs besides its own bytes: what is empty counts too."""


class KeptPages:
    """Bytes under keys, all together at most so many; threads may share it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes, self._bytes = most_bytes, 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """What is kept under a key, and from now on the last to go."""
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, content: bytes) -> None:
        """Keep something, and let go of what was not asked for the longest."""
        with self._turn:
            self._forget(key)
            self._kept[key] = content
            self._bytes += len(content) + ROUND_IT
            while self._bytes > self._most_bytes:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Hashable) -> None:
        if (content := self._kept.pop(key, None)) is not None:
            self._bytes -= len(content) + ROUND_IT
