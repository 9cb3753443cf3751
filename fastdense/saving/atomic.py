"""Files that are replaced as a whole: after a crash there is the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import stat

__all__ = ["replacing"]

SUFFIX = ".tmp"


@contextlib.contextmanager
def replacing(path):
    """Yield a new binary file that takes the place of `path` when the block has ended.

    It is written beside `path`, brought to the disk, and renamed. If the block, the disk or the
    renaming fails, `path` is as it was and the new file is gone.

    Parameters
    ----------
    path : str or path-like
        A link is followed, and stays a link.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """
    path = os.path.realpath(os.fspath(path))
    folder = os.path.dirname(path)
    # In the same folder, since a file cannot be renamed from one file system to another.
    temporary = f"{path}.{os.urandom(8).hex()}{SUFFIX}"
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"Cannot save {path}: the folder {folder} does not exist. Make it "
                                "first, e.g. os.makedirs(folder).")
    try:  # opening, too: it can leave a file behind and fail for want of a buffer
        with open(temporary, "x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(path):
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _sync_folder(folder):
    """Bring the renaming itself to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
