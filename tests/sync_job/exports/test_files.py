"""Which collection a file is, in whatever wrapping; and files that are nothing of the kind."""

import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from demo import Newsletter, write_export
from shared.errors import UnreadableFile
from sync_job.exports.files import open_export
from sync_job.exports.rows import read_rows
from tests.sync_job.exports.files import EVENT_COLUMNS, event_row, import_files, write_csv, write_json
from tests.sync_job.newsletters import make_small
from tests.sync_job.world import World

ROWS = [event_row("a@example.com", at=f"2026-08-1{day} 06:00:00+00:00") for day in range(3)]


def rows_of(path: Path) -> list[Any]:
    return [row for part in open_export(path).parts for row in part.rows()]


@pytest.mark.parametrize("layout", ["csv", "json"])
@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("collection", ["events", "subscribers", "emails"])
def test_the_columns_tell_not_the_name(tmp_path: Path, collection: Any, layout: Any, zipped: bool) -> None:
    path = write_export(make_small(), collection, tmp_path / "download", layout, zipped=zipped)
    [part] = open_export(path).parts
    assert (part.collection, part.layout) == (collection, layout)
    assert all(row.values for row in part.rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("lines", ["\n", "\r\n"])
def test_csv_as_other_programs_save_it(tmp_path: Path, encoding: str, delimiter: str, lines: str) -> None:
    path = write_csv(tmp_path / "e", ROWS, encoding=encoding, delimiter=delimiter, lineterminator=lines)
    assert [row.values for row in rows_of(path)] == ROWS


@pytest.mark.parametrize(
    "write",
    [
        json.dumps,
        lambda rows: json.dumps(rows, indent=2),
        lambda rows: json.dumps({"count": 3, "next": None, "results": rows}, indent=1),
        lambda rows: json.dumps({"results": rows, "count": 3}),
        lambda rows: json.dumps({"events": rows}),
        lambda rows: "\n".join(map(json.dumps, rows)),
        lambda rows: "\r\n".join(map(json.dumps, rows)) + "\r\n\r\n",
        lambda rows: "\ufeff" + json.dumps(rows),
    ],
)
def test_json_in_every_wrapping(tmp_path: Path, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_job.exports.rows.CHUNK", 150)  # every row straddles the end of a piece
    path = tmp_path / "e"
    path.write_bytes(write(ROWS).encode())
    assert [row.values for row in rows_of(path)] == ROWS
    assert [row.number for row in rows_of(path)] == [1, 2, 3]


def test_an_archive_of_several_tables_in_any_order(world: World) -> None:
    path = world.folder / "exports.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, collection in enumerate(("events", "subscribers", "emails")):
            table = write_export(world.newsletter, collection, world.folder / "t")  # type: ignore[arg-type]
            archive.write(table, f"{number}.txt")
        archive.writestr("comments.csv", "id,text\n1,hello\n")
        archive.writestr("__MACOSX/._0.txt", b"\0\1\2")
        archive.writestr("folder/", "")
    report = import_files(world, path)
    assert (report.problems, report.counts.events_new, report.counts.subscribers_new) == ([], 7, 2)
    assert "comments.csv in exports.zip has the columns id, text" in world.said.getvalue()


@pytest.mark.parametrize(
    "content",
    ["", "\n \n", "[]", '{"results": []}', ",".join(EVENT_COLUMNS), ",".join(EVENT_COLUMNS) + "\n\n"],
)
def test_an_empty_file_is_fine(world: World, content: str) -> None:
    path = world.folder / "empty.csv"
    path.write_text(content)
    report = import_files(world, path)
    assert (report.outcome, report.exit_code, report.counts.events_new) == ("done", 0, 0)
    if "id" not in content:
        assert "empty.csv is empty" in world.said.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id,name\n1,x\n", "has the columns id, name; expected an export of events"),
        (b"a1,ada@example.com,2026\n", "has no line of column names; expected"),
        (b"<!doctype html><p>Please log in", "no line of column names"),
        (b'[{"a": 1}]', "the columns a;"),
        (b"[1, 2]", "no line of column names"),
        (b'[{"email": "ada@example.com"', "file.csv breaks off: row 1 has no end; expected"),
        (bytes(range(256)) * 20, "not text in UTF-8"),
        ("id,subject,status\n".encode("utf-16"), "not text in UTF-8"),
        (b"id\0,subject\0", "not a text file"),
        (b"PK\x03\x04" + b"\x01" * 50, "breaks off"),
    ],
)
def test_anything_else_is_refused_with_what_was_found(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        open_export(path)
    assert words in str(caught.value)
    assert "file.csv" in str(caught.value)
    assert "ada@" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_nothing_is_written_when_one_of_the_files_is_no_export(world: World) -> None:
    good = write_csv(world.folder / "e.csv", ROWS)
    bad = world.folder / "bad.csv"
    bad.write_text("id,name\n")
    with pytest.raises(UnreadableFile):
        import_files(world, good, bad)
    assert world.generation() == 0


def test_an_archive_without_any_export(tmp_path: Path) -> None:
    for content, words in (
        ({}, "without any file"),
        ({"a.csv": "id,name\n"}, "a.csv in x.zip has the columns id, name"),
    ):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
        with pytest.raises(UnreadableFile, match=words):
            open_export(tmp_path / "x.zip")


def test_an_archive_that_breaks_off(tmp_path: Path) -> None:
    path = write_export(make_small(50), "events", tmp_path / "e.zip", zipped=True)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableFile, match="breaks off: download it again"):
        open_export(path)


