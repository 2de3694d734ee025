import pytest

from tests.unit.functions.answer.checking.checkers import checker_of, quotes
from tests.unit.functions.answer.samples import passage


@pytest.mark.parametrize(
    ("affirmed", "negated"),
    [
        ("Das Gerät ist wasserdicht.", "Das Gerät ist nicht wasserdicht."),
        ("Der Falke unterstützt Bluetooth.", "Der Falke unterstützt Bluetooth nicht."),
        ("Der Falke hat eine Kamera aus Glas.", "Der Falke hat keine Kamera aus Glas."),
        ("Le faucon supporte le Bluetooth.", "Le faucon ne supporte pas le Bluetooth."),
        ("El halcón tiene una cámara fija.", "El halcón nunca tiene una cámara fija."),
        ("Il falco supporta il Bluetooth.", "Il falco non supporta il Bluetooth."),
        ("O falcão tem uma câmera fixa.", "O falcão não tem uma câmera fixa."),
        ("De valk ondersteunt Bluetooth.", "De valk ondersteunt Bluetooth niet."),
        ("Сокол поддерживает Bluetooth.", "Сокол не поддерживает Bluetooth."),
        ("Urządzenie obsługuje Bluetooth.", "Urządzenie nie obsługuje Bluetooth."),
        ("The falcon supports Bluetooth.", "The falcon supports Bluetooth not at all."),
        ("电池在保修范围内。", "电池不在保修范围内。"),
        ("返品はできます。", "返品はできません。"),
        ("このカメラは雨に強い。", "このカメラは雨に強くない。"),
        ("배터리는 보증 대상입니다.", "배터리는 보증 대상이 아닙니다."),
        ("แบตเตอรี่อยู่ในการรับประกัน", "แบตเตอรี่ไม่อยู่ในการรับประกัน"),
        ("Pin được bảo hành.", "Pin không được bảo hành."),
        ("Baterai termasuk garansi.", "Baterai tidak termasuk garansi."),
        ("Pil garanti kapsamında.", "Pil garanti kapsamında değildir."),
        ("تشمل الضمان البطارية.", "لا تشمل الضمان البطارية."),
        ("הסוללה כלולה באחריות.", "הסוללה לא כלולה באחריות."),
        ("बैटरी वारंटी में शामिल है।", "बैटरी वारंटी में शामिल नहीं है।"),
        ("Η μπαταρία καλύπτεται.", "Η μπαταρία δεν καλύπτεται."),
    ],
)
def test_what_a_passage_negates_is_unsupported_and_the_other_way_round(
    affirmed: str, negated: str
) -> None:
    for passages_text, statement in ((negated, affirmed), (affirmed, negated)):
        [quote] = quotes(checker_of([passage(passages_text)]), statement)
        assert not quote.supported
        [own] = quotes(checker_of([passage(passages_text)]), passages_text)
        assert own.supported


@pytest.mark.parametrize(
    "frequent_questions",
    [
        "Can I return opened batteries? No. Is the manual included? Yes.",
        "**Q:** Can I return opened batteries?\n**A:** No.\n**Q:** Is the manual included?\n**A:** Yes.",
        "1. Can I return opened batteries?\nNo, only others.\n2. Is the manual included?\nYes, it is.",
        "## Can I return opened batteries?\n\nNo.\n\n## Is the manual included?\n\nYes.",
    ],
)
@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("Opened batteries can be returned.", False),
        ("Opened batteries cannot be returned.", True),
        ("The manual is included.", True),
        ("The manual is not included.", False),
    ],
)
def test_a_question_says_what_the_sentence_after_it_replies(
    frequent_questions: str, statement: str, supported: bool
) -> None:
    [quote] = quotes(checker_of([passage(frequent_questions)]), statement)
    assert quote.supported == supported
    assert not quote.supported or len(quote.sentences) > 1


def test_a_no_behind_a_statement_does_not_deny_it() -> None:
    text = "Batteries can be returned. No batteries are refused, and Ann takes them."
    [quote] = quotes(checker_of([passage(text)]), "Batteries can be returned to Ann.")
    assert quote.supported


