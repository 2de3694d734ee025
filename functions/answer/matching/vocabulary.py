"""Word lists for reading sentences: stop words, pronouns, negators, numerals and units.

All but the negators, what limits them, and the forms of "to be" behind a negator in Hindi are English.
"""

from __future__ import annotations

import re

_STOP_WORDS = """
a about after again all also although am an and another any are as at be because been before being both
but by can could did do does doing done during each either else for from further had has have having he
hence her here hers herself him himself his how hows however i if in indeed instead into is it its
itself just may me might more most much must my myself of off on once only or other our ours ourselves
out over own per rather same shall she should since so some such than that the their theirs them
themselves then there therefore these they this those through thus to too until up upon us very was we
were what whats when where wheres whether which while who whom whos whose why will with would you your
yours yourself yourselves
according context document documents information mentioned passage passages provided stated states text
okay ok sure yes है हैं था थे थी
"""
_OPENING_PRONOUNS = (
    "both he her here his it its she such that the their them there these they this those"
)
_PRONOUNS = "he her hers him his it its itself she their theirs them these they this those"
_NEGATORS = """
cannot neither never no nobody none nor not nothing nowhere without
nicht nichts kein keine keinem keinen keiner keines nie niemals ohne weder
pas jamais aucun aucune sans non senza nessun nessuna nessuno nunca jamás ningún ninguna ninguno
não nenhum nenhuma niet geen nooit zonder ikke inte ingen aldrig aldri nigdy bez
не нет ни без никогда ні ніколи
není nejsou nelze nebyl nebyla nebylo nem nincs nincsen ei eivät eikä δεν δε μη μην όχι χωρίς
yok hiç không chưa chẳng tidak bukan belum tanpa
لا لم لن ليس ليست ليسوا بدون دون نیست نیستند לא אין ללא בלי नहीं नही न मत बिना না নয় নেই இல்லை
"""
_LIMITERS = (
    "only just merely solely simply nur seulement solo sólo solamente soltanto só apenas somente alleen "
    "bara kun tylko jen только лише"
)
_NEGATIVE_STEMS = "않 아니 아닌 아님 아닙 없 못 değil"
_UNSPACED_NEGATORS = r"""
不(?![仅僅但断斷过過]) 没 沒 未(?![来來]) [无無](?![论論线線料])
(?<!なり)ません (?<!なら)(?<!少)ない なかった ไม่
"""
_NO = "no nope not never nein nie non jamais nunca não nee nej nei нет ні"
_SMALL = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth"
_SYNONYMS = """
second sec; minute min; hour h hr; day; week wk; month; year yr
gram gramme g; kilogram kilogramme kilo kg; milligram mg; ton tonne; ounce oz; pound lb £
meter metre; kilometer kilometre km; centimeter centimetre cm; millimeter millimetre mm
mile mi; foot feet ft; inch inche; liter litre l; milliliter millilitre ml; gallon
% percent percentage; °c celsius; °f fahrenheit
byte; kilobyte kb kib; megabyte mb mib; gigabyte gb gib; terabyte tb tib; petabyte pb pib
watt w; kilowatt kw; megawatt mw; hertz hz; kilohertz khz; megahertz mhz; gigahertz ghz
dollar $ usd; euro € eur; yen ¥ jpy; franc chf
"""

STOP_WORDS = frozenset(_STOP_WORDS.split())
"""They carry no meaning by themselves, or only say that there are documents."""
OPENING_PRONOUNS = frozenset(_OPENING_PRONOUNS.split())
"""As the first word of a sentence they refer to the sentence before."""
PRONOUNS = frozenset(_PRONOUNS.split())
"""Anywhere in a question they may refer to something mentioned before it."""
NEGATORS = frozenset(_NEGATORS.split())
"""Those that are also an English acronym, such as `sem`, are left out."""
CONTRACTED_NOT = ("n't", "n’t")
"""At the end of a word it negates as the word "not" does."""
LIMITERS = frozenset(_LIMITERS.split())
"""Directly after a negator they take its negation back, as in "not only"."""
NEGATIVE_STEMS = tuple(_NEGATIVE_STEMS.split())
"""A word that begins with one of them is a negator, in Korean or Turkish."""
UNSPACED_NEGATORS = "|".join(_UNSPACED_NEGATORS.split())
"""A regular expression for Chinese, Japanese and Thai, which have no spaces around them."""
NO = frozenset(_NO.split())
"""As the first word after a question each denies it."""
NUMERALS = {
    **{word: str(number) for number, word in enumerate(_SMALL.split(), start=2)},
    **{word: str(number * 10) for number, word in enumerate(_TENS.split(), start=2)},
    **{word: str(number) for number, word in enumerate(_ORDINALS.split(), start=3)},
}
"""Numbers in words. `one`, `first` and `second` are left out: they mostly mean something else."""

UNITS = {word: words.split()[0] for words in re.split("[;\n]", _SYNONYMS) for word in words.split()}
"""Units of measure and currencies, in the singular, and the first of the words for each."""
