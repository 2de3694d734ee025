"""A folder on this machine as a bucket."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from footnote.bucket import PART_SIZE, Bucket, Draft, ObjectInfo
from footnote.errors import (
    AlreadyThere,
    Conflict,
    InvalidRequest,
    Misconfigured,
    Unavailable,
    Unreadable,
)

ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
CLOCK_TICK = 0.02
"""Seconds within which two changes of a file may get the same timestamps from the kernel."""
MAX_TICKS = 50
"""Clock ticks to wait for a file that is being written."""


def is_ignored(key: str) -> bool:
    """Whether the key names a hidden file or an editor's temporary file, or one in such a folder."""
    return any(
        part.startswith((".", "~$")) or part.endswith(("~", ".swp")) or not part
        for part in key.split("/")
    )


class Folder(Bucket):
    """A bucket in a folder. It follows links to files inside the folder, and no other links.

    Groups come only from the rules, since a file has no metadata.
    """

    store = "file"
    lists_groups = True

    def __init__(self, path: str | Path) -> None:
        self.root = Path(path).expanduser().resolve()
        self.name = self.root.as_posix()
        self._check()

    def _check(self) -> None:
        try:
            os.scandir(self.root).close()
        except FileNotFoundError:
            raise Misconfigured(f"The bucket folder {self.root} does not exist; create it.") from None
        except NotADirectoryError:
            raise Misconfigured(f"The bucket {self.root} is a file; use the folder it is in.") from None
        except OSError as error:
            raise Misconfigured(_unreadable(self.root, error)) from None

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        folders = self._walk()
        while (infos := await asyncio.to_thread(next, folders, None)) is not None:
            for info in infos:
                if info.key.startswith(prefix):
                    yield info

    def _walk(self) -> Iterator[Sequence[ObjectInfo]]:
        no_links = os.path.realpath(self.root) == self.name
        for folder, subfolders, names in os.walk(self.root, onerror=_raise_unless_removed):
            subfolders[:] = [name for name in subfolders if not is_ignored(name)]
            base = folder.removeprefix(self.name).strip("/")
            keys = (f"{base}/{name}" if base else name for name in names)
            found = (self._stat(key, no_links=no_links) for key in keys)
            yield [info for info in found if info]

    async def head(self, key: str) -> ObjectInfo | None:
        for _ in range(MAX_TICKS):
            info = self._stat(key)
            if info is None:
                self._check_presence()
                return None
            if not (wait := _seconds_to_settle(info)):
                return info
            await asyncio.sleep(wait)
        raise Conflict(f"{key} is still being written.")

    def _check_presence(self) -> None:
        if not self.root.is_dir():
            raise Unavailable(f"The bucket folder {self.root} no longer exists.")

    async def read(self, info: ObjectInfo) -> AsyncGenerator[bytes, None]:
        try:
            with (self.root / info.key).open("rb") as file:
                while part := await asyncio.to_thread(file.read, PART_SIZE):
                    yield part
        except FileNotFoundError:
            pass
        except PermissionError as error:
            raise Unreadable(_unreadable(info.key, error)) from None
        except OSError as error:
            raise Unavailable(f"{info.key} cannot be read: {_reason(error)}.") from None
        if self._stat(info.key) != info:
            raise Conflict(f"{info.key} changed while it was read.")

    async def _write(self, draft: Draft, content: Path) -> None:
        if draft.groups:
            raise InvalidRequest(
                "The bucket is a folder, which cannot store groups; upload without them."
            )
        path = self.root / draft.key
        if is_ignored(draft.key) or path.parent.resolve() != path.parent:
            raise InvalidRequest(
                f"{draft.key!r} is not a valid file name in the bucket; choose another name."
            )
        try:
            await asyncio.to_thread(_place, content, path, draft.overwrite)
        except FileExistsError:
            raise AlreadyThere(f"{draft.key} already exists.") from None
        except OSError as error:
            raise Unavailable(f"{draft.key} cannot be written: {error.strerror or error}.") from None

    def _stat(self, key: str, *, no_links: bool = False) -> ObjectInfo | None:
        """The file as it is now, or None. `no_links`: whether no folder on its path is a link."""
        path = self.root / key
        try:
            key.encode()  # a name that is not UTF-8 has no uri
            is_plain = no_links and not path.is_symlink()
            if is_ignored(key) or not (is_plain or self._contains(path, key)):
                return None
            found = path.stat()
        except (ValueError, RuntimeError):  # a null byte, a name that is not UTF-8; a loop of links
            return None
        except OSError as error:
            if error.errno in ABSENT:
                return None
            raise Misconfigured(_unreadable(path, error)) from None
        return self.apply_group_rules(_info(key, found)) if stat.S_ISREG(found.st_mode) else None

    def _contains(self, path: Path, key: str) -> bool:
        """Whether the file is in the folder, also after links are followed."""
        real = os.path.realpath(path, strict=True)
        if real == f"{self.root}/{key}":  # the usual case, which needs no further call
            return True
        return path.parent.resolve() == path.parent and Path(real).is_relative_to(self.root)


def _place(content: Path, path: Path, overwrite: bool) -> None:
    """Copy to a hidden name first, so that nobody sees half a file. Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = path.with_name(f".{secrets.token_hex(8)}")
    try:
        shutil.copyfile(content, arriving)
        if overwrite:
            arriving.replace(path)
        else:
            _claim(arriving, path)
    finally:
        arriving.unlink(missing_ok=True)


def _claim(arriving: Path, path: Path) -> None:
    """Rename the file unless the name is taken: atomically, if the file system has hard links."""
    try:
        path.hardlink_to(arriving)
    except FileExistsError:
        raise
    except OSError:
        path.touch(exist_ok=False)
        arriving.replace(path)


def _info(key: str, found: os.stat_result) -> ObjectInfo:
    # The tag includes the ctime, since the mtime can be set back.
    tag = f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_ctime_ns:x}-{found.st_size:x}"
    return ObjectInfo(key, tag, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _seconds_to_settle(info: ObjectInfo) -> float:
    """Seconds until a further change is certain to get another timestamp."""
    changed = int(info.etag.split("-")[2], 16) / 1e9
    age = time.time() - changed
    return CLOCK_TICK - age if 0 <= age < CLOCK_TICK else 0


def _raise_unless_removed(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise Misconfigured(_unreadable(error.filename, error))


def _unreadable(path: object, error: OSError) -> str:
    return f"{path} cannot be read: {_reason(error)}; check its permissions."


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
