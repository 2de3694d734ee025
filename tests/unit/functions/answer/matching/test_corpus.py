from functions.answer.matching.corpus import Source
from tests.unit.functions.answer.samples import passage


def test_a_long_list_is_quoted_in_parts_and_a_short_one_whole() -> None:
    people = [f"Number {number} of the ministers of Tolm;" for number in range(20)]
    text = " ".join(["Those who went to Yarrow:", *people, "and Ada Brandt."])
    source = Source(passage(f"{text} One came; none left."))
    parts = [source.passage.text[start:end] for start, end in source.spans]
    assert parts[1:] == [*people[1:], "and Ada Brandt.", "One came; none left."]
