import pytest

from functions.answer.checking.evidence import Evidence, Finding, Source
from functions.answer.matching.sentence import Sentence
from tests.unit.functions.answer.samples import passage, two
from tests.unit.functions.answer.work import calls

QUESTION = "What is known?"


def best(statement: str, question: str = QUESTION) -> Finding:
    evidence = Evidence(two(), question)
    return evidence.find(Sentence.of(statement), evidence.sources)[0]


def quote(finding: Finding) -> str:
    start, end = finding.range
    return finding.source.passage.text[start:end]


@pytest.mark.parametrize(
    "statement",
    [
        "The Panthers defense gave up just 308 points, ranking sixth in the league.",
        "The Panthers' defense gave up only 308 points.",
        "Elasticsearch does not run on Windows 95.",
        "Kawann Short had the most sacks in the team, 11.",
    ],
)
def test_what_a_passage_says_is_supported(statement: str) -> None:
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
def test_another_number_name_or_negation_is_not(statement: str) -> None:
    assert not best(statement).supported


def test_what_a_quote_says_of_another_is_not_said_of_the_one_asked_for() -> None:
    question = "How many points did the Broncos defense give up?"
    assert not best("The Broncos defense gave up just 308 points.", question).supported


@pytest.mark.parametrize("number", [11, 95])
def test_what_one_sentence_denies_and_the_next_says_is_said(number: int) -> None:
    text = "The server Elasticsearch does not run on Windows 95. It runs on Windows 11."
    evidence = Evidence([passage(text)], QUESTION)
    statement = Sentence.of(f"The server Elasticsearch runs on Windows {number}.")
    [finding] = evidence.find(statement, evidence.sources)
    assert finding.supported == (number == 11)


def test_the_quote_is_the_sentence_that_says_it() -> None:
    finding = best("Kawann Short led the team with 11 sacks.")
    assert quote(finding) == "Kawann Short led the team in sacks with 11."


def test_a_sentence_that_points_back_is_quoted_with_the_one_before() -> None:
    finding = best("Kawann Short forced three fumbles.")
    assert finding.supported
    assert quote(finding).startswith("Kawann Short led")


def test_a_name_may_stand_in_the_title_alone() -> None:
    evidence = Evidence([passage("The service listens on port 9200.", "Elasticsearch")], QUESTION)
    [finding] = evidence.find(Sentence.of("Elasticsearch listens on port 9200."), evidence.sources)
    assert finding.supported


@pytest.mark.parametrize(
    ("said", "supported"), [("is brief", True), ("is brief about cranes and drivers", False)]
)
def test_what_only_the_title_says_counts_half(said: str, supported: bool) -> None:
    evidence = Evidence([passage("It is brief.", "Harbour Budget Report")], QUESTION)
    statement = Sentence.of(f"The Harbour Budget Report {said}.")
    [finding] = evidence.find(statement, evidence.sources)
    assert finding.supported == supported


def test_a_few_words_are_read_together_with_the_question() -> None:
    assert best("308.", "How many points did the Panthers defense give up?").supported
    assert not best("308.", "How tall is Mount Everest in its highest place?").supported
    assert not best("11.", "Which port does Elasticsearch listen on?").supported


def test_what_is_quoted_to_the_letter_is_supported_however_little_it_says() -> None:
    evidence = Evidence([passage("The ferry leaves at noon. See\nthe notes. Noon", "Ferries")], QUESTION)
    [finding] = evidence.find(Sentence.of("See the notes."), evidence.sources)
    assert finding.supported
    assert quote(finding) == "See\nthe notes."
    [heading] = evidence.find(Sentence.of("Noon."), evidence.sources)
    assert quote(heading) != "Noon"


def test_two_passages_may_bear_out_together_what_neither_does_alone() -> None:
    evidence = Evidence(
        [passage("Ann is an engineer.", "a"), passage("Bob is an engineer.", "b")], QUESTION
    )
    statement = Sentence.of("Both Ann and Bob are engineers.")
    apart = evidence.find(statement, evidence.sources)
    assert not any(finding.supported for finding in apart)
    assert all(finding.supported for finding in evidence.join(statement, apart))


def test_a_long_list_is_quoted_in_parts_and_a_short_one_whole() -> None:
    people = [f"Number {number} of the ministers of Tolm;" for number in range(20)]
    text = " ".join(["Those who went to Yarrow:", *people, "and Ada Brandt."])
    source = Source(passage(f"{text} One came; none left."))
    quotes = [source.passage.text[start:end] for start, end in source.ranges]
    assert quotes[1:] == [*people[1:], "and Ada Brandt.", "One came; none left."]


@pytest.mark.parametrize(
    ("question", "nearness"),
    [("Which Panthers defense gave up 308 points?", 0.9), ("Where is the moon garden?", 0)],
)
def test_the_nearest_sentence_says_how_near_the_passages_come(question: str, nearness: float) -> None:
    assert Evidence(two(), question).nearness == pytest.approx(nearness, abs=0.2)


def harbours(count: int, question: str = QUESTION) -> Evidence:
    names = (f"{chr(ord('a') + number // 26)}{chr(ord('a') + number % 26)}x" for number in range(count))
    return Evidence([passage("\n\n".join(f"Port {name}" for name in names))], question)


def work(evidence: Evidence, statement: str) -> int:
    """To find it once more: what is read and remembered the first time differs from run to run."""
    asked = Sentence.of(statement), evidence.sources
    evidence.find(*asked)
    return calls(evidence.find, *asked)


def test_however_long_a_list_a_few_of_its_lines_are_weighed_for_a_statement() -> None:
    once, twice = (work(harbours(lines), "Port") for lines in (150, 300))
    assert twice < 1.5 * once


def test_the_line_of_a_long_list_that_says_it_is_found() -> None:
    evidence = harbours(300, "Which port is it?")
    [finding] = evidence.find(Sentence.of("lmx"), evidence.sources)
    assert finding.supported
    assert "lmx" in quote(finding)


def test_however_long_the_question_a_few_words_are_read_with_a_part_of_it() -> None:
    brief, long = (" ".join(f"moon{at % 26}x{at}" for at in range(words)) for words in (64, 640))
    once, tenfold = (work(harbours(30, question), "Port") for question in (brief, long))
    assert tenfold < 1.5 * once
