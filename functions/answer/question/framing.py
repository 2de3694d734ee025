"""The frame of a question: words such as "Please tell me" that ask, and say nothing of what is asked.

No passage has them, so they would count against every passage, or for one that happens to have them.
"""

from __future__ import annotations

import re

_GREETING = "please|kindly|hello|hi|hey|thanks|thank you|bitte|hallo|bonjour|hola|por favor"
_POLITE = r"(?:please |kindly |bitte |gerne )?"
_ASKED = r"(?:can|could|would|will) (?:you|someone|anyone) "
_FRAMES = (
    rf"(?:{_ASKED}{_POLITE})?(?:tell|show|give|teach) (?:me|us)(?: more)?(?: about)?",
    rf"(?:{_ASKED}{_POLITE})?(?:explain|describe|summari[sz]e)(?: to)?(?: me| us)?(?: about)?",
    rf"(?:{_ASKED}{_POLITE})?help (?:me|us) (?:to )?understand",
    r"(?:i|we)(?: would|['’]d)? (?:want|need|like) to (?:know|understand|learn)(?: more)?(?: about)?",
    r"(?:do you|does anyone|does anybody) know(?: anything about| if| whether)?",
    r"what (?:(?:can|could) you tell (?:me|us)|do you know) about",
    r"what (?:do|does) (?:the|my|our|your|these|this) (?:documents?|files?) say (?:about|on)",
    rf"(?:kannst du|könntest du|können sie|könnten sie) (?:mir|uns) {_POLITE}(?:sagen|erklären|zeigen)",
    r"(?:sage?|erkläre?|zeige?|sagen sie|erklären sie|zeigen sie)(?: mir| uns)",
    r"ich (?:möchte|will|würde) (?:gerne? )?wissen",
    r"(?:peux-tu|pouvez-vous|pourriez-vous|pourrais-tu) (?:me |m['’]|nous )?(?:dire|expliquer|montrer)",
    r"(?:dis|dites|explique|expliquez|montre|montrez)-(?:moi|nous)",
    r"(?:je voudrais|j['’]aimerais) savoir",
    r"[¿]?(?:puedes|puede|podrías|podría) (?:decirme|explicarme|mostrarme)",
    r"(?:dime|dígame|explícame|explíqueme|muéstrame)",
    r"(?:quiero|quisiera|me gustaría) saber",
)
_END = r"(?:,? (?:please|bitte))?(?![\w-])[\s,:]*"
_FRAME = rf"(?i)\W*(?:(?:{_GREETING})\b[\s,.!:]*)*(?:(?:{'|'.join(_FRAMES)}){_END})?"
"""Compiled when a question first begins like a frame."""
_FIRST_WORDS = """
please kindly hello hi hey thanks thank can could would will tell show give teach explain describe
summarize summarise help i we do does what bitte hallo kannst könntest können könnten sag sage erklär
erkläre zeig zeige sagen erklären zeigen ich bonjour peux pouvez pourriez pourrais dis dites explique
expliquez montre montrez je j hola por puedes puede podrías podría dime dígame explícame explíqueme
muéstrame quiero quisiera me
"""
_OPENINGS = frozenset(_FIRST_WORDS.split())


def without_frame(question: str) -> str:
    """What is asked; the whole question if nothing else is left of it."""
    first = re.search(r"\w+", question)
    if first is None or first.group().lower() not in _OPENINGS:
        return question
    frame = re.match(_FRAME, question)
    asked = question[frame.end() :] if frame else question
    return asked if re.search(r"\w", asked) else question
