"""Whether histories find mistakes: each is made in a copy of the code, and is to be found."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import Measure, publish

ROOT = Path(__file__).parents[2]
RECONCILER = "functions/ingest/reconciler.py"
INDEXER = "functions/ingest/indexer.py"
MANIFESTS = "functions/ingest/manifests.py"
TABLES = "footnote/store/sqlite/documents.py"
ELASTIC = "footnote/store/elasticsearch"


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    path: str
    old: str
    new: str
    store: str = "sqlite"


MUTANTS = (
    Mutant(
        "the manifest is read after the object",
        RECONCILER,
        """        before = await self.store.manifest(unknown.id) or unknown
        try:
            observed = await self._observe(key)
""",
        """        before = unknown
        try:
            observed = await self._observe(key)
            before = await self.store.manifest(unknown.id) or unknown
""",
    ),
    Mutant(
        "a manifest is written whatever there is",
        TABLES,
        "    if manifest.revision != (",
        "    if False and manifest.revision != (",
    ),
    Mutant(
        "what readers see is removed before what replaces it is seen",
        TABLES,
        "    place = {",
        '    others = "DELETE FROM chunks WHERE document = ? AND version <> ?"\n'
        "    connection.execute(others, (manifest.id, manifest.version))\n"
        "    place = {",
    ),
    Mutant(
        "who loses the race does not look again",
        RECONCILER,
        "            outcome = await self._retry(lambda: self._converge_once(key, backfill))\n",
        "            try:\n"
        "                outcome = await self._converge_once(key, backfill)\n"
        "            except Conflict:\n"
        "                found = manifests.unknown(self.bucket.uri_of(key), key)\n"
        '                return Outcome(key, "unchanged", found)\n',
    ),
    Mutant(
        "who loses the race leaves its chunks",
        INDEXER,
        "            await self._store.discard(manifest)\n"
        "            conflict.staged = manifest.version\n"
        "            raise\n",
        "            raise\n",
    ),
    Mutant(
        "who loses the race forgets what another may have committed instead",
        INDEXER,
        "            conflict.staged = manifest.version\n",
        "",
    ),
    Mutant(
        "a removal does not look at what came after it",
        RECONCILER,
        "manifests.deleted(before)",
        "manifests.deleted(await self.store.manifest(before.id) or before)",
    ),
    Mutant(
        "a version does not say which content it is of",
        MANIFESTS,
        '    return f"{sequence:08d}.{content}"\n',
        '    return f"{sequence:08d}.{content and NO_CONTENT}"\n',
    ),
    Mutant(
        "the bucket is not looked at again after a commit",
        RECONCILER,
        " and await self._observe(key) != observed:",
        " and False:",
    ),
    Mutant(
        "an object is looked at once, and remembered",
        RECONCILER,
        "            return await self.bucket.head(key)\n",
        '            self._seen = getattr(self, "_seen", {})\n'
        "            if key not in self._seen:\n"
        "                self._seen[key] = await self.bucket.head(key)\n"
        "            return self._seen[key]\n",
    ),
    Mutant(
        "what writers that died left is never swept",
        RECONCILER,
        "await self._indexer.commit(manifests.again(manifest), await self.store.generations())",
        "pass",
    ),
    Mutant(
        "a document that failed once is not tried again",
        RECONCILER,
        '        if before.state == "indexed" and described and',
        '        if before.state == "failed" or before.state == "indexed" and described and',
    ),
    Mutant(
        "searches do not see yet what is committed",
        f"{ELASTIC}/__init__.py",
        "            await self._refresh([*manifest.chunk_counts])",
        "            pass",
        "elasticsearch",
    ),
    Mutant(
        "chunks do not learn who may read them now",
        f"{ELASTIC}/__init__.py",
        "            await self._chunks.update_filter_fields(manifest, index)\n",
        "            pass\n",
        "elasticsearch",
    ),
    Mutant(
        "what was removed comes back with a request that is late",
        f"{ELASTIC}/chunks.py",
        "{**write_target(index), **external_version(DELETED)}",
        "write_target(index)",
        "elasticsearch",
    ),
    Mutant(
        "a late request undoes what chunks repeat of a later commit",
        f"{ELASTIC}/chunks.py",
        '    return {"version": sequence, "version_type": "external_gte"}\n',
        "    return {}\n",
        "elasticsearch",
    ),
    Mutant(
        "objects of the same bytes have the same version",
        MANIFESTS,
        "{manifest.etag} ",
        "",
        "elasticsearch",
    ),
    Mutant(
        "objects have the same version whoever may read them",
        MANIFESTS,
        " {','.join(manifest.groups)}",
        "",
        "elasticsearch",
    ),
    Mutant(
        "a version does not say which commit it is of",
        MANIFESTS,
        '    return f"{sequence:08d}.{content}"\n',
        '    return f"{1:08d}.{content}"\n',
        "elasticsearch",
    ),
    Mutant(
        "what is found is not held against what is committed",
        f"{ELASTIC}/search.py",
        "            and all(committed.may_show(chunk) for chunk, _ in best)\n",
        "            and all(chunk in committed.chunks for chunk, _ in best)\n",
        "elasticsearch",
    ),
    Mutant(
        "a search does not ask whether what it found was committed when it began",
        f"{ELASTIC}/search.py",
        "            and not committed.any_after(began, {chunk.document for chunk, _ in best})\n",
        "",
        "elasticsearch",
    ),
    Mutant(
        "what chunks repeat of a manifest is believed while it changes",
        f"{ELASTIC}/search.py",
        "            and committed.stale() <= self._stale\n",
        "",
        "elasticsearch",
    ),
    Mutant(
        "who is refused discards what may be committed yet",
        f"{ELASTIC}/__init__.py",
        "        if stored and stored.supersedes(manifest.version):\n",
        "        if stored is None or stored.version != manifest.version:\n",
        "elasticsearch",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="for each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--elasticsearch", default=os.environ.get("ELASTICSEARCH_URL", ""))
    parser.add_argument("--only", default="", help="part of a name")
    asked = parser.parse_args()
    measures = []
    for mutant in MUTANTS:
        if asked.only in mutant.name and (asked.elasticsearch or mutant.store == "sqlite"):
            measures.append(Measure(mutant.name, histories(mutant, asked), "histories"))
            print(measures[-1].row(), flush=True)
    publish("mutants", measures)


def histories(mutant: Mutant, asked: argparse.Namespace) -> float:
    """How many were played until the mutant was found; infinite when it was not."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("bench", "footnote", "functions", "tests"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("out"))
        path = copy / mutant.path
        text = path.read_text()
        assert text.count(mutant.old) == 1, f"{mutant.path} is not as {mutant.name!r} needs it."
        path.write_text(text.replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "bench.convergence", f"--seed={asked.seed}", "--as-found"]
        command += [f"--seconds={asked.seconds}", f"--parts={mutant.store}"]
        command += [f"--elasticsearch={asked.elasticsearch}"]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
        found = copy / "bench/out/convergence.json"
        assert found.exists(), done.stderr
        said = json.loads(found.read_text())
        wrong = said["mismatches"][mutant.store]
        print(*wrong, sep="\n")
        return said["counts"][mutant.store]["histories"] if wrong else float("inf")


if __name__ == "__main__":
    main()
