import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diplosum import terms
from diplosum.errors import InputError
from diplosum.finding import Finding
from diplosum.glossary import Glossary, Term

MINISTER = Term("وزير الخارجية", "Foreign Minister", ("وزيرة الخارجية", "Minister of Foreign Affairs"))
COMMITTEE = Term("اللجنة العليا المشتركة", "Joint Higher Committee")
DEFENCE = Term("منظمة دفاع", "Defence Organisation")


def kept(term: Term, source: str, output: str) -> list[bool]:
    return [bool(use.output) for use in Glossary.of([term]).uses(source, output)]


@pytest.mark.parametrize(
    "source",
    [
        "وزير الخارجية",
        "ووزير الخارجية العراقي",
        "بوزير الخارجيّة",
        "لوزيرة الخارجيه",
        "فكوزير الخارجية؟",
        "قال وزير  الخارجـية إن",
        "الوزير الخارجية",
    ],
)
def test_a_term_is_found_behind_prefixes_and_in_other_spellings(source: str) -> None:
    assert len(Glossary.of([MINISTER]).find(source)) == 1


@pytest.mark.parametrize("source", ["وزير داخلية", "وزير، الخارجية", "وزير خارجية", "الخارجية وزير", "وزيران الخارجية"])
def test_what_is_not_the_term_is_not_found(source: str) -> None:
    assert Glossary.of([MINISTER]).find(source) == []


@pytest.mark.parametrize("source", ["للجنة العليا المشتركة", "وللجنة العليا المشتركة", "اللّجنة العليا المشتركة"])
def test_an_article_that_merged_with_its_preposition_is_found(source: str) -> None:
    assert [term for term, _ in Glossary.of([COMMITTEE]).find(source)] == [COMMITTEE]


def test_the_longest_term_counts_and_none_overlap() -> None:
    council, un = Term("مجلس الأمن الدولي", "UN Security Council"), Term("مجلس الأمن", "Security Council")
    source = "عقد مجلس الأمن الدولي جلسة، ومجلس الأمن أخرى"
    found = Glossary.of([un, council]).find(source)
    assert [(term, source[start:end]) for term, (start, end) in found] == [
        (council, "مجلس الأمن الدولي"),
        (un, "ومجلس الأمن"),
    ]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("The Foreign Minister left.", True),
        ("The foreign ministers left.", True),
        ("the minister of foreign affairs' aide", True),
        ("the FOREIGN-MINISTER", True),
        ("The minister of foreign trade left.", False),
        ("", False),
    ],
)
def test_a_rendering_counts_in_any_case_and_number(output: str, expected: bool) -> None:  # noqa: FBT001 - a parameter
    assert kept(MINISTER, "وصل وزير الخارجية", output) == [expected]


def test_british_and_american_spellings_are_one() -> None:
    assert kept(DEFENCE, "منظمة الدفاع", "the Defense Organization") == [True]


def test_a_term_that_was_rendered_otherwise_is_a_finding_with_its_place() -> None:
    source, glossary_ = "وصل وزير الخارجية أمس", Glossary.of([MINISTER])
    (use,) = glossary_.uses(source, "The envoy arrived.")
    assert use.finding(source) == Finding("term", "warn", "«وزير الخارجية» is not “Foreign Minister” here", ((4, 17),))
    (use,) = glossary_.uses(source, "The foreign minister came.")
    assert use.finding(source) is None
    assert use.output == ((4, 20),)


