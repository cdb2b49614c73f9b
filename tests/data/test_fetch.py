"""The whole way: from an address to the file that training reads, and everything that stops it."""

import dataclasses
import io
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lstm_viz.data import __main__ as command
from lstm_viz.data import tables
from lstm_viz.data.catalogue import DATASETS
from lstm_viz.data.download import Origin
from lstm_viz.data.fetch import fetch
from lstm_viz.data.folder import data_folder
from lstm_viz.data.tables import Expected
from lstm_viz.errors import DataFileError, DownloadError, MissingPackageError
from lstm_viz.training.texts import sources
from tests.conftest import DATA
from tests.data import made_up
from tests.data.conftest import on_loopback, sha256

COLUMNS = {"text": ("good", "bad – ½"), "label": (1, 0), "split": ("train", "test")}


def expecting(dataset, folder, content):
    """Return a data set of one file that expects what its conversion makes of this content."""
    name = dataset.origins[0].name
    folder.mkdir()
    (folder / name).write_bytes(content)
    converted = dataset.convert({name: folder / name})
    expected = {
        table: Expected(len(columns["text"]), tables.digest(columns))
        for table, columns in converted.items()
    }
    return dataclasses.replace(dataset, expected=expected)


@pytest.fixture
def imdb(server, tmp_path):
    """A data set of the form of imdb, its file on the server, and the folder to fetch it to."""
    served, address = server.put("aclImdb_v1.tar.gz", made_up.imdb())
    origin = Origin(address, 10_000, sha256(served.content))
    dataset = dataclasses.replace(DATASETS["imdb"], origins=(origin,))
    return expecting(dataset, tmp_path / "aside", served.content), served, tmp_path / "new/data"


def run(dataset, folder):
    said = []
    fetch(dataset, folder, said.append, io.StringIO(), on_loopback)
    return "\n".join(said)


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_is_made_is_what_training_reads(imdb, monkeypatch):
    dataset, _, folder = imdb
    said = run(dataset, folder)
    assert names(folder) == ["imdb.parquet", "imdb_unsup.parquet"]
    assert not (folder / "downloads").exists()
    assert "imdb.parquet: 8 rows, as expected" in said
    monkeypatch.setenv("LSTM_VIZ_DATA", str(folder))
    rows = sources.labelled("imdb", "train")
    assert rows.texts == ["worst \u0085 ever", "bad<br />film", "fine", "superb"]
    assert rows.targets[:, 1].tolist() == [0, 0, 1, 1]
    types = {field.name: str(field.type) for field in pq.read_schema(folder / "imdb.parquet")}
    assert types == {
        "text": "string", "label": "int8", "split": "string", "rating": "int8", "id": "int32",
        "movie_id": "string", "in_train": "bool",
    }  # fmt: skip


def test_terms_and_citation_are_said_before_anything_is_asked_for(imdb):
    dataset, served, folder = imdb
    said = []

    def say(line):
        said.append((line, len(served.asked)))

    fetch(dataset, folder, say, io.StringIO(), on_loopback)
    (first, asked), *_ = said
    assert "Terms: No licence" in first
    assert "Cite:  Maas" in first
    assert asked == 0


def test_what_is_there_is_checked_and_not_fetched_again(imdb):
    dataset, served, folder = imdb
    run(dataset, folder)
    assert run(dataset, folder).count("is there, with the rows expected") == 2
    assert len(served.asked) == 1
    (folder / "imdb_unsup.parquet").unlink()
    before = (folder / "imdb.parquet").stat().st_mtime_ns
    run(dataset, folder)
    assert names(folder) == ["imdb.parquet", "imdb_unsup.parquet"]
    assert (folder / "imdb.parquet").stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"PAR1 not at all PAR1", None])
def test_another_file_of_that_name_is_left_as_it_is(imdb, content):
    dataset, served, folder = imdb
    folder.mkdir(parents=True)
    path = folder / "imdb.parquet"
    if content is None:
        tables.write_parquet(path, COLUMNS)
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(DataFileError, match=r"imdb\.parquet: expected .*Move it away"):
        run(dataset, folder)
    assert path.read_bytes() == before
    assert served.asked == []


def test_a_download_that_broke_off_goes_on(imdb):
    dataset, served, folder = imdb
    served.breaks_after = 300
    with pytest.raises(DownloadError, match="again to resume"):
        run(dataset, folder)
    assert names(folder) == ["aclImdb_v1.tar.gz.part", "aclImdb_v1.tar.gz.part.json"]
    served.breaks_after = None
    run(dataset, folder)
    assert served.asked[1]["Range"] == "bytes=300-"
    assert names(folder) == ["imdb.parquet", "imdb_unsup.parquet"]


def test_a_stop_while_rows_are_read_keeps_the_archive(imdb):
    dataset, served, folder = imdb

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(dataclasses.replace(dataset, convert=stop), folder)
    assert names(folder) == ["aclImdb_v1.tar.gz"]
    run(dataset, folder)
    assert len(served.asked) == 1


def test_what_somebody_put_beside_the_downloads_stays(imdb):
    dataset, _, folder = imdb
    own = folder / "downloads" / dataset.name
    own.mkdir(parents=True)
    (own / "notes.txt").write_text("mine", "utf-8")
    (own / "aclImdb_v1.tar.gz.part.json").write_text("{}", "utf-8")
    run(dataset, folder)
    assert names(folder) == ["imdb.parquet", "imdb_unsup.parquet", "notes.txt"]


