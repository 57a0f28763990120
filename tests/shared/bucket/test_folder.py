"""What only a folder has to stand: people who edit it, processes that race in it, and killed writers."""

import os
import shutil
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pytest

from shared.bucket import MUST_NOT_EXIST, open_bucket
from shared.bucket.folder import HALF_WRITTEN, LOCK, FolderBucket
from shared.errors import BucketError, GenerationConflict, SettingsError
from tests.shared.killing import REPOSITORY, killer
from tests.shared.scenarios import NEW, OLD

PAGE = "spring/site/index.html"


def test_a_bucket_is_opened_by_its_folder_and_made_when_first_written(tmp_path: Path) -> None:
    bucket = open_bucket(str(tmp_path / "data"))
    assert list(bucket.list()) == []
    assert not (tmp_path / "data").exists()
    bucket.write(PAGE, b"page")
    assert (tmp_path / "data" / PAGE).read_bytes() == b"page"
    assert bucket.url == str(tmp_path / "data")


def test_another_scheme_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="s3://bucket"):
        open_bucket("s3://bucket")


def test_an_edit_by_hand_is_a_new_generation(folder: FolderBucket) -> None:
    generation = folder.write(PAGE, b"page")
    (folder.root / PAGE).write_bytes(b"edit")
    with pytest.raises(GenerationConflict):
        folder.write(PAGE, b"ours", if_generation=generation)
    assert folder.read(PAGE)[0] == b"edit"


def test_a_copy_put_back_is_a_new_generation(folder: FolderBucket, tmp_path: Path) -> None:
    generation = folder.write(PAGE, b"page")
    shutil.copy2(folder.root / PAGE, tmp_path / "backup")
    (tmp_path / "backup").replace(folder.root / PAGE)
    assert folder.read(PAGE)[1] != generation


def test_what_writes_nothing_changes_no_generation(folder: FolderBucket, tmp_path: Path) -> None:
    generation = folder.write(PAGE, b"page")
    folder.read(PAGE)
    (folder.root / PAGE).chmod(0o640)
    (tmp_path / "backup").hardlink_to(folder.root / PAGE)
    assert folder.read(PAGE)[1] == generation