def test_a_damaged_archive_is_refused_before_anything_is_written(world: World) -> None:
    """Its bytes would still unpack to rows, and some of them would be wrong."""
    path = write_export(make_small(3000), "events", world.folder / "e.zip", zipped=True)
    data = bytearray(path.read_bytes())
    middle = len(data) * 3 // 4
    for damage in (bytes(20), bytes([data[middle] ^ 1])):
        path.write_bytes(data[:middle] + damage + data[middle + len(damage) :])
        with pytest.raises(UnreadableFile, match=r"e\.zip is an archive that cannot be unpacked: "):
            import_files(world, path)
    assert world.generation() == 0


def test_json_that_breaks_off_keeps_what_came_before(world: World) -> None:
    path = write_json(world.folder / "e.json", ROWS)
    path.write_text(path.read_text()[:-40])
    report = import_files(world, path)
    assert report.counts.events_new == 2
    assert report.problems[0].startswith("e.json is damaged after row 2 (row 3 has no end)")
    assert report.exit_code == 1


def test_archives_made_to_fill_the_disk_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("e.csv", ",".join(EVENT_COLUMNS) + "\n" + " " * (65 << 20))
    with pytest.raises(UnreadableFile, match="would unpack to 1 files of 65 MB: no export does"):
        open_export(bomb)
    many = tmp_path / "many.zip"
    monkeypatch.setattr("sync_job.exports.files.MAX_MEMBERS", 2)
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", "id\n")
    with pytest.raises(UnreadableFile, match="3 files"):
        open_export(many)


def test_encrypted_and_unknown_packing(tmp_path: Path) -> None:
    path = write_export(make_small(), "events", tmp_path / "e.zip", zipped=True)
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    locked, packed = bytearray(data), bytearray(data)
    locked[entry + 8] |= 1
    struct.pack_into("<H", packed, entry + 10, 95)
    (tmp_path / "locked.zip").write_bytes(locked)
    (tmp_path / "packed.zip").write_bytes(packed)
    with pytest.raises(UnreadableFile, match="is encrypted: unpack it first"):
        open_export(tmp_path / "locked.zip")
    with pytest.raises(UnreadableFile, match="cannot be unpacked"):
        open_export(tmp_path / "packed.zip")


def test_rows_with_too_few_or_too_many_cells(world: World) -> None:
    path = write_csv(world.folder / "e.csv", ROWS)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[2] + ",x", "y,z", *lines[3:]]))
    report = import_files(world, path)
    assert report.problems == ["e.csv: 2 rows could not be read (lines 3, 4)"]
    assert report.counts.events_new == 2


def test_line_numbers_are_those_of_an_editor(world: World) -> None:
    rows = [ROWS[0] | {"metadata": "{'note': 'two\nlines'}"}, ROWS[1] | {"timestamp": "?"}, ROWS[2]]
    path = write_csv(world.folder / "e.csv", rows)
    report = import_files(world, path)
    assert report.problems == ["e.csv: 2 rows could not be read (lines 2, 4)"], (
        "a bare line break is no Python literal"
    )


def test_bytes_that_are_no_text_cost_their_row(world: World) -> None:
    path = write_csv(world.folder / "e.csv", [ROWS[0]] + ROWS * 700)
    data = path.read_bytes()
    at = data.rindex(b"a@example.com")
    path.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    report = import_files(world, path)
    assert report.problems == ["e.csv: 1 row could not be read (line 2,102)"]
    assert report.counts.events_new == 2100


def test_a_text_cut_by_the_reading_is_still_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "e.csv", [event_row("ä@example.com" * 9)])
    for head in range(80, 120):
        monkeypatch.setattr("sync_job.exports.files.HEAD", head)
        assert open_export(path).parts[0].collection == "events"


def test_broken_json_lines_cost_themselves_alone(world: World) -> None:
    path = world.folder / "e.json"
    path.write_text(
        "\n".join([json.dumps(ROWS[0]), '{"half": ', "[1]", json.dumps(ROWS[1]), '{"a":"\\ud800"}'])
    )
    report = import_files(world, path)
    assert report.problems == ["e.json: 3 rows could not be read (rows 2, 3, 5)"]
    assert report.counts.events_new == 2


def test_a_row_without_an_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_job.exports.rows.MAX_ROW", 2000)
    lines = write_csv(tmp_path / "e.csv", ROWS).read_text() + '"' + "x" * 5000
    (tmp_path / "e.csv").write_text(lines)
    (tmp_path / "e.json").write_text(json.dumps(ROWS)[:-1] + ', {"a": "' + "x" * 5000)
    for name, layout in (("e.csv", "csv"), ("e.json", "json")):
        with (tmp_path / name).open(newline="") as stream:
            rows = read_rows(stream, layout)  # type: ignore[arg-type]
            assert [next(rows).values for _ in ROWS] == ROWS
            with pytest.raises(UnreadableFile, match="has no end"):
                next(rows)


def test_an_empty_newsletter(world: World) -> None:
    paths = [
        write_export(Newsletter(), each, world.folder / each) for each in ("events", "subscribers", "emails")
    ]
    assert import_files(world, *paths).outcome == "done"


def test_a_broken_table_in_an_archive_is_no_table_to_leave_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("e.csv", ",".join(EVENT_COLUMNS))
        archive.writestr("s.json", '[{"email": "a')
    with pytest.raises(UnreadableFile, match=r"s\.json in x\.zip breaks off"):
        open_export(tmp_path / "x.zip")
