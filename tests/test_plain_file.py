"""What is opened is looked at first: nothing is waited for, and nothing is read without end."""

import os
import zipfile

import pytest

from lstm_viz import plain_file
from lstm_viz.errors import TraceFileError


def read(path, most=10):
    def refusal(expected, came):
        return TraceFileError("it", expected, came)

    return plain_file.content(path, most, "a file", refusal)


def test_a_plain_file_is_read_also_through_a_link(tmp_path):
    (tmp_path / "file").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to("file")
    assert read(tmp_path / "file") == read(tmp_path / "link") == b"0123456789"
    (tmp_path / "empty").touch()
    assert read(tmp_path / "empty", 0) == b""


def made(tmp_path, kind):
    path = tmp_path / kind
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a link to itself":
        path.symlink_to(path)
    elif kind == "a name too long":
        path = tmp_path / ("x" * 5_000)
    elif kind == "a name with NUL":
        path = tmp_path / "a\0b"
    elif kind == "a file of a terabyte":
        with path.open("wb") as file:
            file.truncate(2**40)
    return path


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("a pipe", "expected a file, but it is a pipe"),
        ("a folder", "expected a file, but it is a folder"),
        ("a device", "expected a file, but it is a device"),
        ("a link to itself", "it cannot be read (Too many levels of symbolic links)"),
        ("a name too long", "it cannot be read (File name too long)"),
        ("a name with NUL", "it cannot be read (embedded null byte)"),
        ("nothing", "there is no such file"),
        ("a file of a terabyte", "expected at most 10 bytes, but it has 1,099,511,627,776"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path, kind, said):
    with pytest.raises(TraceFileError) as caught:
        read(made(tmp_path, kind))
    assert said in str(caught.value)


def test_what_has_more_than_it_says_is_refused():
    with pytest.raises(TraceFileError, match="more than the 0 bytes"):
        read(plain_file.Path("/proc/self/status"))


@pytest.mark.parametrize("said", [3, 1])
def test_entries_of_an_archive_are_counted_before_they_are_read(tmp_path, said):
    path = tmp_path / "some.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(3):
            file.writestr(f"{number}{'n' * 200}", b"")
    content = bytearray(path.read_bytes())
    content[-12] = said  # what the end of the archive says
    path.write_bytes(content)
    assert 3 <= plain_file.zip_entries(path) <= 6
