"""Denials: statements that the documents do not say something, which no passage can support."""

from __future__ import annotations

import re

from functions.answer.matching.sentence import Sentence

MAX_DENIAL = 400
"""Characters of a statement that may be one."""

# All are compiled when an answer first has such a negation.
_DOCUMENTS = (
    r"\b(?:documents?|passages?|contexts?|texts?|sources?|excerpts?|materials?"
    r"|(?:provided|given) information)"
    r"(?:\s(?:provided|given|above|available|retrieved|and|or|\d+))*"
)
_SAY = (
    "hold|contain|mention|say|state|specify|provide|include|answer|address|indicate|give|describe|discuss"
    "|cover|refer|explain|list|name|offer|have|reveal|report|tell|define|clarify|detail"
)
_SAID = (
    "mentioned|said|stated|specified|provided|included|answered|addressed|indicated|given|described"
    "|discussed|covered|explained|listed|found|known|available|defined|determined|clear"
)
_ANSWER = "information|mention|answer|details?|references?|data|indication|evidence|description"
_FIND = "find|found|answer|know|determine|locate|see any|have (?:any |enough |the |that )?information"
_NOT = r"(?:\snot|n['’]t|\scannot|\sunable to)"
_LACK = (
    rf"{_DOCUMENTS}\s(?:do|does|did|can){_NOT}\s(?:\w+ly\s)?(?:{_SAY})\b",
    rf"{_DOCUMENTS}\s(?:(?:{_SAY}|makes?)s?\s(?:no|nothing)|lacks?)\b",
    rf"\b(?:none|neither|nothing) (?:of|in) (?:the|these|your)\b.*{_DOCUMENTS}.*\b(?:{_SAY})(?:e?s)?\b",
    rf"(?:\b(?:no|not any|not enough|insufficient)|n['’]t (?:any|enough))\b.*\b(?:{_ANSWER})\b"
    rf".*{_DOCUMENTS}",
    rf"{_NOT}\s(?:be\s)?(?:\w+ly\s)?(?:{_SAID})\b.*\b(?:in|by|from)\b.*{_DOCUMENTS}",
    rf"\b(?:{_ANSWER})\b.*\snot in .*{_DOCUMENTS}|\bunclear from .*{_DOCUMENTS}",
    rf"{_DOCUMENTS},?\sthere (?:is|are) no\b",
    rf"{_DOCUMENTS},.*{_NOT}\s(?:\w+ly\s)?(?:mentioned|stated|specified)\b",
    rf"\b(?:I|we)\b.{{0,8}}?{_NOT}\b.*?\b(?:{_FIND})\b",
    # German, Dutch
    r"(?=.*\b(?:dokument|textstelle|passage|auszüge|auszug|text|quelle|unterlage|kontext))"
    r".*\b(?:enth[aä]lt|enthalten|erwähn|nennen|genannt|beantwort|antwort|angabe|information|find|gefund|hervor)",
    r"(?=.*\b(?:documenten|passages|teksten|bronnen|context)\b)"
    r".*\b(?:bevat|vermeld|noem|antwoord|informatie|gevonden|vinden)",
    # French, Spanish, Portuguese, Italian
    r"(?=.*\b(?:documents|passages|textes?|extraits|sources|contexte)\b)"
    r".*\b(?:contien|mentionn|indiqu|précis|répon|fourni|trouv)",
    r"(?=.*\b(?:document[oi]s?|pasajes?|fragmentos?|text[oi]s?|passag(?:ens|gi)|conte[xs]to|fuentes|fonti)\b)"
    r".*\b(?:contien|contén|contêm|contengono|mencion|menzion|indica|respuesta|resposta|risposta|informa)",
    # Russian, Chinese, Japanese, Korean
    r"(?=.*(?:документ|текст|отрывк|источник)).*(?:содерж|ответ|упомина|указа|информаци)",
    r"(?=.*(?:文档|文件|文章|资料|段落|上下文|文書|資料|ドキュメント|문서|자료))"
    r".*(?:答案|回答|提到|提及|包含|说明|信息|記載|情報|含まれ|정보|답|언급)",
)
_NEGATION = r"(?i)\b(?:unable|insufficient|unclear|lacks?|not|nicht|pas)\b|n['’]t\b|отсутств"
"""Beside the negators of every sentence, those that a bound takes, as in "not more than"."""
_TURN = (
    r"(?i)[;:—–]\s+|,?\s+(?=(?:but|however|though|although|only|so|therefore|thus|while|because|since"
    r"|and (?:it|they|he|she|you|we|this|that|the)|aber|jedoch|mais|pero|però|mas|maar|но)\b)"
    r"|[，,；;]?(?=但是?|不过|然而)"
)
_APOLOGY = (
    r"(?i)\W*+(?:(?:i['’]m |i am )?(?:very |so )?sorry|i apologi[sz]e|(?:my )?apologies"
    r"|(?:es )?tut mir leid|(?:je suis )?désolée?|lo siento|desculpe|het spijt me|извините"
    r"|很?抱歉|对不起)?\W*"
)
"""What may stand before a denial."""
_COURTESY = (
    r"(?i)\W*(?:please|let me know|feel free|if you|you (?:may|can|could|might)|for more|i recommend)\b"
)


def split_denial(text: str) -> int | None:
    """Where a denial at the start of a statement ends, and a claim may begin; None without a denial."""
    if len(text) > MAX_DENIAL or not (Sentence.parse(text).negative or re.search(_NEGATION, text)):
        return None
    apology = re.match(_APOLOGY, text)
    begin = apology.end() if apology else 0
    turns = (turn.end() for turn in re.finditer(_TURN, text) if turn.start() > begin)
    end = next(turns, len(text))
    lacks = any(re.search(pattern, text[:end], re.IGNORECASE) for pattern in _LACK)
    return end if lacks else None


def is_apology(text: str) -> bool:
    """Whether a statement is nothing else."""
    return re.fullmatch(_APOLOGY, text) is not None


def is_courtesy(text: str) -> bool:
    """Whether a statement after a denial only tells the reader what to do next."""
    return re.match(_COURTESY, text) is not None
