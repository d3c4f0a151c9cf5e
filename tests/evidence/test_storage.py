"""The folder of evidence: durable, private, and swept of what nobody knows."""

import io
import os
import stat
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from microcred.errors import Refused
from microcred.evidence.cleaning import CleanFile, clean
from microcred.evidence.storage import INFECTED, UNCHECKED, Storage, UnknownFile, scan


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "evidence")


@pytest.fixture
def essay() -> Iterator[CleanFile]:
    with clean(io.BytesIO(b"an essay"), "essay.txt", largest_bytes=100) as file:
        yield file


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_can_be_read_again(storage: Storage, essay: CleanFile) -> None:
    with storage.open(storage.keep(essay)) as stored:
        assert stored.read() == b"an essay"


def test_the_stored_name_is_random_and_says_nothing(storage: Storage, essay: CleanFile, tmp_path: Path) -> None:
    names = {storage.keep(essay), storage.keep(essay)}
    expected = {f"{name[:2]}/{name[2:4]}/{name}" for name in names}
    assert {str(path.relative_to(tmp_path / "evidence")) for path in files_below(tmp_path)} == expected
    assert [len(bytes.fromhex(name)) for name in names] == [16, 16]


def test_files_and_folders_are_private_whatever_the_umask(storage: Storage, essay: CleanFile, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        storage.keep(essay)
    finally:
        os.umask(before)
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (tmp_path / "evidence").rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700


def test_the_file_is_on_disk_before_its_name_and_the_name_before_keep_returns(
    storage: Storage, essay: CleanFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.keep(essay)
    steps: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noted_sync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def noted_rename(path: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    storage.keep(essay)
    start = steps.index("file")
    assert steps[start:] == ["file", "rename", "folder"]


def test_a_copy_that_fails_leaves_nothing_behind(storage: Storage, essay: CleanFile, tmp_path: Path) -> None:
    essay.path.unlink()
    with pytest.raises(FileNotFoundError):
        storage.keep(essay)
    essay.path.touch()
    assert files_below(tmp_path) == []


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error(storage: Storage, essay: CleanFile) -> None:
    name = storage.keep(essay)
    storage.remove(name)
    storage.remove(name)
    with pytest.raises(UnknownFile):
        storage.open(name)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "/etc/passwd", "a" * 31, "A" * 32, "a" * 33, "a" * 32 + "\n", "\0" * 32]
)
def test_a_name_that_is_not_ours_is_unknown(storage: Storage, name: str) -> None:
    for use in (storage.open, storage.remove, storage.path):
        with pytest.raises(UnknownFile):
            use(name)


def test_the_sweep_removes_old_orphans_only(storage: Storage, essay: CleanFile, tmp_path: Path) -> None:
    known, orphan, fresh = storage.keep(essay), storage.keep(essay), storage.keep(essay)
    unfinished = tmp_path / "evidence" / "incoming" / ("f" * 32)
    unfinished.touch()
    two_days_ago = time.time() - timedelta(days=2).total_seconds()
    for path in (storage.path(known), storage.path(orphan), unfinished):
        os.utime(path, (two_days_ago, two_days_ago))
    assert storage.sweep({known}) == sorted([orphan, "f" * 32])
    assert sorted(path.name for path in files_below(tmp_path)) == sorted([known, fresh])


def test_a_sweep_of_a_folder_that_is_not_there_finds_nothing(storage: Storage) -> None:
    assert storage.sweep(set()) == []


def scanner(code: str) -> list[str]:
    return [sys.executable, "-S", "-E", "-c", code]


def test_a_scanner_that_is_content_lets_the_file_pass(essay: CleanFile) -> None:
    code = "import sys; sys.exit(0 if open(sys.argv[1]).read() == 'an essay' else 1)"
    scan(essay.path, scanner(code))
    essay.path.write_bytes(b"another text")
    with pytest.raises(Refused):
        scan(essay.path, scanner(code))


@pytest.mark.parametrize("nothing", ["", "  ", []])
def test_without_a_scanner_even_a_file_that_is_gone_passes(nothing: str | list[str], tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    scan(gone, nothing)
    with pytest.raises(Refused):
        scan(gone, ["/bin/false"])


def test_the_command_of_the_setting_is_split_but_never_given_to_a_shell(essay: CleanFile, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        scan(essay.path, f"/bin/false ; touch {tmp_path}/planted")
    assert refusal.value.sentence is INFECTED
    assert files_below(tmp_path) == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (scanner("raise SystemExit(1)"), INFECTED),
        (scanner("raise SystemExit(2)"), UNCHECKED),
        (scanner("import os; os.kill(os.getpid(), 9)"), UNCHECKED),
        (scanner("import time; time.sleep(60)"), UNCHECKED),
        (["/no/such/scanner"], UNCHECKED),
    ],
)
def test_a_scanner_that_objects_or_fails_refuses_the_file(
    essay: CleanFile, command: list[str], sentence: object
) -> None:
    with pytest.raises(Refused) as refusal:
        scan(essay.path, command, seconds=0.5)
    assert (refusal.value.sentence, refusal.value.field) == (sentence, "file")
