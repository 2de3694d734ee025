"""Mutation testing of the campaign: each bug is planted in a copy of the code, and must be found."""

from __future__ import annotations

import argparse
import json
import math
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
DOCUMENTS = "footnote/store/sqlite/documents.py"
ELASTICSEARCH = "footnote/store/elasticsearch"


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
        "a manifest is written unconditionally",
        DOCUMENTS,
        "    if manifest.revision != (",
        "    if False and manifest.revision != (",
    ),
    Mutant(
        "visible chunks are removed while the new version is staged",
        DOCUMENTS,
        "    place = {",
        '    others = "DELETE FROM chunks WHERE document = ? AND version <> ?"\n'
        "    connection.execute(others, (manifest.id, manifest.version))\n"
        "    place = {",
    ),
    Mutant(
        "a writer that lost a race does not start over",
        RECONCILER,
        "            outcome = await self._retry(lambda: self._converge_once(key, why))\n",
        "            try:\n"
        "                outcome = await self._converge_once(key, why)\n"
        "            except Conflict:\n"
        "                found = manifests.unknown(self.bucket.uri_of(key), key)\n"
        '                return Outcome(key, "unchanged", found)\n',
    ),
    Mutant(
        "a writer that lost a race does not discard its chunks",
        INDEXER,
        "            await self._store.discard(manifest)\n"
        "            conflict.staged = manifest.version\n"
        "            raise\n",
        "            raise\n",
    ),
    Mutant(
        "a writer that lost a race does not sweep the version it staged",
        INDEXER,
        "            conflict.staged = manifest.version\n",
        "",
    ),
    Mutant(
        "a deletion overwrites a later commit",
        RECONCILER,
        "manifests.deleted(before)",
        "manifests.deleted(await self.store.manifest(before.id) or before)",
    ),
    Mutant(
        "a version does not depend on the content",
        MANIFESTS,
        '    return f"{sequence:08d}.{content}"\n',
        '    return f"{sequence:08d}.{content and NO_CONTENT}"\n',
    ),
    Mutant(
        "the object is not checked again after a commit",
        RECONCILER,
        " and await self._observe(key) != observed:",
        " and False:",
    ),
    Mutant(
        "the state of an object is cached",
        RECONCILER,
        "            return await self.bucket.head(key)\n",
        '            self._seen = getattr(self, "_seen", {})\n'
        "            if key not in self._seen:\n"
        "                self._seen[key] = await self.bucket.head(key)\n"
        "            return self._seen[key]\n",
    ),
    Mutant(
        "leftovers of killed writers are never swept",
        RECONCILER,
        "await self._indexer.commit(manifests.again(manifest), await self.store.generations())",
        "pass",
    ),
    Mutant(
        "a failed document is never retried",
        RECONCILER,
        '        if before.state == "indexed" and described and',
        '        if before.state == "failed" or before.state == "indexed" and described and',
    ),
    Mutant(
        "chunks are not refreshed before a commit",
        f"{ELASTICSEARCH}/__init__.py",
        "            await self._refresh([*manifest.chunk_counts])",
        "            pass",
        "elasticsearch",
    ),
    Mutant(
        "filter fields of chunks are not updated",
        f"{ELASTICSEARCH}/__init__.py",
        "            await self._chunks.update_filter_fields(manifest, index)\n",
        "            pass\n",
        "elasticsearch",
    ),
    Mutant(
        "a late write restores deleted chunks",
        f"{ELASTICSEARCH}/documents/chunks.py",
        "{**write_target(index), **external_version(DELETED)}",
        "write_target(index)",
        "elasticsearch",
    ),
    Mutant(
        "a late write overwrites newer filter fields",
        f"{ELASTICSEARCH}/documents/chunks.py",
        '    return {"version": sequence, "version_type": "external_gte"}\n',
        "    return {}\n",
        "elasticsearch",
    ),
    Mutant(
        "a version does not depend on the groups",
        MANIFESTS,
        " {','.join(manifest.groups)}",
        "",
        "elasticsearch",
    ),
    Mutant(
        "a version does not depend on the sequence",
        MANIFESTS,
        '    return f"{sequence:08d}.{content}"\n',
        '    return f"{1:08d}.{content}"\n',
        "elasticsearch",
    ),
    Mutant(
        "a search does not check the committed versions",
        f"{ELASTICSEARCH}/search/__init__.py",
        "            and all(committed.may_show(chunk) for chunk, _ in best)\n",
        "            and all(chunk in committed.chunks for chunk, _ in best)\n"
        "            and all(committed.version(chunk.document) for chunk, _ in best)\n",
        "elasticsearch",
    ),
    Mutant(
        "a search accepts commits that came after it began",
        f"{ELASTICSEARCH}/search/__init__.py",
        "            and not committed.any_after(began, {chunk.document for chunk, _ in best})\n",
        "",
        "elasticsearch",
    ),
    Mutant(
        "a search trusts stale filter fields",
        f"{ELASTICSEARCH}/search/__init__.py",
        "            and committed.stale() <= self._stale\n",
        "",
        "elasticsearch",
    ),
    Mutant(
        "a refused writer discards chunks that may still be committed",
        f"{ELASTICSEARCH}/__init__.py",
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
            print(f"{mutant.name}: {measures[-1].value:g} histories", flush=True)
    missed = sum(math.isinf(measure.value) for measure in measures)
    publish("mutants", [*measures, Measure("mutants not found", missed, target=0)])
    raise SystemExit(missed > 0)


def histories(mutant: Mutant, asked: argparse.Namespace) -> float:
    """The number of histories until the mutant was found; infinite if it was not."""
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
        result = json.loads(found.read_text())
        mismatches = result["mismatches"][mutant.store]
        print(*mismatches, sep="\n")
        return result["counts"][mutant.store]["histories"] if mismatches else float("inf")


if __name__ == "__main__":
    main()
