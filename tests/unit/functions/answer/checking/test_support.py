import pytest

from functions.answer.checking.citations import CitationChecker
from functions.answer.checking.support import Quote, SupportChecker
from functions.answer.matching.sentence import Sentence
from tests.unit.functions.answer.call_count import count_calls
from tests.unit.functions.answer.checking.checkers import QUESTION, checker_of, quotes
from tests.unit.functions.answer.samples import passage, two


def best(statement: str, question: str = QUESTION) -> Quote:
    return quotes(checker_of(two(), question), statement)[0]


def text_of(quote: Quote) -> str:
    start, end = quote.span
    return quote.source.passage.text[start:end]


@pytest.mark.parametrize(
    "statement",
    [
        "The Panthers defense gave up just 308 points, ranking sixth in the league.",
        "The Panthers' defense gave up only 308 points.",
        "Elasticsearch does not run on Windows 95.",
        "Kawann Short had the most sacks in the team, 11.",
    ],
)
def test_a_statement_of_a_passage_is_supported(statement: str) -> None:
    assert best(statement).supported


@pytest.mark.parametrize(
    "statement",
    [
        "The Panthers defense gave up just 309 points.",
        "The Broncos defense gave up just 308 points.",
        "The Panthers defense did not give up 308 points.",
        "Elasticsearch runs on Windows 95.",
        "The Panthers defense listens on port 9200.",
        "Bananas are rich in potassium.",
    ],
)
def test_a_statement_with_another_number_name_or_negation_is_unsupported(statement: str) -> None:
    assert not best(statement).supported


def test_a_step_is_supported_by_itself() -> None:
    steps = passage("To reset the lantern:\n\n1. Switch it off.\n2. Hold the button.")
    [quote] = quotes(checker_of([steps], "How do I reset the lantern?"), "Switch it off.")
    assert quote.supported


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("充电时不要使用耳机，充电完成后可以使用耳机。", "充电完成后可以使用耳机。"),
        ("耳机支持无线充电，不仅轻便，而且防水。", "耳机轻便而且防水。"),
        ("会員は登録しなければなりません。", "会員は登録します。"),
        ("تمتد مدة الضمان ٣٠ يومًا.", "مدة الضمان 30 يومًا."),
        ("वापसी ३० दिनों में संभव है।", "वापसी 30 दिनों में संभव है।"),
        ("保証期間は２年です。", "保証期間は2年です。"),
    ],
)
def test_what_a_passage_says_beside_a_negation_or_in_other_digits_is_supported(
    text: str, statement: str
) -> None:
    [quote] = quotes(checker_of([passage(text)]), statement)
    assert quote.supported


LANTERN = (
    "The lantern burns for 10 hours, weighs 1.2 kg and costs $300. "
    "It is tested every two years at 40 °C. It made $5 million for two thousand shops."
)


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        ("The lantern burns for 10 hours.", True),
        ("The lantern burns for ten h.", True),
        ("The lantern is a 10-hour one, which burns.", True),
        ("The lantern burns for 10 days.", False),
        ("The lantern weighs 1.2 kilograms.", True),
        ("The lantern weighs 1.2 g.", False),
        ("The lantern weighs 1.2.", True),
        ("The lantern costs 300 dollars.", True),
        ("The lantern costs €300.", False),
        ("The lantern is tested every 2 years.", True),
        ("The lantern is tested every two months.", False),
        ("The lantern is tested at 40 °F.", False),
        ("The lantern is tested at 40 degrees.", True),
        ("The lantern made five million dollars.", True),
        ("The lantern made $5 billion.", False),
        ("The lantern made it for two million shops.", False),
    ],
)
def test_a_statement_with_another_unit_or_magnitude_is_unsupported(
    statement: str, supported: bool
) -> None:
    [quote] = quotes(checker_of([passage(LANTERN, "Lanterns")]), statement)
    assert quote.supported == supported


def test_a_quote_about_another_name_does_not_support_the_one_of_the_question() -> None:
    question = "How many points did the Broncos defense give up?"
    assert not best("The Broncos defense gave up just 308 points.", question).supported


@pytest.mark.parametrize(
    ("question", "supported"),
    [
        ("How many points did the Broncos defense give up?", True),
        ("How many points did the defense give up?", False),
    ],
)
def test_a_quote_without_a_name_is_about_the_one_of_the_question(question: str, supported: bool) -> None:
    checker = checker_of([passage("The defense gave up just 308 points.")], question)
    [quote] = quotes(checker, "The Broncos defense gave up just 308 points.")
    assert quote.supported == supported


def test_the_quote_is_the_sentence_that_says_it() -> None:
    quote = best("Kawann Short led the team with 11 sacks.")
    assert text_of(quote) == "Kawann Short led the team in sacks with 11."


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before() -> None:
    quote = best("Kawann Short forced three fumbles.")
    assert quote.supported
    assert text_of(quote).startswith("Kawann Short led")