def test_an_archive_that_was_changed_on_disk_is_fetched_again(imdb):
    dataset, served, folder = imdb
    own = folder / "downloads" / "imdb"
    own.mkdir(parents=True)
    (own / "aclImdb_v1.tar.gz").write_bytes(b"something else")
    run(dataset, folder)
    assert len(served.asked) == 1


def test_other_rows_are_not_written_even_in_the_right_archive(imdb):
    dataset, _, folder = imdb
    wrong = {name: Expected(known.rows, "0" * 64) for name, known in dataset.expected.items()}
    with pytest.raises(DataFileError, match=r"rows with the digest 000.*Nothing was written"):
        run(dataclasses.replace(dataset, expected=wrong), folder)
    assert names(folder) == ["aclImdb_v1.tar.gz"]


def test_a_file_without_a_published_sum_is_fetched_anew_when_its_rows_are_wrong(server, tmp_path):
    served, address = server.put("ChnSentiCorp_htl_all.csv", "label,review\n1,坏\n".encode())
    dataset = dataclasses.replace(DATASETS["hotel"], origins=(Origin(address, 1000),))
    right = "label,review\n1,好\n".encode()
    dataset = expecting(dataset, tmp_path / "aside", right)
    folder = tmp_path / "data"
    with pytest.raises(DataFileError, match="at its address has changed"):
        run(dataset, folder)
    assert names(folder) == []
    served.content = right
    run(dataset, folder)
    assert pq.read_table(folder / "chnsenticorp_htl.parquet")["text"].to_pylist() == ["好"]


def test_without_pyarrow_nothing_is_fetched(imdb, monkeypatch):
    dataset, served, folder = imdb
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r'pip install "lstm-viz\[train\]"'):
        run(dataset, folder)
    assert served.asked == []
    assert not folder.exists()


def test_a_file_that_cannot_be_written_never_has_its_name(tmp_path):
    with pytest.raises(ValueError, match="1000"):
        tables.write_parquet(tmp_path / "imdb.parquet", {**COLUMNS, "label": (1000, 0)})
    assert names(tmp_path) == []


def test_the_digest_sees_every_value_its_place_and_its_column():
    known = tables.digest(COLUMNS)
    changes = [
        {**COLUMNS, "label": (0, 1)},
        {**COLUMNS, "text": ("good", "bad – ¾")},
        {name: values[::-1] for name, values in COLUMNS.items()},
        {name: values[:1] for name, values in COLUMNS.items()},
        {"text": COLUMNS["text"], "sentiment": (1, 0), "split": COLUMNS["split"]},
        {**COLUMNS, "text": ('good", 1', "bad")},
    ]
    assert len({known, *map(tables.digest, changes)}) == 1 + len(changes)
    assert tables.digest(changes[0], ["label"]) == tables.digest(COLUMNS, ["label"]) != known
    lines = '["text", "label", "split"]\n["good", 1, "train"]\n["bad – ½", 0, "test"]\n'
    assert known == sha256(lines.encode())


def test_other_columns_of_any_type_are_said_to_be_other_rows():
    expected = Expected(2, "000")
    with pytest.raises(DataFileError, match="expected 2 rows, but it has 1"):
        tables.check("x.parquet", {"body": ["good"]}, expected, "")
    with pytest.raises(DataFileError, match="rows with the digest 000"):
        tables.check("x.parquet", {"body": [b"good", b"bad"]}, expected, "")


def test_text_that_is_not_utf_8_is_said(tmp_path):
    offsets = pa.array([0, 1, 2], pa.int32()).buffers()[1]
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"a\xff")])
    pq.write_table(pa.table({"text": broken}), tmp_path / "x.parquet")
    with pytest.raises(DataFileError, match=r"x\.parquet: expected a Parquet file"):
        tables.read_parquet(tmp_path / "x.parquet")


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "dataset"), [(name, key) for key in DATASETS for name in DATASETS[key].expected]
)
def test_the_rows_expected_are_those_that_models_learned_from(name, dataset):
    table = tables.read_parquet(DATA / f"{name}.parquet")
    tables.check(name, table, DATASETS[dataset].expected[name], "")


def test_every_address_is_under_https_and_every_sum_is_one():
    for dataset in DATASETS.values():
        for origin in dataset.origins:
            assert origin.address.startswith("https://")
            assert origin.sha256 is None or len(bytes.fromhex(origin.sha256)) == 32
        for expected in dataset.expected.values():
            assert len(bytes.fromhex(expected.digest)) == 32


def test_the_folder_is_the_one_that_is_named(monkeypatch):
    monkeypatch.delenv("LSTM_VIZ_DATA", raising=False)
    assert data_folder() == Path("../shared/data")
    monkeypatch.setenv("LSTM_VIZ_DATA", "elsewhere")
    assert data_folder() == Path("elsewhere")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "Run the same command again to resume"),
        (DownloadError("https://a", "this", "that came", "Do so."), 1, "Do so."),
        (PermissionError(13, "Permission denied"), 1, "Permission denied"),
    ],
)
def test_the_command_says_how_to_go_on(monkeypatch, capsys, tmp_path, error, code, message):
    def fail(*_):
        raise error

    monkeypatch.setattr(command, "fetch", fail)
    monkeypatch.setattr(sys, "argv", ["data", "imdb", "--to", str(tmp_path)])
    assert command.main() == code
    assert message in capsys.readouterr().err


def test_the_command_fetches_each_name_to_the_folder(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(command, "fetch", lambda dataset, to, *_: seen.append((dataset.name, to)))
    monkeypatch.setattr(sys, "argv", ["data", "sst", "news", "--to", str(tmp_path)])
    assert command.main() == 0
    assert seen == [("sst", tmp_path), ("news", tmp_path)]
