import pytest

from footnote.calls.retries import with_retries


class Server:
    """Fails with each of the errors in turn, and then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = [*errors]

    async def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


async def test_an_attempt_is_repeated_until_it_succeeds() -> None:
    server = Server(OSError("first"), ConnectionError("second"))
    assert await with_retries(server, (0, 0, 0), on=OSError) == "answer"


async def test_the_error_of_the_last_attempt_is_raised() -> None:
    server = Server(OSError("first"), OSError("second"), OSError("third"))
    with pytest.raises(OSError, match="third"):
        await with_retries(server, (0, 0), on=OSError)


@pytest.mark.parametrize("error", [ValueError("another"), ConnectionRefusedError("excluded")])
async def test_an_error_of_another_type_is_raised_at_once(error: Exception) -> None:
    server = Server(error)
    with pytest.raises(type(error)):
        await with_retries(server, (0,), on=OSError, never=(ConnectionRefusedError,))
