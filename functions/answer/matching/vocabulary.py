"""Words that a reading of sentences treats in a way of their own. English."""

from __future__ import annotations

_EMPTY = """
a about after again all also although am an and another any are as at be because been before being both
but by can could did do does doing done during each either else for from further had has have having he
hence her here hers herself him himself his how however i if in indeed instead into is it its itself
just may me might more most much must my myself of off on once only or other our ours ourselves out over
own per rather same shall she should since so some such than that the their theirs them themselves then
there therefore these they this those through thus to too until up upon us very was we were what when
where whether which while who whom whose why will with would you your yours yourself yourselves
according context document documents information mentioned passage passages provided stated states text
okay ok sure yes
"""
_POINTING = "both he her here his it its she such that the their them there these they this those"
_REFERRING = "he her hers him his it its itself she their theirs them these they this those"
_DENYING = "cannot neither never no nobody none nor not nothing nowhere without"
_COUNTING = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth"

EMPTY = frozenset(_EMPTY.split())
"""They say nothing by themselves, or only that there are documents."""
POINTING = frozenset(_POINTING.split())
"""At the head of a sentence they point back to the one before."""
REFERRING = frozenset(_REFERRING.split())
"""Anywhere in a question they may stand for what was spoken of before it."""
DENYING = frozenset(_DENYING.split())
NUMERALS = {
    **{word: str(number) for number, word in enumerate(_COUNTING.split(), start=2)},
    **{word: str(number * 10) for number, word in enumerate(_TENS.split(), start=2)},
    **{word: str(number) for number, word in enumerate(_ORDINALS.split(), start=3)},
}
"""Numbers in words. `one`, `first` and `second` are mostly used for something else."""
