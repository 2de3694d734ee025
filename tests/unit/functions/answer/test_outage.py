import pytest

from footnote.errors import DeadlinePassed, NotFound, Unavailable
from functions.answer import outage


def test_the_cause_is_in_the_log_and_not_in_the_message(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unavailable) as told, outage.reported_as("Not now."):
        raise Unavailable("http://inside:8082 is gone.", retry_after=7)
    assert (told.value.message, told.value.retry_after) == ("Not now.", 7)
    assert "http://inside:8082 is gone." in caplog.text


@pytest.mark.parametrize("error", [DeadlinePassed("Too late."), NotFound("There is none.")])
def test_what_is_no_outage_is_raised_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as told, outage.reported_as("Not now."):
        raise error
    assert told.value is error
