"""A next generation beside the live one."""

from collections.abc import Sequence

from footnote.store import Generation, Recipe
from footnote.text.chunking import Chunking
from tests.unit.functions.ingest.world import LONG, World

MODEL = "next-model/4"
CHUNKING = str(Chunking(60, 20, "characters"))


async def create_next(world: World) -> tuple[Generation, Generation]:
    """Create the next generation; return the live one and it."""
    await world.store.create_next(Recipe(MODEL, 4, CHUNKING))
    live, next = await world.store.generations()
    return live, next


def joined(texts: Sequence[str]) -> set[str]:
    """The set of sentences, independent of chunking."""
    return {sentence.strip() for sentence in " ".join(texts).split(".")} - {""}


SENTENCES = joined([LONG])
