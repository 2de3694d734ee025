"""Statements that the documents do not bear out, planted: what they say with one thing changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footnote.evaluation.questions import Question
from footnote.text.sentences import sentences

FAITHFUL = "as the document says"
"""The kind that is borne out, for comparison."""

_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|can|could|will|would|did|does|may)\b(?! not\b)")


@dataclass(frozen=True, slots=True)
class Planted:
    kind: str
    question: Question
    text: str


def plant(questions: Sequence[Question], texts: Mapping[str, str]) -> Iterator[Planted]:
    """For each question, the sentence of its document that holds the gold answer, and false ones.

    `texts` are the documents by their ids.
    """
    said = {question.id: sentence for question in questions if (sentence := _sentence(question, texts))}
    known = [question for question in questions if question.id in said]
    for at, question in enumerate(known):
        sentence = said[question.id]
        others = [other for other in known[at + 1 :] + known[:at] if other.topic != question.topic]
        yield Planted(FAITHFUL, question, sentence)
        yield from _swapped(question, sentence, others, texts[_document(question)])
        if denied := _denied(sentence):
            yield Planted("denied", question, denied)
        if others:
            yield Planted("of another article", question, said[others[0].id])


def _document(question: Question) -> str:
    return min(question.relevant)


def _sentence(question: Question, texts: Mapping[str, str]) -> str:
    """The first that holds a gold answer, on one line."""
    text = texts[_document(question)]
    lines = (" ".join(text[start:end].split()) for start, end in sentences(text))
    return next((line for line in lines if _whole(question.answers[0]).search(line)), "")


def _swapped(
    question: Question, sentence: str, others: Sequence[Question], document: str
) -> Iterator[Planted]:
    """The gold answer replaced by one of its form, which the document has nowhere."""
    form = _form(question.answers[0])
    answers = (other.answers[0] for other in others)
    strange = (one for one in answers if _form(one) == form and not _whole(one).search(document))
    if answer := next(strange, ""):
        changed = answer.join(_whole(question.answers[0]).split(sentence))
        yield Planted(f"another {form}", question, changed)


def _form(answer: str) -> str:
    if any(letter.isdigit() for letter in answer):
        return "number"
    return "name" if answer[:1].isupper() else "wording"


def _whole(answer: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(answer)}(?!\w)")


def _denied(sentence: str) -> str:
    if " not " in sentence:
        return sentence.replace(" not ", " ")
    denied, count = _VERB.subn(lambda verb: f"{verb[0]} not", sentence, count=1)
    return denied if count else ""
