"""One spelling for a name throughout a document. What is said here is made up."""

from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplosum.document import parse
from diplosum.fidelity import transliteration
from diplosum.fidelity.words import key_of, keys_of
from diplosum.finding import Finding
from diplosum.naming import Names

SAMPLE = Path(__file__).parent.parent / "samples" / "moscow-talks.txt"

SPELLINGS = [
    ("الجعفري", ["Jaafari", "Jafari", "Ja'fari", "Jaafary"]),
    ("لافروف", ["Lavrov", "Lavroff", "Lawrow", "Lavrof"]),
    ("شولتس", ["Scholz", "Schulz", "Sholts"]),
    ("غوتيريش", ["Guterres", "Gutierrez"]),
    ("أردوغان", ["Erdogan", "Erdoğan", "Ardogan"]),
    ("محمد", ["Mohammed", "Muhammad", "Mohamed", "Mohammad"]),
    ("القذافي", ["Qaddafi", "Gaddafi", "Qadhafi", "Gadhafi", "Kadhafi"]),
    ("السيسي", ["Sisi", "Sissi"]),
    ("خليفة", ["Khalifa", "Khalifah"]),
    ("زيلينسكي", ["Zelensky", "Zelenskyy", "Zelenskiy"]),
    ("يلتسين", ["Yeltsin", "Jelzin", "Eltsin"]),
    ("تشرشل", ["Churchill"]),
]
PAIRS = [(arabic, english) for arabic, spellings in SPELLINGS for english in spellings]


def told(names: Names, *pairs: tuple[str, str]) -> list[str]:
    return [names.unify(source, output)[0] for source, output in pairs]


def test_the_sample_article_has_one_spelling_for_each_name() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    document = parse(text)
    sentences = [document.sentence(position) for position in range(len(document.sentences))]
    written = {
        "الجعفري": cycle(["Jaafari", "Al-Jafari", "al-Ja'fari", "Jafari"]),
        "لافروف": cycle(["Lavrov", "Lavrof"]),
    }
    names, outputs = Names(), []
    for sentence in sentences:
        said = [f"he spoke with {next(spellings)}'s aides" for name, spellings in written.items() if name in sentence]
        outputs.append(names.unify(sentence, "Then " + " and ".join(said) + ".")[0])
    english = " ".join(outputs)
    assert english.count("with Jaafari's") == sum("الجعفري" in sentence for sentence in sentences) == 5
    assert english.count("with Lavrov's") == sum("لافروف" in sentence for sentence in sentences) == 5
    assert "afari" not in english.replace("Jaafari", "")


def test_the_first_rendering_is_kept_and_the_other_is_noted() -> None:
    names = Names()
    assert names.unify("وصل الجعفري.", "Jaafari arrived.") == ("Jaafari arrived.", [])
    output, findings = names.unify("قال الجعفري ذلك.", "So said Al-Jafari.")
    assert output == "So said Jaafari."
    message = "the model spelled «الجعفري» Al-Jafari here; Jaafari, as before"
    assert findings == [Finding("name", "note", message, ((4, 11),), ((8, 15),))]


