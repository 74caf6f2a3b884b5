import pytest

from diplosum.fidelity.loops import Loop, check, find_loop


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


@pytest.mark.parametrize(
    ("output", "looped"),
    [
        ("So the talks the  talks the talks the talks ended", "the talks the  talks the talks the talks"),
        ("It is hahahahahahahahahaha.", "hahahahahahahahahaha"),
    ],
)
def test_a_loop_is_shown_where_it_stands(output: str, looped: str) -> None:
    (found,) = check("وصل الوزير.", output)
    assert (found.kind, found.severity) == ("loop", "fail")
    assert [output[start:end] for start, end in found.output] == [looped]
