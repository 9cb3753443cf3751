"""Downloads, the npm client and the cache, against a server and a client made here."""

import hashlib
import http.server
import io
import socket
import sys
import tarfile
from pathlib import Path

import pytest
from web import serving

from fastdense.datasets import fetch

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT at /file, half of it at /torn, and 404 elsewhere."""

    def do_GET(self):
        if self.path not in ("/file", "/torn"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT if self.path == "/file" else CONTENT[: len(CONTENT) // 2])

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with serving(Handler) as address:
        yield address


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


# -- folders ---------------------------------------------------------------------------------------


def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("FASTDENSE_HOME", str(tmp_path))
    assert fetch.cache_folder() == tmp_path / "datasets"
    monkeypatch.setenv("FASTDENSE_HOME", "~/data")
    assert fetch.cache_folder() == Path.home() / "data" / "datasets"


@pytest.mark.parametrize("unset", [True, False])
def test_cache_folder_of_the_platform(monkeypatch, unset):
    import pooch

    if unset:
        monkeypatch.delenv("FASTDENSE_HOME", raising=False)
    else:
        monkeypatch.setenv("FASTDENSE_HOME", "")
    assert fetch.cache_folder() == pooch.os_cache("fastdense") / "datasets"


def test_keras_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert fetch.keras_folder() == Path.home() / ".keras" / "datasets"
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert fetch.keras_folder() == tmp_path / "datasets"


# -- download --------------------------------------------------------------------------------------


def test_download(server, tmp_path):
    target = tmp_path / "new" / "file.bin"
    fetch.download(server + "/file", SHA256, target)
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


def test_download_replaces_a_damaged_file(server, tmp_path):
    target = tmp_path / "file.bin"
    target.write_bytes(CONTENT[:-1])
    fetch.download(server + "/file", SHA256, target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(("page", "sha256", "error", "message"), [
    ("/file", "0" * 64, ValueError, "hash"),
    ("/torn", SHA256, OSError, "IncompleteRead"),
    ("/missing", SHA256, OSError, "404"),
])
def test_failed_download_leaves_nothing(server, tmp_path, page, sha256, error, message):
    with pytest.raises(error, match=message):
        fetch.download(server + page, sha256, tmp_path / "file.bin")
    assert list(tmp_path.iterdir()) == []


def test_download_from_a_silent_server_gives_up(monkeypatch, tmp_path):
    monkeypatch.setattr(fetch, "READ_TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(OSError, match="timed out"):
            fetch.download(f"http://127.0.0.1:{port}/file", SHA256, tmp_path / "file.bin")


def test_download_from_nowhere(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(OSError, match="refused"):
        fetch.download(f"http://127.0.0.1:{port}/file", SHA256, tmp_path / "file.bin")


# -- npm -------------------------------------------------------------------------------------------


@pytest.fixture
def fake_npm(monkeypatch, tmp_path):
    """Return a function that puts a client named npm, which runs some Python, on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def install(code):
        program = folder / "npm"
        program.write_text(f"#!{sys.executable}\nimport os, pathlib, sys, time\n{code}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return install


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "some-data-1.0.0.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in (("a", b"first"), ("data/b", b"second")):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def test_npm_files(fake_npm, archive, tmp_path):
    log = tmp_path / "log"
    fake_npm(f"""
pathlib.Path({str(log)!r}).write_text("\\n".join([os.getcwd(), *sys.argv[1:]]))
pathlib.Path("some-data-1.0.0.tgz").write_bytes(pathlib.Path({str(archive)!r}).read_bytes())""")
    assert fetch.npm_files("some-data@1.0.0", ["data/b", "a"]) == {"data/b": b"second",
                                                                  "a": b"first"}
    folder, *arguments = log.read_text().splitlines()
    assert arguments[:2] == ["pack", "some-data@1.0.0"]
    assert "--ignore-scripts" in arguments
    assert Path(folder) != Path.cwd()
    assert not Path(folder).exists()  # the temporary folder is gone


@pytest.mark.parametrize(("code", "message"), [
    ("sys.exit('E404 Not Found')", "exit code 1: E404 Not Found"),
    ("pass", "left no archive of some-data@1.0.0"),
    ("time.sleep(60)", "longer than 0.3 s"),
])
def test_npm_failure(fake_npm, monkeypatch, code, message):
    monkeypatch.setattr(fetch, "NPM_TIMEOUT", 0.3 if "sleep" in code else 60)
    fake_npm(code)
    with pytest.raises(OSError, match=message):
        fetch.npm_files("some-data@1.0.0", ["a"])


def test_npm_archive_without_the_file(fake_npm, archive):
    fake_npm(f"pathlib.Path('x.tgz').write_bytes(pathlib.Path({str(archive)!r}).read_bytes())")
    with pytest.raises(KeyError, match="package/c"):
        fetch.npm_files("some-data@1.0.0", ["c"])


def test_npm_torn_archive(fake_npm, archive):
    half = archive.read_bytes()[: archive.stat().st_size // 2]
    fake_npm(f"pathlib.Path('x.tgz').write_bytes({half!r})")
    with pytest.raises((EOFError, tarfile.TarError)):
        fetch.npm_files("some-data@1.0.0", ["a", "data/b"])


def test_no_npm(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="npm client is not installed"):
        fetch.npm_files("some-data@1.0.0", ["a"])


# -- replacing -------------------------------------------------------------------------------------


def test_replacing(tmp_path):
    target = tmp_path / "a" / "b.bin"
    for content in (b"first", b"second"):
        with fetch.replacing(target) as file:
            file.write(content)
        assert target.read_bytes() == content
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_replacing_keeps_the_old_file_on_failure(tmp_path, error):
    target = tmp_path / "b.bin"
    target.write_bytes(b"old")
    with pytest.raises(error), fetch.replacing(target) as file:
        file.write(b"half of the n")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
