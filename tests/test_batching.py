from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from diplosum.batching import Segment, batches, chunks, pack, restore, windows

WORD = st.text("ابتثجحخدذرز", min_size=1, max_size=9)
MARK = st.sampled_from(["", "", "", "،", "؛", "، و", ":"])
TEXT = st.lists(st.tuples(WORD, MARK), max_size=60).map(lambda words: " ".join(f"{word}{mark}" for word, mark in words))


def count(texts: Sequence[str]) -> list[int]:
    """Two special tokens, and a token for every three letters of a word."""
    return [2 + sum(-(-len(word) // 3) for word in text.split()) for text in texts]


@given(st.lists(TEXT, max_size=6), st.integers(6, 40))
def test_parts_have_every_word_in_order_and_fit_the_budget(texts: list[str], budget: int) -> None:
    segments = pack(texts, count, budget)
    for position, text in enumerate(texts):
        parts = [segment for segment in segments if segment.position == position]
        assert [word for part in parts for word in part.text.split()] == text.split()
        assert [part.part for part in parts] == list(range(len(parts)))
        assert {part.parts for part in parts} == {len(parts)}
    assert all(segment.tokens <= budget for segment in segments)
    assert [segment.tokens for segment in segments] == count([segment.text for segment in segments])


@given(st.lists(TEXT, max_size=6), st.integers(6, 40))
def test_a_text_that_fits_is_not_cut(texts: list[str], budget: int) -> None:
    for segment in pack(texts, count, budget):
        if count([texts[segment.position]])[0] <= budget:
            assert (segment.text, segment.parts) == (texts[segment.position], 1)


def test_a_sentence_is_cut_at_the_strongest_mark_first() -> None:
    text = "قال الوزير أمس؛ ثم عاد إلى بغداد، وزار الموصل، حيث التقى المحافظ"
    assert [segment.text for segment in pack([text], count, 11)] == [
        "قال الوزير أمس؛",
        "ثم عاد إلى بغداد،",
        "وزار الموصل،",
        "حيث التقى المحافظ",
    ]


def test_a_sentence_without_marks_is_cut_into_equal_parts_at_spaces() -> None:
    sizes = [segment.tokens for segment in pack([" ".join(["كلمة"] * 31)], count, 22)]
    assert len(sizes) == 4
    assert max(sizes) - min(sizes) <= 2


def test_a_word_is_never_cut_and_shows_its_size() -> None:
    (segment,) = pack(["ا" * 300], count, 10)
    assert segment == Segment(0, 0, 1, "ا" * 300, 102)


def test_tokens_that_merge_otherwise_when_joined_are_counted_again() -> None:
    def merging(texts: Sequence[str]) -> list[int]:
        return [1 + len(text.split()) + 5 * (len(text.split()) > 3) for text in texts]

    segments = pack(["ا ب ت ث ج ح خ د"], merging, 6)
    assert all(segment.tokens <= 6 for segment in segments)
    assert " ".join(segment.text for segment in segments) == "ا ب ت ث ج ح خ د"


@given(st.lists(st.integers(1, 60), max_size=40), st.integers(1, 9), st.integers(20, 200), st.randoms())
def test_batches_hold_every_segment_once_within_limits_whatever_the_order(
    sizes: list[int], rows: int, tokens: int, random: Random
) -> None:
    segments = [Segment(position, 0, 1, str(size), size) for position, size in enumerate(sizes)]
    shuffled = random.sample(segments, len(segments))
    made = batches(segments, rows=rows, tokens=tokens)
    assert sorted(segment.position for batch in made for segment in batch.segments) == list(range(len(sizes)))
    assert all(len(batch.segments) <= rows for batch in made)
    assert all(batch.cost <= tokens or len(batch.segments) == 1 for batch in made)
    assert batches(shuffled, rows=rows, tokens=tokens) == made
    lengths = [segment.tokens for batch in made for segment in batch.segments]
    assert lengths == sorted(lengths, reverse=True)


@given(st.lists(TEXT, min_size=1, max_size=6), st.randoms())
def test_restoring_puts_answers_back_in_document_order(texts: list[str], random: Random) -> None:
    segments = pack(texts, count, 8)
    answers = random.sample([(segment, segment.text) for segment in segments], len(segments))
    assert [" ".join(parts).split() for parts in restore(answers)] == [text.split() for text in texts]


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(10, 120), st.integers(1, 8))
def test_windows_hold_every_position_once_and_fit(sizes: list[int], budget: int, least: int) -> None:
    made = windows(sizes, budget=budget, least=least)
    assert [position for window in made for position in window] == list(range(len(sizes)))
    assert all(len(window) == 1 or sum(sizes[p] for p in window) <= budget for window in made)
    assert len(made) >= min(least, len(sizes))


def test_windows_share_the_text_evenly() -> None:
    assert windows([5] * 13, budget=100, least=3) == [range(4), range(4, 9), range(9, 13)]
    assert windows([5] * 12, budget=30) == [range(6), range(6, 12)]


@given(st.integers(0, 200), st.integers(1, 9), st.integers(0, 4))
def test_chunks_hold_everything_in_order_and_grow_to_the_most(count: int, first: int, doublings: int) -> None:
    most = first * 2**doublings
    made = list(chunks(range(count), first=first, most=most))
    assert [item for chunk in made for item in chunk] == list(range(count))
    assert [len(chunk) for chunk in made[:-1]] == [min(most, first * 2**n) for n in range(len(made) - 1)]
    assert made == [[]] if count == 0 else all(made)