def test_a_reader_gets_the_version_it_opened(folder: FolderBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copyfileobj
    old = folder.write(PAGE, b"old" * 100_000)

    def while_another_writes(source: BinaryIO, target: BinaryIO, length: int) -> None:
        monkeypatch.undo()
        target.write(source.read(3))
        folder.write(PAGE, b"new" * 100_000)
        copy(source, target, length)

    monkeypatch.setattr("shared.bucket.folder.shutil.copyfileobj", while_another_writes)
    assert folder.read(PAGE) == (b"old" * 100_000, old)
    assert folder.read(PAGE)[0] == b"new" * 100_000


def test_a_file_that_keeps_changing_is_not_read_half(
    folder: FolderBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(PAGE, b"page")
    copy = shutil.copyfileobj

    def while_someone_types(source: BinaryIO, target: BinaryIO, length: int) -> None:
        copy(source, target, length)
        with (folder.root / PAGE).open("ab") as editor:
            editor.write(b"!")

    monkeypatch.setattr("shared.bucket.folder.shutil.copyfileobj", while_someone_types)
    with pytest.raises(BucketError, match="keeps changing"):
        folder.read(PAGE)


def test_deleting_the_last_object_removes_the_emptied_folders_but_not_the_root(folder: FolderBucket) -> None:
    folder.write("spring/inbox/2026-03-01/a", b"x")
    folder.write("spring/inbox/2026-03-02/a", b"x")
    folder.delete("spring/inbox/2026-03-01/a")
    assert sorted(path.name for path in (folder.root / "spring/inbox").iterdir()) == ["2026-03-02"]
    folder.delete("spring/inbox/2026-03-02/a")
    assert [path.name for path in folder.root.iterdir()] == [LOCK]


def test_a_folder_with_a_file_of_the_owner_is_left_alone(folder: FolderBucket) -> None:
    folder.write("spring/site/a.html", b"x")
    (folder.root / "spring/site/.DS_Store").touch()
    folder.delete("spring/site/a.html")
    assert (folder.root / "spring/site/.DS_Store").exists()


def test_deleting_races_with_creating_beside_it(folder: FolderBucket) -> None:
    def write_and_delete(name: str) -> None:
        for _ in range(50):
            folder.write(name, b"x")
            folder.delete(name)

    writers = [threading.Thread(target=write_and_delete, args=(f"spring/inbox/day/{n}",)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [path.name for path in folder.root.iterdir()] == [LOCK]


def test_a_file_the_owner_puts_into_an_emptied_folder_is_kept(
    folder: FolderBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(PAGE, b"page")
    listed = os.listdir

    def just_before(path: Path) -> list[str]:
        found = listed(path)
        (path / "notes.txt").touch()
        return found

    monkeypatch.setattr("shared.bucket.folder.os.listdir", just_before)
    folder.delete(PAGE)
    assert (folder.root / "spring/site/notes.txt").exists()


def test_an_object_cannot_be_where_a_folder_is(folder: FolderBucket) -> None:
    folder.write(PAGE, b"page")
    for name in ("spring/site", PAGE + "/deeper"):
        with pytest.raises(BucketError):
            folder.write(name, b"x")
    assert [stat.name for stat in folder.list()] == [PAGE]
    assert not list(folder.root.rglob(HALF_WRITTEN))


def test_a_link_out_of_the_folder_is_not_walked(folder: FolderBucket, tmp_path: Path) -> None:
    folder.write(PAGE, b"page")
    (folder.root / "spring" / "loop").symlink_to(folder.root)
    (folder.root / "spring" / "dangling").symlink_to(tmp_path / "nowhere")
    assert [stat.name for stat in folder.list()] == [PAGE]


def test_a_file_whose_name_is_no_object_is_not_listed(folder: FolderBucket) -> None:
    folder.write(PAGE, b"page")
    (folder.root / "spring" / "two\nlines").touch()
    (folder.root / os.fsdecode(b"latin-\xe9")).touch()
    assert [stat.name for stat in folder.list()] == [PAGE]


def test_a_folder_that_takes_no_writes_says_so(folder: FolderBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:  # a mode would not do: root may write anywhere
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shared.bucket.folder.Path.mkdir", refuse)
    with pytest.raises(BucketError, match="Permission denied") as refused:
        folder.write(PAGE, b"page")
    assert "permissions" in refused.value.hint


def test_a_failing_disk_leaves_the_old_object(folder: FolderBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(PAGE, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shared.bucket.folder.os.fsync", full)
    with pytest.raises(BucketError, match="No space left"):
        folder.write(PAGE, b"new")
    assert folder.read(PAGE)[0] == b"old"
    assert not list(folder.root.rglob(HALF_WRITTEN))


def test_processes_that_race_lose_no_increment(folder: FolderBucket) -> None:
    command = [sys.executable, "-m", "tests.shared.scenarios", "count_up", str(folder.root), "40"]
    racers = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(3)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]
    assert folder.read("spring/counter.txt")[0] == b"120"


@pytest.mark.parametrize("existed", [True, False])
def test_a_writer_killed_at_any_line_leaves_the_old_object_or_the_new(tmp_path: Path, existed: bool) -> None:
    with killer("tests.shared.scenarios:overwrite", "bucket/folder.py") as killed:
        for step in count(1):
            bucket = FolderBucket(tmp_path / str(step))
            if existed:
                bucket.write(PAGE, OLD)
            was_killed = killed(step, bucket.root)
            found = {stat.name: bucket.read(stat.name)[0] for stat in bucket.list()}
            assert found in ([{PAGE: OLD}, {PAGE: NEW}] if existed else [{}, {PAGE: NEW}])
            there = bucket.stat(PAGE)
            bucket.write(PAGE, b"later", if_generation=there.generation if there else MUST_NOT_EXIST)
            assert not list(bucket.root.rglob(HALF_WRITTEN))
            if not was_killed:
                break
        assert found == {PAGE: NEW}
        assert step > 20


def test_a_deleter_killed_at_any_line_leaves_all_or_nothing(tmp_path: Path) -> None:
    name = "spring/inbox/2026-03-01/a.ndjson.gz"
    with killer("tests.shared.scenarios:remove", "bucket/folder.py") as killed:
        for step in count(1):
            bucket = FolderBucket(tmp_path / str(step))
            bucket.write(name, OLD)
            (bucket.root / name).with_name(HALF_WRITTEN).write_bytes(b"left by a killed writer")
            was_killed = killed(step, bucket.root)
            assert [bucket.read(stat.name)[0] for stat in bucket.list()] in ([], [OLD])
            bucket.write(name, b"later")
            bucket.delete(name)
            assert [path.name for path in bucket.root.iterdir()] == [LOCK]
            if not was_killed:
                break
        assert step > 10
