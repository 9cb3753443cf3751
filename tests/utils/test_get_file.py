"""Downloads for users, against a server made here."""

import hashlib
import http.server
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from web import serving

from fastdense.utils import get_file

TEXT = b"a,b\n1,2\n"
SHA256, MD5 = hashlib.sha256(TEXT).hexdigest(), hashlib.md5(TEXT).hexdigest()


def tar(*names):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(TEXT)
            archive.addfile(member, io.BytesIO(TEXT))
    return data.getvalue()


def zipped(*names):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return data.getvalue()


FILES = {"/data.csv": TEXT, "/data.tar.gz": tar("in/data.csv"), "/data.zip": zipped("in/data.csv"),
         "/evil.tar.gz": tar("../evil.csv")}


class Handler(http.server.BaseHTTPRequestHandler):
    asked = []  # noqa: RUF012 (one server in this file)

    def do_GET(self):
        self.asked.append(self.path)
        if self.path not in FILES:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(FILES[self.path])))
        self.end_headers()
        self.wfile.write(FILES[self.path])

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with serving(Handler) as address:
        yield address


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    Handler.asked.clear()
    return tmp_path


def test_once(server, home, capsys):
    path = get_file(origin=f"{server}/data.csv")
    assert path == str(home / "datasets" / "data.csv") and Path(path).read_bytes() == TEXT
    assert get_file("data.csv", f"{server}/gone.csv") == path
    assert Handler.asked == ["/data.csv"]
    assert get_file(origin=f"{server}/data.csv", force_download=True) == path
    assert Handler.asked == ["/data.csv"] * 2
    assert capsys.readouterr().out == ""


def test_where(server, home):
    url = f"{server}/data.csv"
    assert get_file("x.csv", url) == str(home / "datasets" / "x.csv")
    assert get_file("x.csv", url, cache_subdir="a/b") == str(home / "a" / "b" / "x.csv")
    assert get_file("x.csv", url, cache_dir=home / "c") == str(home / "c" / "datasets" / "x.csv")
    assert get_file("x.csv", url, cache_subdir=str(home / "d")) == str(home / "d" / "x.csv")


@pytest.mark.parametrize("keywords", [
    {"file_hash": SHA256}, {"file_hash": MD5}, {"md5_hash": MD5},
    {"file_hash": SHA256, "hash_algorithm": "sha256"},
])
def test_hashes(server, home, keywords):
    stale = home / "datasets" / "data.csv"
    stale.parent.mkdir()
    stale.write_bytes(b"stale")
    assert Path(get_file(origin=f"{server}/data.csv", **keywords)).read_bytes() == TEXT
    get_file(origin=f"{server}/data.csv", **keywords)
    assert Handler.asked == ["/data.csv"]


@pytest.mark.parametrize("wrong", [SHA256[::-1], MD5[::-1]])
def test_wrong_hash(server, home, wrong):
    with pytest.raises(ValueError, match="hash"):
        get_file(origin=f"{server}/data.csv", file_hash=wrong)
    assert not (home / "datasets" / "data.csv").exists()


@pytest.mark.parametrize(("name", "keywords", "folder"), [
    ("data.tar.gz", {"extract": True}, "data.tar.gz"), ("data.tar.gz", {"untar": True},
                                                        "data.tar.gz"),
    ("data.zip", {"extract": True}, "data.zip"),
    ("data.zip", {"extract": True, "archive_format": "zip", "fname": "x"}, "x"),
    ("data.zip", {"extract": True, "fname": "x.zip"}, "x_extracted"),
])
def test_archives(server, home, name, keywords, folder):
    path = get_file(origin=f"{server}/{name}", **keywords)
    assert path == str(home / "datasets" / folder)  # as Keras names it
    assert (Path(path) / "in" / "data.csv").read_bytes() == TEXT
    assert get_file(origin=f"{server}/{name}", **keywords) == path
    assert len(Handler.asked) == 1


def test_old_pythons_unpack_no_tar(server, monkeypatch):
    monkeypatch.delattr(tarfile, "data_filter")
    with pytest.raises(RuntimeError, match=r"needs Python 3\.10\.12"):
        get_file(origin=f"{server}/data.tar.gz", extract=True)


def test_archives_stay_in_their_folder(server, home):
    with pytest.raises(tarfile.OutsideDestinationError):
        get_file(origin=f"{server}/evil.tar.gz", extract=True)
    assert not list(home.rglob("evil.csv"))


@pytest.mark.parametrize(("name", "keywords"), [
    ("data.csv", {}), ("data.zip", {"archive_format": "tar"}), ("data.zip", {"untar": True}),
    ("data.zip", {"archive_format": None}),
])
def test_no_archive(server, name, keywords):
    with pytest.raises(ValueError, match="could not extract archive"):
        get_file(origin=f"{server}/{name}", extract=True, **keywords)


@pytest.mark.parametrize(("keywords", "match"), [
    ({}, 'specify the "origin" argument'),
    ({"origin": "http://x.org/"}, "Can't parse the file name from the origin provided"),
    ({"origin": "http://x.org/a", "fname": ".."}, "Can't parse the file name"),
    ({"origin": "http://x.org/a", "fname": "../a"}, "Paths are no longer accepted"),
    ({"origin": "http://x.org/a", "file_hash": "12"}, "64 or an MD5 of 32 hexadecimal digits"),
    ({"origin": "http://x.org/a", "file_hash": SHA256, "hash_algorithm": "crc"}, "crc"),
    ({"origin": "http://x.org/a", "archive_format": "rar"}, "expected archive_format .*'rar'"),
])
def test_wrong_arguments(keywords, match):
    with pytest.raises(ValueError, match=match):
        get_file(**keywords)
    assert Handler.asked == []


def test_no_such_file(server):
    with pytest.raises(OSError, match="404"):
        get_file(origin=f"{server}/gone.csv")


def test_unknown_protocol(tmp_path):
    with pytest.raises(ValueError, match="gopher"):
        get_file(origin="gopher://nowhere/data.csv", cache_dir=tmp_path)
