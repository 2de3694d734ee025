from click.testing import CliRunner

from footnote.api_keys import ApiKey
from footnote.cli.commands.key import command


def test_the_printed_line_accepts_the_printed_key() -> None:
    result = CliRunner().invoke(command, ["new", "ada", "--groups", "staff,board"])
    printed = dict(line.split(":", 1) for line in result.output.splitlines())
    holder = ApiKey.parse(printed["line"].strip())
    assert holder.matches(printed["key"].strip())
    assert (holder.name, holder.groups) == ("ada", ("staff", "board"))
