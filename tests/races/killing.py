"""Writers that go on while the server under them is killed, and remember what they were told."""

import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, NamedTuple

from tests.races.conftest import session
from tests.server import Server

WRITERS = 8
KEPT, BUSY = 303, 503


class Write(NamedTuple):
    """One form that somebody sends, under the key with which it may be sent again; `name` is what it leaves behind."""

    name: tuple[str, str]
    token: str
    path: str
    fields: dict[str, Any]
    key: str


@dataclass
class Told:
    """What became of the writes: kept, not answered (or told to come again), refused."""

    kept: list[Write] = field(default_factory=list)
    unanswered: list[Write] = field(default_factory=list)
    refused: list[tuple[int, Write]] = field(default_factory=list)
    interrupted: int = 0

    def send(self, server: Server, write: Write) -> None:
        """Send a form and remember the answer."""
        try:
            status = session(server, write.token).post(write.path, write.key, **write.fields).status
        except (OSError, HTTPException):
            status = BUSY
        if status == KEPT:
            self.kept.append(write)
        elif status == BUSY:
            self.unanswered.append(write)
            self.interrupted += 1
        else:
            self.refused.append((status, write))

    def send_again(self, server: Server) -> None:
        """Send what was not answered once more, as a person would, under the same key."""
        waiting, self.unanswered = self.unanswered, []
        for write in waiting:
            self.send(server, write)


class Writers:
    """Threads that send one form after the other until they are stopped."""

    def __init__(self, server: Server, writes: Iterator[Write], told: Told) -> None:
        self.server, self.writes, self.told = server, writes, told
        self.taking, self.stopped = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self._write) for _writer in range(WRITERS)]

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _write(self) -> None:
        while not self.stopped.is_set():
            with self.taking:
                write = next(self.writes)
            self.told.send(self.server, write)


def kill_worker(server: Server) -> None:
    """Kill one worker; the master starts another."""
    os.kill(secrets.choice(workers(server)), signal.SIGKILL)


def kill_all(server: Server) -> None:
    """Kill the master, so that it starts no other, and its workers."""
    orphans = workers(server)
    for process_id in (server.process_id, *orphans):
        os.kill(process_id, signal.SIGKILL)


def workers(server: Server) -> list[int]:
    """The process ids of the server's workers; waits for the first."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        listed = subprocess.run(["pgrep", "-P", str(server.process_id)], capture_output=True, text=True, check=False)
        if found := list(map(int, listed.stdout.split())):
            return found
        time.sleep(0.05)
    raise AssertionError("the server has no worker")
