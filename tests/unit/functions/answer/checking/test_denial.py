"""Statements that the documents do not say something."""

import pytest

from functions.answer.checking.citations import CitationChecker
from tests.unit.functions.answer.checking.answers import FALSE, QUESTION, TRUE, check, whole
from tests.unit.functions.answer.samples import passage

DENIALS = [
    "I couldn't find any information about the price in the provided passages.",
    "I don't know.",
    "I do not have enough information.",
    "I'm unable to answer that from the documents.",
    "The passages do not mention the price [1].",
    "The documents do not mention more than 30 mills.",
    "Die Dokumente erwähnen nicht mehr als 30 Mühlen.",
    "The provided documents don't explicitly state who built it.",
    "The context does not provide enough information to determine the price.",
    "Based on the provided passages, there is no mention of a price.",
    "According to the given context, the price is not explicitly stated.",
    "None of the passages mention a price.",
    "The price isn't specified in the passages.",
    "The question cannot be answered from the given text.",
    "The given excerpts say nothing about fees.",
    "It is unclear from the passages who built it.",
    "Sorry, the passages don't say.",
    "I'm sorry, but the documents do not mention the price.",
    "I’m very sorry, but I couldn't find any mention of it in the passages.",
    "I apologize, but I don't know.",
    "Unfortunately, the documents do not mention the price.",
    "There isn't enough detail about it in the passages.",
    "Insufficient data about the price are in the documents.",
    "Die Dokumente enthalten keine Antwort auf diese Frage.",
    "Ich konnte dazu in den Dokumenten nichts finden.",
    "Es tut mir leid, aber die Dokumente enthalten keine Antwort.",
    "In den Dokumenten steht dazu keine Angabe.",
    "Les documents ne contiennent pas de réponse à cette question.",
    "Désolé, mais les documents ne mentionnent pas le prix.",
    "Les textes ne précisent pas le prix.",
    "Je ne trouve pas le prix dans les passages.",
    "Los documentos no contienen una respuesta a esta pregunta.",
    "Lo siento, pero los documentos no contienen una respuesta.",
    "I documenti non contengono una risposta a questa domanda.",
    "Os documentos não contêm uma resposta a esta pergunta.",
    "De documenten bevatten geen antwoord op deze vraag.",
    "Документы не содержат ответа на этот вопрос.",
    "文档中没有该问题的答案。",
    "抱歉，但文档中没有该问题的答案。",
    "文書にはこの質問への回答が含まれていません。",
    "문서에는 이 질문에 대한 답이 없습니다.",
]


@pytest.mark.parametrize("denial", DENIALS)
def test_a_denial_is_a_refusal_and_no_statement(denial: str) -> None:
    for pieces in ([denial], list(denial)):
        footnotes, _ = check(*pieces)
        assert footnotes.refused
        assert not footnotes.statements
        assert not footnotes.citations


def test_a_denial_with_an_apology_before_it_and_advice_after_it_is_a_refusal() -> None:
    footnotes = whole(
        "I'm sorry. I don't know. Please ask another question. You may want to call the office. "
        "Let me know if you need more help."
    )
    assert footnotes.refused
    assert not footnotes.statements
    assert whole(f"Please note: {FALSE}.").statements
    assert whole(f"I'm sorry, but {FALSE}.").statements
    assert whole(f"I don't know. If you ask me, {TRUE} [2].").statements


@pytest.mark.parametrize(
    "said",
    [
        "The documents must not be copied.",
        "The documents list no more than 30 mills.",
        "The text message does not arrive.",
        "The mill is not old, but the documents do not mention its price.",
        "The context menu does not show the button.",
        "No documents are needed to enter.",
        "According to the documents, water damage is not covered.",
        "Water damage is not covered by the warranty.",
        "Das Gerät ist nicht wasserdicht.",
        "El documento no es válido sin firma.",
        "电池不在保修范围内。",
    ],
)
def test_a_negation_of_something_else_is_a_statement(said: str) -> None:
    footnotes = whole(said)
    assert not footnotes.refused
    assert [statement.supported for statement in footnotes.statements] == [False]


@pytest.mark.parametrize(
    ("claim", "supported"), [(f"{TRUE} [2].", True), (f"{FALSE} [2].", False), (f"{FALSE}.", False)]
)
def test_what_a_statement_claims_after_a_denial_is_checked(claim: str, supported: bool) -> None:
    said = f"The passages do not say who made it [1], but {claim}"
    for pieces in ([said], list(said)):
        footnotes, _ = check(*pieces)
        assert [statement.supported for statement in footnotes.statements] == [supported]
        assert footnotes.answer.startswith("The passages do not say who made it, but ")
        [statement] = footnotes.statements
        assert footnotes.answer[statement.start : statement.end].startswith("but ")


@pytest.mark.parametrize("opening", ["The", "However, the", "\n- But the"])
def test_an_answer_with_a_denial_in_it_is_grounded_by_the_rest(opening: str) -> None:
    footnotes = whole(f"{TRUE} [2]. {opening} documents do not mention its price.")
    assert footnotes.grounded
    assert len(footnotes.statements) == 1


@pytest.mark.parametrize(
    "said",
    [
        "The documents do not mention the price and you must pay.",
        "The documents do not mention the price so it is free.",
        "The documents do not mention the price because it was sold.",
        "The documents do not mention the price; it costs 90 EUR.",
        "The documents do not mention the price: pay 90.",
        "Die Dokumente nennen keinen Preis, aber er beträgt 90 EUR.",
        "Les documents ne mentionnent pas le prix, mais il est de 90 EUR.",
        "文档没有提到价格，但是价格为90元。",
    ],
)
def test_no_claim_hides_behind_a_denial(said: str) -> None:
    footnotes = whole(said)
    assert [statement.supported for statement in footnotes.statements] == [False]


def test_what_a_passage_says_that_documents_lack_is_a_statement() -> None:
    said = "The documents do not mention the price."
    footnotes = CitationChecker([passage(f"The mill was sold. {said}")], QUESTION)
    _ = [*footnotes.feed(f"{said} [1]"), *footnotes.close()]
    assert footnotes.grounded
    assert not footnotes.refused