def test_a_name_may_be_in_the_title_alone() -> None:
    checker = checker_of([passage("The service listens on port 9200.", "Elasticsearch")])
    [quote] = quotes(checker, "Elasticsearch listens on port 9200.")
    assert quote.supported


@pytest.mark.parametrize(
    ("text", "said", "supported"),
    [
        ("It is brief.", "is brief", True),
        ("It is brief.", "is brief about cranes and drivers", False),
        ("The Harbour Budget Report is brief.", "lists large cranes and old ferries", False),
    ],
)
def test_terms_of_the_title_alone_count_half(text: str, said: str, supported: bool) -> None:
    checker = checker_of([passage(text, "Harbour Budget Report")])
    [quote] = quotes(checker, f"The Harbour Budget Report {said}.")
    assert quote.supported == supported


def test_an_elliptic_statement_is_read_together_with_the_question() -> None:
    assert best("308.", "How many points did the Panthers defense give up?").supported
    assert not best("308.", "How tall is Mount Everest in its highest place?").supported
    assert best("11.", "With how many sacks did Kawann Short lead the team?").supported
    assert not best("11 bananas.", "With how many sacks did Kawann Short lead the team?").supported
    assert not best("11.", "Which port does Elasticsearch listen on?").supported


def test_a_verbatim_quote_is_supported_however_few_terms_it_has() -> None:
    checker = checker_of([passage("The ferry leaves at noon. See\nthe notes. Noon", "Ferries")])
    [quote] = quotes(checker, "See the notes.")
    assert quote.supported
    assert text_of(quote) == "See\nthe notes."
    [heading] = quotes(checker, "Noon.")
    assert text_of(heading) != "Noon"


def test_two_passages_may_support_together_what_neither_does_alone() -> None:
    checker = checker_of([passage("Ann is an engineer.", "a"), passage("Bob is an engineer.", "b")])
    statement = "Both Ann and Bob are engineers."
    apart = quotes(checker, statement)
    assert not any(quote.supported for quote in apart)
    assert all(quote.supported for quote in checker.joined(Sentence.parse(statement), apart))


def test_what_is_before_a_quote_does_not_belong_to_it() -> None:
    checker = checker_of([passage("Our Carl writes poems. Each town owns one tall old stone tower.")])
    statement = Sentence.parse("Each town and Carl own one tall old stone tower.")
    [quote] = checker.joined(statement, checker.best_quotes(statement, checker.corpus.sources))
    assert not quote.supported


def harbours(count: int, question: str = QUESTION) -> SupportChecker:
    names = (f"{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}x" for number in range(count))
    return checker_of([passage("\n\n".join(f"Port {name}" for name in names))], question)


def work(checker: SupportChecker, statement: str) -> int:
    """The calls of a second check: what the first one caches differs from run to run."""
    quotes(checker, statement)
    return count_calls(quotes, checker, statement)


def test_the_windows_judged_do_not_grow_with_the_list() -> None:
    once, twice = (work(harbours(lines), "Port") for lines in (150, 300))
    assert twice < 1.5 * once


def test_the_right_line_of_a_long_list_is_found() -> None:
    checker = harbours(300, "Which port is it?")
    [quote] = quotes(checker, "lmx")
    assert quote.supported
    assert "lmx" in text_of(quote)


def test_the_terms_added_to_an_elliptic_statement_do_not_grow_with_the_question() -> None:
    brief, long = (" ".join(f"moon{at % 26}x{at}" for at in range(words)) for words in (64, 640))
    once, tenfold = (work(harbours(30, question), "Port") for question in (brief, long))
    assert tenfold < 1.5 * once


@pytest.mark.parametrize(
    ("text", "said", "quote"),
    [
        ("You need a red pen. You need a pen.", "You need a pen [1].", "You need a pen."),
        ("You need:\n\n- Red pen\n- Pen\n", "You need:\n- Pen [1]", "- Pen"),
        ("You need:\n\n- Red pen.\n- Pen.\n", "You need:\n- Pen [1]", "- Pen."),
        ("You need:\n\n- Red pen\n- Pen\n", "You need:\n- Pen. [1]", "- Pen"),
    ],
)
def test_a_sentence_is_quoted_rather_than_one_with_more_words_above_it(
    text: str, said: str, quote: str
) -> None:
    footnotes = CitationChecker([passage(text)], "What is needed?")
    _ = [*footnotes.feed(said), *footnotes.close()]
    assert [citation.quote for citation in footnotes.citations] == [quote]


@pytest.mark.parametrize("said", ["Refunds are free.", "Refunds are free [1].", "Refunds are free. [1]"])
def test_a_short_sentence_of_a_passage_is_supported_wherever_its_marker_is(said: str) -> None:
    text = "The shop is in Bonn. Refunds are free. The staff speaks Dutch."
    footnotes = CitationChecker([passage(text)], "Which conditions apply when goods are sent back?")
    _ = [*footnotes.feed(said), *footnotes.close()]
    assert [citation.quote for citation in footnotes.citations] == ["Refunds are free."]
    assert footnotes.grounded