def test_a_question_alone_and_a_reply_under_its_heading_support_nothing() -> None:
    asked = passage("Ask at the desk. Can opened batteries be returned?")
    replied = passage("No.").model_copy(update={"headings": ["Can opened batteries be returned?"]})
    for source in (asked, replied):
        [quote] = quotes(checker_of([source]), "Opened batteries can be returned.")
        assert not quote.supported


@pytest.mark.parametrize(
    ("question", "reply", "supported"),
    [
        ("Can opened batteries be returned?", "No.", True),
        ("Can opened batteries be returned?", "Yes.", False),
        ("Can opened lanterns be returned?", "No.", False),
    ],
)
def test_a_bare_reply_is_supported_by_the_same_to_the_same_question(
    question: str, reply: str, supported: bool
) -> None:
    text = "Can I return opened batteries? No. Are repairs free? Yes."
    [quote] = quotes(checker_of([passage(text)], question), reply)
    assert quote.supported == supported


def test_a_negation_of_something_else_does_not_support_a_negative_statement() -> None:
    checker = checker_of([passage("The falcon supports Bluetooth. Its charger fits no pocket.")])
    [quote] = quotes(checker, "The falcon does not support Bluetooth with its charger.")
    assert not quote.supported
    [quote] = quotes(checker, "The charger does not fit into a pocket.")
    assert quote.supported


@pytest.mark.parametrize(
    ("text", "affirmed", "denied"),
    [
        (
            "The lamp is not only bright but small.",
            "The lamp is bright and small.",
            "The lamp is not bright.",
        ),
        ("It doesn't just float, it sails.", "It floats and sails.", "It doesn't float."),
        ("Die Lampe ist nicht nur hell.", "Die Lampe ist hell.", "Die Lampe ist nicht hell."),
        ("La lampe est non seulement claire.", "La lampe est claire.", "La lampe est non claire."),
    ],
)
def test_not_only_negates_nothing(text: str, affirmed: str, denied: str) -> None:
    checker = checker_of([passage(text)])
    for statement, supported in ((text, True), (affirmed, True), (denied, False)):
        [quote] = quotes(checker, statement)
        assert quote.supported == supported


def test_not_the_only_one_is_a_negation() -> None:
    [quote] = quotes(checker_of([passage("Ann is not the only winner.")]), "Ann is the only winner.")
    assert not quote.supported


FERRY = (
    "The ferry runs every day in winter, although it does not run in a storm. "
    "Its captain does not sell tea, but tea is not what its passengers want."
)


@pytest.mark.parametrize(
    "statement",
    [
        "The ferry does not run every day in winter, although it does not run in a storm.",
        "The ferry runs every day in winter, although it does run in a storm.",
        "Its captain does sell tea, but tea is not what its passengers want.",
        "Its captain does not sell tea, but tea is what its passengers want.",
    ],
)
def test_a_sentence_with_one_negation_more_or_less_is_unsupported(statement: str) -> None:
    [quote] = quotes(checker_of([passage(FERRY)]), statement)
    assert not quote.supported


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("The ferry does not run in a storm.", "No, the ferry does not run in a storm."),
        ("Can you smoke below the upper deck? No.", "You cannot smoke below the upper deck."),
        ("La cámara no tiene luz fija.", "La cámara no tiene ninguna luz fija."),
        ("No ferry runs in a storm.", "The ferry does not run in a storm."),
        (FERRY, "The ferry runs every day in winter, although it does not run in a storm."),
    ],
)
def test_a_negation_in_other_words_is_supported(text: str, statement: str) -> None:
    [quote] = quotes(checker_of([passage(text)]), statement)
    assert quote.supported


@pytest.mark.parametrize("number", [11, 95])
def test_a_statement_that_one_sentence_negates_and_the_next_affirms_is_supported(number: int) -> None:
    text = "The server Elasticsearch does not run on Windows 95. It runs on Windows 11."
    checker = checker_of([passage(text)])
    [quote] = quotes(checker, f"The server Elasticsearch runs on Windows {number}.")
    assert quote.supported == (number == 11)
