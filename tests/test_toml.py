"""The line of every key, and mistakes with the way to them."""

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from diplosum import toml

PACKAGED = Path(__file__).parents[1] / "models.toml"

SMALL = toml.Table(
    {
        "size": toml.Value("a whole number", lambda value: type(value) is int),
        "parts": toml.Array(toml.Table({"name": toml.Value("a text", lambda value: isinstance(value, str))}, ["name"])),
        "people": toml.Named(toml.Table({}), toml.Value("a short name", lambda name: len(name) < 4)),
    },
    required=["size"],
)


def ways(value: object) -> list[toml.Keys]:
    if isinstance(value, dict):
        return [(key, *rest) for key, part in value.items() for rest in [(), *ways(part)]]
    if isinstance(value, list):
        return [(position, *rest) for position, part in enumerate(value) for rest in [(), *ways(part)]]
    return []


def test_every_key_of_the_packaged_file_has_a_line_that_names_it() -> None:
    text = PACKAGED.read_text("utf-8")
    rows, lines = text.split("\n"), toml.lines(text)
    every = ways(tomllib.loads(text))
    assert len(every) > 100
    for keys in every:
        last = next(key for key in reversed(keys) if isinstance(key, str))
        # What stands inside a multi-line array stands on the line of the array's key.
        names = {last, *(str(keys[end - 1]) for end, key in enumerate(keys) if isinstance(key, int))}
        assert any(name in rows[lines[keys] - 1] for name in names), keys


VALUES = st.sampled_from(
    [
        ["1"],
        ["[", "  1, # one", "", "]"],
        ['"""', "a = [", "[a.b]", '"""'],
        ['{ inner = "]" }'],
        ['\'[\' # """'],
        ["[", '  { inner = "#" },', "]"],
    ]
)
NAMES = st.text("abc-_", min_size=1, max_size=3)
NOISE = st.lists(st.sampled_from(["", "# [no.table]", "  # a = 1"]), max_size=2)


@given(
    tables=st.dictionaries(NAMES, st.dictionaries(NAMES, st.tuples(NOISE, VALUES), max_size=4), max_size=4),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_lines_are_right_whatever_stands_between_the_keys(
    tables: dict[str, dict[str, tuple[list[str], list[str]]]], newline: str
) -> None:
    rows: list[str] = []
    expected: dict[toml.Keys, int] = {}
    for table, keys in tables.items():
        rows.append(f"[{table}]")
        expected[(table,)] = len(rows)
        for key, (noise, value) in keys.items():
            rows += noise
            rows.append(f"{key} = {value[0]}")
            expected[table, key] = len(rows)
            rows += value[1:]
    found = toml.lines(newline.join(rows))
    assert {keys: line for keys, line in found.items() if len(keys) <= 2} == expected


def test_arrays_of_tables_quoted_dotted_and_inline_keys_have_their_lines() -> None:
    text = (
        '[[a.b]]\nc = 1\n[a.b.d]\ne = 1\n\n[[a.b]]\nc = 1\n[a.b.d]\ne = 1\n["x.y"]\n"p.q".r = { s = [1, { t = 1 }] }\n'
    )
    assert toml.lines(text) == {
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "b", 0): 1,
        ("a", "b", 0, "c"): 2,
        ("a", "b", 0, "d"): 3,
        ("a", "b", 0, "d", "e"): 4,
        ("a", "b", 1): 6,
        ("a", "b", 1, "c"): 7,
        ("a", "b", 1, "d"): 8,
        ("a", "b", 1, "d", "e"): 9,
        ("x.y",): 10,
        ("x.y", "p.q"): 11,
        ("x.y", "p.q", "r"): 11,
        ("x.y", "p.q", "r", "s"): 11,
        ("x.y", "p.q", "r", "s", 0): 11,
        ("x.y", "p.q", "r", "s", 1): 11,
        ("x.y", "p.q", "r", "s", 1, "t"): 11,
    }


def test_a_table_that_is_opened_after_its_subtable_stands_on_its_own_header() -> None:
    assert toml.lines("[a.b]\n[a]\n") == {("a",): 2, ("a", "b"): 1}


def test_a_line_separator_inside_a_text_does_not_count_as_a_line() -> None:
    assert toml.lines('a = "x\u2028y"\nb = 1') == {("a",): 1, ("b",): 2}


def test_every_mistake_is_found_at_once_and_what_is_left_can_be_used() -> None:
    value = {"siez": 3, "parts": [{"name": 1}, 7, {}], "people": {"Ada": {}, "Grace": {}}, "other": {}}
    rest, mistakes = toml.check(value, SMALL)
    assert sorted(map(str, mistakes)) == [
        ": size is missing",
        "other: unknown table; a name with a dot in it needs quotation marks",
        "parts[0].name: 1 is not a text",
        "parts[1]: 7 is not a table",
        "parts[2]: name is missing",
        "people.Grace: not a short name",
        "siez: unknown key; did you mean size?",
    ]
    assert rest == {"parts": [{"name": None}, {}, {}], "people": {"Ada": {}}}


def test_something_that_is_no_table_at_all_is_one_mistake() -> None:
    _, mistakes = toml.check({"size": 1, "parts": "many", "people": False}, SMALL)
    assert [str(mistake) for mistake in mistakes] == [
        'parts: "many" is not an array of tables',
        "people: false is not a table",
    ]


def test_a_long_value_is_shown_in_part() -> None:
    _, (mistake,) = toml.check({"size": "ق" * 1000}, SMALL)
    assert str(mistake) == f'size: "{"ق" * 48}… is not a whole number'


def test_names_with_dots_are_shown_with_their_quotation_marks() -> None:
    assert str(toml.Mistake(("models", "nllb-1.3b", "probes", 0), "wrong")) == 'models."nllb-1.3b".probes[0]: wrong'