@given(st.text("وفبلكالجنةخارية، .", max_size=40))
def test_found_terms_are_in_order_and_do_not_overlap(source: str) -> None:
    spans = [span for _, span in Glossary.of([MINISTER, COMMITTEE, Term("ال", "the thing")]).find(source)]
    assert all(0 <= start < end <= len(source) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


FORMS = "وزيرة الخارجية|Minister of Foreign Affairs"
ROW = ("وزير الخارجية", "Foreign Minister", FORMS)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.tsv", "\t".join(ROW).encode()),
        ("g.tsv", f"# ours\n\nenglish\tarabic\tforms\n{ROW[1]}\t{ROW[0]}\t{FORMS}".encode("utf-16")),
        ("g.csv", f"\ufeffArabic,English,Forms,Note\r\n{','.join(ROW)},\r\n".encode()),
        ("g.csv", f'{ROW[0]};{ROW[1]};"{FORMS}"\n'.encode()),
        (
            "g.toml",
            f'[[term]]\narabic = "{ROW[0]}"\nenglish = "{ROW[1]}"\nforms = {json.dumps(FORMS.split("|"))}\n'.encode(),
        ),
    ],
)
def test_a_glossary_is_read_from_three_formats(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert terms.read(tmp_path / name) == [MINISTER]


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        (
            "g.tsv",
            "arabic\tenglish\tforms\nوزير\t\n\tMinister\nword\tMinister\nوزير\tوزير\nسفير\tAmbassador\nالسفير\tEnvoy\n"
            "سَفير\tEnvoy\nx\ty\tz\tw\tv\nسفارة\tembassy\tقنصلية|—\n",
            [
                "line 2: the English is missing",
                "line 3: the Arabic is missing",
                "line 4: “word” is not Arabic",
                "line 5: “وزير” is not English",
                "line 8: سَفير is “Ambassador” on line 6",
                "line 9: 5 columns where 3 are known",
                "line 10: “—” has no words",
            ],
        ),
        (
            "g.csv",
            "arabic,englisch,not\nوزير,Minister\n",
            [
                "line 1: there is no column english",
                "line 1: unknown column englisch; did you mean english?",
                "line 1: unknown column not; did you mean note?",
                "line 2: the English is missing",
            ],
        ),
        ("g.csv", 'وزير,"Minister\n', ["line 2: unexpected end of data"]),
        (
            "g.toml",
            '[[term]]\narabic = "وزير"\n\n[[term]]\narabic = 5\nenglish = "x"\nforms = "y"\n'
            '[[term]]\narabic = "a"\nenglish = "b"\n',
            [
                "line 1: term[0]: english is missing",
                "line 5: term[1].arabic: 5 is not a text that says something",
                'line 7: term[1].forms: "y" is not a list of texts',
                "line 8: “a” is not Arabic",
            ],
        ),
    ],
)
def test_every_mistake_of_a_glossary_is_said_at_once(tmp_path: Path, name: str, content: str, lines: list[str]) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        terms.read(tmp_path / name)
    assert caught.value.message.split("\n  ")[1:] == lines
    assert caught.value.where == str(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("g.xlsx", b"", "a glossary is .toml, .csv or .tsv"),
        ("g.tsv", b"\n\n# nothing\n", "this glossary has no terms"),
        ("g.tsv", "وزير\tminister\n".encode() + b"\xe6\xd2\tx\n", "line 2 is not UTF-8"),
        ("g.toml", b"[[term]\n", "Expected"),
        ("absent.tsv", None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_glossary_is_refused(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        terms.read(tmp_path / name)


def test_the_first_glossary_counts_where_several_have_a_term(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text("وزير الخارجيه\tMinister for External Relations\n", "utf-8")
    chosen = terms.load([str(own), terms.STARTER])
    assert [term.english for term, _ in chosen.find("وزير الخارجية")] == ["Minister for External Relations"]
    assert chosen.digest != terms.load([terms.STARTER]).digest


def test_the_starter_is_sound_and_knows_offices_bodies_and_formulas() -> None:
    starter = terms.load([terms.STARTER])
    assert 150 <= len(starter.terms) <= 400
    assert {term.note for term in starter.terms} == {"office", "body", "event", "formula", "region"}
    for term in starter.terms:
        for form in term.sources:
            assert [use.term.english for use in starter.uses(form, term.english)] == [term.english]
        for rendering in term.renderings:
            assert [bool(use.output) for use in starter.uses(term.arabic, f"So the {rendering} said")] == [True]


def test_the_starter_reads_the_sample_article_without_doubt() -> None:
    text = (Path(__file__).parents[1] / "samples" / "moscow-talks.txt").read_text("utf-8")
    said = {term.english for term, _ in terms.load([terms.STARTER]).find(text)}
    assert {"Foreign Minister", "bilateral relations", "joint committee", "joint higher committee"} <= said
    assert "Vice President" not in said
