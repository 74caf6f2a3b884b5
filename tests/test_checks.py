import pytest

from diplosum.checks import Loop, find_loop


@pytest.mark.parametrize(
    ("output", "loop"),
    [
        ("the talks the talks the talks the talks ended", Loop("the talks", 4)),
        ("They said that they said that They said that", Loop("they said that", 3)),
        ("no no no no", Loop("no", 4)),
        ("a b c d " * 5, Loop("a b c d", 5)),
        ("hahahahahahahahahahaha", Loop("ha", 11)),
        ("very, very, very good", None),
        ("the talks and the talks", None),
        ("على على ضرورة", None),
        ("1000000000 dollars", None),
        ("", None),
        ("....................", None),
    ],
)
def test_a_phrase_said_over_and_over_is_a_loop(output: str, loop: Loop | None) -> None:
    assert find_loop("وصل الوزير.", output) == loop


def test_what_the_source_repeats_may_be_repeated() -> None:
    assert find_loop("لا لا لا لا", "no no no no") is None
    assert find_loop("لا لا لا لا", "no no no no no") == Loop("no", 5)