def test_possessives_hyphens_and_the_capital_of_a_sentence_are_kept() -> None:
    outputs = told(
        Names(),
        ("زار الوفد الأسد.", "The delegation visited al-Assad."),
        ("سياسة الأسد.", "Assad's policy."),
        ("نظام الأسد.", "The Asad-led regime."),
    )
    assert outputs == ["The delegation visited al-Assad.", "Al-Assad's policy.", "The al-Assad-led regime."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("زار الوفد روسيا.", "The delegation visited Russia."), ("روسيا كبيرة.", "Rusia is large.")),
        (("قال حسن ذلك.", "Hassan said so."), ("قال حسين ذلك.", "Husayn said so.")),
        (("وصل محمد بن سلمان.", "Mohammed bin Salman arrived."), ("وصل محمد يونس.", "Muhammad Yunus arrived.")),
        (("وصل الوزير.", "The minister arrived."), ("وصل الوزير.", "The Minister arrived.")),
        (("قال لافروف ذلك.", "Lavrov said so."), ("قال لافروف ذلك.", "He said so.")),
        (("وصلت سفينة.", "A ship came."), ("وصلت سفينة.", "A SHIP CAME.")),
        (("وصل الأسد.", "Al-Assad arrived."), ("زار الأسد.", "He visited al-Assad.")),
    ],
)
def test_what_is_not_another_spelling_of_the_same_name_is_left_alone(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    names = Names()
    names.unify(*first)
    assert names.unify(*second) == (second[1], [])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("قال محمد ذلك.", "Mohammed said so."), ("قال محمد ذلك.", "Mahmoud said so.")),
        (("قال الجعفري ذلك.", "Jaafari said so."), ("قال: «سيعود الجعفري.", 'He said: "Jafari will return.')),
    ],
)
def test_what_may_be_another_spelling_is_noted_and_left_alone(first: tuple[str, str], second: tuple[str, str]) -> None:
    names = Names()
    names.unify(*first)
    output, findings = names.unify(*second)
    assert output == second[1]
    assert [(finding.severity, "before" in finding.message) for finding in findings] == [("note", True)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("قال عبد الرحمن ذلك.", "Abdulrahman said so."), ("عاد عبدالرحمن.", "Abdul Rahman returned.")),
        (("قال عبدالعزيز ذلك.", "Abd al-Aziz said so."), ("عاد عبد العزيز.", "Abdulaziz returned.")),
        (("قال أبو بكر ذلك.", "Abu Bakr said so."), ("عاد أبو بكر.", "Abubakr returned.")),
    ],
)
def test_a_compound_in_one_word_or_two_is_one_name(first: tuple[str, str], second: tuple[str, str]) -> None:
    names = Names()
    kept = first[1].removesuffix(" said so.")
    names.unify(*first)
    assert names.unify(*second)[0] == f"{kept} returned."


def test_two_spellings_in_one_sentence_become_one() -> None:
    source = "التقى عبد الله أخاه، ثم غادر عبد الله."
    assert told(Names(), (source, "Abdullah met his brother; then Abdallah left.")) == [
        "Abdullah met his brother; then Abdullah left."
    ]


def test_spans_are_those_of_the_output_that_is_returned() -> None:
    names = Names()
    names.unify("التقى الجعفري لافروف.", "Jaafari met Lavrov.")
    output, findings = names.unify("التقى الجعفري لافروف.", "Al-Ja'fari met Lavroff.")
    assert output == "Jaafari met Lavrov."
    assert [output[slice(*span)] for finding in findings for span in finding.output] == ["Jaafari", "Lavrov"]


@given(st.lists(st.sampled_from(PAIRS), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_unifying_twice_changes_nothing_more(pairs: list[tuple[str, str]]) -> None:
    names = Names()
    for arabic, english in pairs:
        source = f"قال {arabic} ذلك."
        output, _ = names.unify(source, f"So said {english} today.")
        assert names.unify(source, output)[0] == output


@given(st.text(alphabet="abcdefghij 0123456789٠١٢٣٤٥٦٧٨٩.,'\"", max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_text_without_names_is_never_touched(output: str) -> None:
    names = Names()
    names.unify("قال الجعفري ذلك في عام ٢٠٢٠.", "Jaafari said so in 2020.")
    assert names.unify("قال الجعفري ذلك في عام ٢٠٢٠.", output) == (output, [])


@given(st.sampled_from(PAIRS), st.sampled_from(["", "و", "ف", "ب", "وب", "ل"]), st.sampled_from(["", "\u064e", "ـ"]))
@settings(max_examples=200, deadline=None)
def test_prefixes_the_article_vowel_signs_and_tatweel_do_not_matter(
    pair: tuple[str, str], prefix: str, sign: str
) -> None:
    arabic, english = pair
    written = prefix + sign.join(arabic) + sign
    assert transliteration.score(written, english) >= transliteration.score(arabic, english) >= transliteration.LIKELY
    assert key_of(arabic) in keys_of(written)


@pytest.mark.parametrize("other", ["Churchill", "Macron", "Netanyahu", "Berlusconi"])
@pytest.mark.parametrize("arabic", [arabic for arabic, _ in SPELLINGS[:11]])
def test_another_name_is_no_spelling(arabic: str, other: str) -> None:
    assert transliteration.score(arabic, other) < 0


@pytest.mark.parametrize(("words", "letters"), [("سي إن إن", "CNN"), ("بي بي سي", "BBC"), ("إف بي آي", "F.B.I.")])
def test_letters_are_known_by_their_arabic_names(words: str, letters: str) -> None:
    assert transliteration.names_letters(words.split(), letters)
    assert not transliteration.names_letters(words.split(), "NATO")
    assert not transliteration.names_letters(words.split(), "C")
