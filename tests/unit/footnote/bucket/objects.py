from pathlib import Path

from aiohttp import ClientSession
from yarl import URL

from footnote.bucket import Bucket, ObjectInfo
from footnote.settings import Settings

ODD_KEYS = [
    "a b.md",
    "sub/ü%20+#?&=.md",
    "percent%2Fslash.txt",
    "日本語/文書.txt",
    "a+b.txt",
    "q'\".txt",
]


async def keys(bucket: Bucket, prefix: str = "") -> set[str]:
    return {info.key async for info in bucket.list(prefix)}


async def content(bucket: Bucket, info: ObjectInfo) -> bytes:
    return b"".join([part async for part in bucket.read(info)])


async def present(bucket: Bucket, key: str) -> ObjectInfo:
    info = await bucket.head(key)
    assert info is not None
    return info


def write(root: Path, key: str, text: str = "text") -> Path:
    path = root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


async def put(settings: Settings, *objects: str, body: bytes = b"text") -> None:
    """Writes objects with any key, unlike our client. Those whose key ends with a slash are empty."""
    async with ClientSession() as session:
        for key in objects:
            url = URL(f"{settings.bucket_endpoint}/docs/{key}", encoded=True)
            async with session.put(url, data=b"" if key.endswith("/") else body) as answer:
                assert answer.status == 200
