"""Archives are untrusted: what leads out of one, is too large or damaged is refused."""

import gzip
import stat
import struct
import tarfile
import zipfile

import pytest

from lstm_viz.data.archives import Limits, decode, members, read_members
from lstm_viz.errors import DataFileError
from tests.data.conftest import tar, zipped

BOTH = pytest.mark.parametrize(("suffix", "pack"), [(".tar.gz", tar), (".zip", zipped)])


def packed(folder, suffix, content):
    path = folder / f"archive{suffix}"
    path.write_bytes(content)
    return path


def everything(path, limits=None):
    return dict(members(path, lambda _: True, limits or Limits()))


@BOTH
def test_wanted_files_are_read_and_the_rest_left_alone(tmp_path, suffix, pack):
    path = packed(tmp_path, suffix, pack([("a/b.txt", b"one"), ("other", b""), ("c", b"two")]))
    assert read_members(path, ["c", "a/b.txt"]) == [b"two", b"one"]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@BOTH
@pytest.mark.parametrize(
    "name", ["../up", "a/../../up", "/root", "..\\up", "C:\\up", "\\\\host\\up"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, suffix, pack, name):
    path = packed(tmp_path, suffix, pack([("good", b"1"), (name, b"2")]))
    with pytest.raises(DataFileError, match=r"leads out of it.*nothing was written"):
        read_members(path, ["good"])


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_are_not_read(tmp_path, kind):
    link = tarfile.TarInfo("secret")
    link.type, link.linkname = kind, "/etc/passwd"
    path = packed(tmp_path, ".tar.gz", tar([(link, b""), ("good", b"1")]))
    with pytest.raises(DataFileError, match="secret is a link"):
        everything(path)
    assert read_members(path, ["good"]) == [b"1"]


def test_a_link_in_a_zip_is_not_read(tmp_path):
    link = zipfile.ZipInfo("secret")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = packed(tmp_path, ".zip", zipped([(link, b"/etc/passwd")]))
    with pytest.raises(DataFileError, match="secret is a link"):
        everything(path)


@BOTH
@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(member=10**6), "at most 1,000,000 bytes, but bomb has more"),
        (Limits(total=10**6), "at most 1,000,000 bytes, but all of it has more"),
        (Limits(members=1), "at most 1 files"),
    ],
)
def test_bombs_are_not_unfolded(tmp_path, suffix, pack, limits, message):
    path = packed(tmp_path, suffix, pack([("bomb", bytes(10**7)), ("b", b"")]))
    assert path.stat().st_size < 20_000
    with pytest.raises(DataFileError, match=message):
        everything(path, limits)


def test_what_is_not_wanted_cannot_be_a_bomb_either(tmp_path):
    path = packed(tmp_path, ".tar.gz", tar([("bomb", bytes(10**7)), ("good", b"1")]))
    with pytest.raises(DataFileError, match="all of it has more"):
        dict(members(path, lambda name: name == "good", Limits(total=10**6)))


def test_a_head_that_promises_too_much_is_not_believed(tmp_path):
    entry = tarfile.TarInfo("promise")
    entry.size = 2**40
    path = packed(tmp_path, ".tar.gz", gzip.compress(entry.tobuf() + bytes(1024)))
    with pytest.raises(DataFileError, match="promise has more"):
        everything(path)


def test_a_long_name_that_is_a_bomb_is_not_read(tmp_path):
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = tarfile.GNUTYPE_LONGNAME, 10**7
    path = packed(tmp_path, ".tar.gz", gzip.compress(entry.tobuf() + bytes(10**7 + 512)))
    with pytest.raises(DataFileError, match="all of it has more"):
        everything(path, Limits(total=10**6))


def test_an_entry_that_lies_about_its_size_is_refused(tmp_path):
    content = bytearray(zipped([("lie", bytes(1000))]))
    place = content.index(b"PK\x01\x02") + 24  # its size, in the directory
    content[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(DataFileError, match="an archive that is whole"):
        everything(packed(tmp_path, ".zip", bytes(content)))


def test_a_secret_is_refused(tmp_path):
    content = bytearray(zipped([("secret", b"1")]))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # "encrypted"
    content[6] |= 1
    with pytest.raises(DataFileError, match="an archive that is whole"):
        everything(packed(tmp_path, ".zip", bytes(content)))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@BOTH
def test_a_file_that_is_there_twice_is_refused(tmp_path, suffix, pack):
    with pytest.raises(DataFileError, match="same is there twice"):
        everything(packed(tmp_path, suffix, pack([("same", b"1"), ("same", b"2")])))


@BOTH
def test_a_missing_file_is_named(tmp_path, suffix, pack):
    with pytest.raises(DataFileError, match="expected absent in it, but it is missing"):
        read_members(packed(tmp_path, suffix, pack([("there", b"1")])), ["there", "absent"])


@BOTH
def test_damage_is_said_wherever_it_is(tmp_path, suffix, pack):
    whole = pack([("a", bytes(range(256)) * 50), ("b", b"two")])
    for content in (b"", b"<html>", whole[: len(whole) // 2], whole[:40] + bytes(40) + whole[80:]):
        with pytest.raises(DataFileError, match="an archive that is whole"):
            everything(packed(tmp_path, suffix, content))


def test_another_encoding_is_said():
    assert decode("f", "é".encode()) == "é"
    with pytest.raises(DataFileError, match="f: expected text in utf-8, but it is not"):
        decode("f", b"\xe9")
