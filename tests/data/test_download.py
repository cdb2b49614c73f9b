"""A file comes whole and right, or not at all; what has come is not asked for again."""

import socket

import pytest

from lstm_viz.data import web
from lstm_viz.data.download import Origin, download
from lstm_viz.errors import DownloadError
from tests.data.conftest import on_loopback, sha256

CONTENT = bytes(range(256)) * 1000  # four pieces


def get(address, folder, content=CONTENT, report=print, most=300_000):
    """Fetch to ``folder/file``, of which the sum of ``content`` is expected."""
    origin = Origin(address, most, None if content is None else sha256(content))
    download(origin, folder / "file", report, on_loopback)
    return (folder / "file").read_bytes()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_file_comes_and_nothing_is_left_beside_it(server, tmp_path):
    served, address = server.put("file", CONTENT)
    seen = []
    assert get(address, tmp_path, report=lambda *now: seen.append(now)) == CONTENT
    assert names(tmp_path) == ["file"]
    assert seen[0] == (0, 256_000)
    assert seen[-1] == (256_000, 256_000)
    assert "Range" not in served.asked[0]


def test_after_a_break_only_the_rest_is_asked_for(server, tmp_path):
    served, address = server.put("file", CONTENT, breaks_after=100_000)
    with pytest.raises(DownloadError, match=r"256,000 bytes.*broke off after 100,000.*to resume"):
        get(address, tmp_path)
    assert names(tmp_path) == ["file.part", "file.part.json"]
    served.breaks_after = None
    seen = []
    assert get(address, tmp_path, report=lambda *now: seen.append(now)) == CONTENT
    assert served.asked[1]["Range"] == "bytes=100000-"
    assert served.asked[1]["If-Range"] == '"first"'
    assert seen[0] == (100_000, 256_000)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("disk full")])
def test_a_stopped_program_goes_on_too(server, tmp_path, error):
    served, address = server.put("file", CONTENT)

    def stop(done, _):
        if done > 100_000:
            raise error

    with pytest.raises(type(error) if isinstance(error, OSError) else error):
        get(address, tmp_path, report=stop)
    have = (tmp_path / "file.part").stat().st_size
    assert not (tmp_path / "file").exists()
    assert get(address, tmp_path) == CONTENT
    assert served.asked[1]["Range"] == f"bytes={have}-"
    assert have > 100_000


def broken(server, folder, **how):
    """Serve a file whose download broke off half-way."""
    served, address = server.put("file", CONTENT, breaks_after=100_000, **how)
    with pytest.raises(DownloadError):
        get(address, folder, content=None)
    served.breaks_after = None
    return served, address


def test_a_server_without_ranges_sends_all_of_it_again(server, tmp_path):
    _, address = broken(server, tmp_path, ranges=False)
    assert get(address, tmp_path) == CONTENT


def test_a_file_that_changed_in_between_comes_anew(server, tmp_path):
    served, address = broken(server, tmp_path)
    served.content, served.etag = CONTENT[::-1], '"second"'
    assert get(address, tmp_path, CONTENT[::-1]) == CONTENT[::-1]


def test_its_date_tells_versions_apart_where_there_is_no_strong_etag(server, tmp_path):
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    served, address = broken(server, tmp_path, etag='W/"weak"', modified=date)
    assert get(address, tmp_path) == CONTENT
    assert served.asked[1]["If-Range"] == date


def test_without_any_version_nothing_is_joined(server, tmp_path):
    served, address = broken(server, tmp_path, etag="")
    assert get(address, tmp_path) == CONTENT
    assert "Range" not in served.asked[1]


def test_a_beginning_from_another_address_is_not_used(server, tmp_path):
    broken(server, tmp_path)
    other, address = server.put("other", CONTENT[::-1])
    assert get(address, tmp_path, CONTENT[::-1]) == CONTENT[::-1]
    assert "Range" not in other.asked[0]


@pytest.mark.parametrize("note", ["", "[]", "null", "{}", '{"address": 3}', "\ud800"])
def test_a_damaged_note_only_costs_time(server, tmp_path, note):
    _, address = broken(server, tmp_path)
    (tmp_path / "file.part.json").write_text(note, "utf-8", "surrogatepass")
    assert get(address, tmp_path) == CONTENT


def test_a_beginning_that_is_longer_than_the_file_comes_anew(server, tmp_path):
    _, address = broken(server, tmp_path)
    (tmp_path / "file.part").write_bytes(CONTENT * 2)
    assert get(address, tmp_path) == CONTENT


def test_the_wrong_rest_is_refused(server, tmp_path):
    served, address = broken(server, tmp_path)
    served.wrong_range = True
    with pytest.raises(
        DownloadError, match=r"from byte 100,000, but the server sent 'bytes 100001"
    ):
        get(address, tmp_path)
    served.wrong_range = False
    assert get(address, tmp_path) == CONTENT


def test_a_wrong_sum_leaves_nothing(server, tmp_path):
    _, address = server.put("file", CONTENT[:-1] + b"x")
    with pytest.raises(DownloadError, match=r"expected SHA-256 .*The download was removed"):
        get(address, tmp_path)
    assert names(tmp_path) == []


def test_a_file_of_unknown_length_comes_whole(server, tmp_path):
    _, address = server.put("file", CONTENT, announced=False)
    seen = []
    assert get(address, tmp_path, report=lambda *now: seen.append(now)) == CONTENT
    assert seen[-1] == (256_000, None)


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_that_is_too_long_is_not_taken(server, tmp_path, announced):
    _, address = server.put("file", CONTENT, announced=announced)
    with pytest.raises(DownloadError, match="at most 200,000 bytes"):
        get(address, tmp_path, most=200_000)
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(("status", "what"), [(404, "Not Found"), (503, "Service Unavailable")])
def test_what_the_server_answered_is_said(server, tmp_path, status, what):
    _, address = server.put("file", CONTENT, status=status)
    with pytest.raises(
        DownloadError, match=f"expected the file, but the server answered {status} {what}"
    ):
        get(address, tmp_path)
    assert names(tmp_path) == []


def test_without_a_connection_the_reason_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]  # nobody listens there from now on
    with pytest.raises(DownloadError, match=r"it failed \(.*refused.*\)\. Check the network"):
        get(f"http://127.0.0.1:{port}/file", tmp_path)


def test_a_silent_server_is_not_waited_for_without_end(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(web, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/file"
        with pytest.raises(DownloadError, match=r"it failed \(timed out\)"):
            get(address, tmp_path)
    assert names(tmp_path) == []


def test_redirects_are_followed_only_where_they_may_lead(server, tmp_path):
    _, there = server.put("there", CONTENT)
    served, address = server.put("file", b"", moved_to=there)
    assert get(address, tmp_path) == CONTENT
    served.moved_to = "http://example.invalid/file"
    (tmp_path / "file").unlink()
    with pytest.raises(DownloadError, match=r"under https, but it redirects to http://example"):
        get(address, tmp_path)
    served.moved_to = "file:///etc/hostname"
    with pytest.raises(DownloadError):
        get(address, tmp_path)


@pytest.mark.parametrize("address", ["http://a.invalid/f", "ftp://a/f", "file:///etc/passwd", "f"])
def test_only_https_is_asked(address, tmp_path):
    with pytest.raises(DownloadError, match="expected an address under https"):
        download(Origin(address, 10), tmp_path / "f", print)
    assert names(tmp_path) == []
    assert web.is_https("https://a.invalid/f")
