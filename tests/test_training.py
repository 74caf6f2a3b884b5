"""training/: what is learned from, how it is changed and drawn, and that a run goes on exactly where it stopped."""

import json
import re
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
import training_data
from checkpoints import PAIRS
from hypothesis import given
from hypothesis import strategies as st

from diplosum.arabic import Rules, for_model
from diplosum.trial import Ledger
from training import (
    augment,
    learning,
    mixture,
    model,
    package,
    prepare,
    settings,
    sources,
    trying,
    vocabulary,
)
from training.__main__ import AGAIN, REFUSED, main
from training.augment import Name, Names
from training.cleaning import Filter, Leaks
from training.clock import Clock, Out
from training.mixture import Mixture, Origin, Row
from training.sources import Pair
from training.vocabulary import Vocabulary

NAMES = Names([Name("بغداد", "Baghdad", "city"), Name("القاهرة", "Cairo", "city"), Name("تونس", "Tunis", "city")])
SAID = Pair(
    "وصل 25 خبيرا إلى بغداد في 2016: «نشكر بغداد».", '25 experts arrived in Baghdad in 2016: "We thank Baghdad".'
)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return training_data.write(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def table(data: Path) -> Path:
    path = data / "settings.toml"
    path.write_text(training_data.SETTINGS, "utf-8")
    return path


@pytest.fixture(scope="session")
def trained(data: Path, table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WORK after ``all``: a tiny run, trained, scored, and not good enough."""
    work = tmp_path_factory.mktemp("work")
    assert (
        main(["all", "--data", str(data), "--work", str(work), "--settings", str(table), "--cores", "1", "--quiet"])
        == REFUSED
    )
    return work


def sifted(pairs: list[Pair], evaluation: list[Pair] | None = None) -> tuple[list[Pair], Counter[str]]:
    counts: Counter[str] = Counter()
    return list(Filter(Leaks([evaluation or []])).sift(pairs, counts)), counts


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (Pair("", "Nothing."), "empty"),
        (Pair("Click here now", "Click here now"), "language"),
        (Pair("وصل الوزير", "وصل الوزير"), "language"),
        (Pair("وصل الوزير", "The minister وصل"), "language"),
        (Pair("وصل.", "The minister of foreign affairs arrived in the capital this morning."), "length ratio"),
        (Pair("وصل " * 201, "arrived " * 201), "too long"),
    ],
)
def test_an_unsound_pair_is_left_out_and_counted(pair: Pair, reason: str) -> None:
    assert sifted([pair]) == ([], Counter({"read": 1, reason: 1}))


def test_marks_and_spaces_of_a_sound_pair_are_written_in_one_way() -> None:
    kept, _ = sifted([Pair(" قال:\u200f «نعم» ", "He said:\u00a0 “yes” isn’t it")])
    assert kept == [Pair("قال: «نعم»", 'He said: "yes" isn\'t it')]


def test_pairs_that_differ_in_numbers_marks_and_case_only_are_kept_once() -> None:
    one, same = Pair("وصل 25 خبيرا.", "25 experts arrived."), Pair("وصل ٣١ خبيراً", "31 Experts arrived")
    other = Pair("وصل 25 خبيرا.", "25 experts came.")
    kept, counts = sifted([one, one, same, other])
    assert kept == [one, other]
    assert (counts["duplicate"], counts["near duplicate"]) == (1, 1)


def test_what_is_evaluated_on_is_never_learned_whole_in_half_or_within_more() -> None:
    asked = Pair(
        "عقد مجلس النواب جلسة طارئة لبحث مشروع الميزانية", "Parliament held an emergency session on the budget bill"
    )
    leaks = [
        Pair("عقد مجلسُ النواب جلسة طارئة لبحث مشروع الميزانية.", "Another English side entirely."),
        Pair("ترجمة أخرى تماما لا علاقة لها", "PARLIAMENT held an emergency session on the Budget Bill!"),
        Pair("وأمس عقد مجلس النواب جلسة طارئة لبحث القانون", "A session of the house about a law yesterday."),
    ]
    sound = Pair("عقد مجلس النواب جلسته الأولى أمس", "Parliament held its first session yesterday")
    kept, counts = sifted([*leaks, sound], [asked])
    assert kept == [sound]
    assert counts["evaluation"] == len(leaks)


def test_sentences_that_mean_the_same_are_more_alike_than_others() -> None:
    pairs = [
        Pair("وصل الوزير إلى بغداد", "The minister arrived in Baghdad"),
        Pair("وصل الوزير إلى بغداد", "Buy cheap shoes"),
    ]
    same, other = prepare.cosines(pairs)
    assert same > 0.6
    assert other < 0.35


def test_a_number_changes_on_both_sides_and_in_its_own_style() -> None:
    pair = Pair("خصصت ١٬٢٥٠٫٧٥ دولارا لـ 3 مدارس عام 2016", "1,250.75 dollars for 3 schools in 2016")
    changed = {augment.swap_numbers(pair, Random(seed)) for seed in range(20)}
    assert len(changed) > 10
    for new in changed - {pair}:
        arabic = re.fullmatch("خصصت ([٠-٩]٬[٠-٩]{3}٫[٠-٩]{2}) دولارا لـ 3 مدارس عام ([0-9]{4})", new.arabic)
        english = re.fullmatch(r"(\d,\d{3}\.\d{2}) dollars for 3 schools in (\d{4})", new.english)
        assert arabic
        assert english
        assert (augment.plain(arabic[1]), arabic[2]) == (english[1], english[2])


@pytest.mark.parametrize(
    "pair",
    [
        Pair("وصل 3 خبراء", "3 experts arrived"),  # another number would change the grammar
        Pair("في 25 من 25", "25 of 25"),
        Pair("وصل 25 خبيرا", "Twenty-five experts arrived"),
        Pair("الطائرة A-320 في 12:45", "the A-320 at 12:45"),
    ],
)
def test_a_number_that_cannot_be_changed_safely_stays(pair: Pair) -> None:
    assert all(augment.swap_numbers(pair, Random(seed)) == pair for seed in range(20))


def test_a_name_changes_on_both_sides_everywhere() -> None:
    changed = {augment.swap_names(SAID, NAMES, Random(seed)) for seed in range(20)}
    assert changed == {
        SAID,
        *(
            Pair(SAID.arabic.replace("بغداد", arabic), SAID.english.replace("Baghdad", english))
            for arabic, english in (("القاهرة", "Cairo"), ("تونس", "Tunis"))
        ),
    }


def test_a_name_with_an_article_joins_its_preposition() -> None:
    (old,) = NAMES.find(Pair("شكر لبغداد", "Thanks to Baghdad"))
    assert NAMES.swap(Pair("شكر لبغداد", "Thanks to Baghdad"), old, NAMES.kinds["city"][1]).arabic == "شكر للقاهرة"


def test_a_name_that_one_side_lacks_stays() -> None:
    assert NAMES.find(Pair("شكر لبغداد", "Thanks to the capital")) == []


@given(st.sampled_from([Pair(*pair) for pair in training_data.pairs()]), st.integers())
def test_a_changed_pair_stays_parallel_and_follows_from_the_seed(pair: Pair, seed: int) -> None:
    always = settings.Chances(*(0.5 for _ in range(9)))
    changed = augment.augment(pair, always, NAMES, Random(seed))
    assert changed == augment.augment(pair, always, NAMES, Random(seed))
    shown = for_model(changed.arabic, Rules()).text
    assert augment.same_numbers(Pair(shown, changed.english))
    assert changed.english.count('"') == pair.english.count('"')
    assert all((name.english in changed.english) == (name.arabic in shown) for name in NAMES.find(pair))


@given(st.sampled_from([Pair(*pair) for pair in training_data.pairs()]), st.integers())
def test_changes_of_looks_leave_the_english_and_what_the_model_is_shown(pair: Pair, seed: int) -> None:
    shown = for_model(pair.arabic, Rules()).text
    for change in (augment.tatweel, augment.diacritics):
        changed = change(pair, Random(seed))
        assert changed.english == pair.english
        assert changed.arabic != pair.arabic or change is augment.diacritics
        assert for_model(changed.arabic, Rules()).text == shown
    assert augment.digits(augment.digits(pair, Random(seed)), Random(seed)) == pair
    assert augment.requote(pair, Random(seed)).english == pair.english


def test_a_full_stop_goes_from_both_sides_or_from_the_source() -> None:
    pair = Pair("وصل الوزير.", "The minister arrived.")
    stops = {augment.drop_stop(pair, Random(seed)) for seed in range(9)}
    assert stops == {Pair("وصل الوزير", "The minister arrived."), Pair("وصل الوزير", "The minister arrived")}
    heads = {augment.head(pair, Random(seed)) for seed in range(9)}
    assert Pair("وصل الوزير:", "The minister arrived:") in heads
    assert all(a.partition(". ")[0] == b.partition(". ")[0] for a, b in heads if "." in a)


@pytest.fixture(scope="session", params=["aligned", "plain"])
def spelled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp(request.param)
    vocabulary.build(request.param, 800, [side for pair in training_data.pairs() for side in pair], folder)
    return Vocabulary(folder)


_SIGNS = st.characters(categories=["L", "M", "N", "P", "S"], exclude_characters="▁٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
_TEXTS = st.text(_SIGNS, min_size=1)


@given(text=_TEXTS)
def test_no_character_is_lost(spelled: Vocabulary, text: str) -> None:
    assert spelled.decode(spelled.encode([text])) == [text]


def test_the_vocabulary_is_as_marian_has_it_and_spells_numbers_digit_by_digit(spelled: Vocabulary) -> None:
    assert spelled.names[:2] == ["</s>", "<unk>"]
    assert spelled.names[-1] == "<pad>"
    assert len(set(spelled.names)) == len(spelled.names) <= 900
    (row,) = spelled.encode(["عام ٢٠١٦"])
    assert [spelled.names[n] for n in row][-5:] == ["2", "0", "1", "6", "</s>"]
    assert vocabulary.UNKNOWN not in spelled.encode(["东 😀 ﷺ"])[0]
    vectors = spelled.vectors(24)
    assert vectors.shape == (len(spelled.names), 24)
    assert not vectors[-1].any()
    assert np.isfinite(vectors).all()


def test_vectors_of_translations_are_near_each_other_where_they_are_aligned(tmp_path: Path) -> None:
    vocabulary.build("aligned", 800, [side for pair in training_data.pairs() for side in pair], tmp_path)
    words = Vocabulary(tmp_path)
    minister, same, other = (words.vectors(64)[words.names.index(name)] for name in ("▁وزير", "▁minister", "▁days"))
    assert minister @ same > 2 * abs(minister @ other)


def test_all_pairs_of_a_domain_come_before_one_comes_again() -> None:
    lengths = {"news": 10, "web": 5}
    pairs = {name: [Pair(f"{name} {n}", "word " * lengths[name]) for n in range(30)] for name in lengths}
    drawn = Mixture.of(pairs, {"news": 0.5, "web": 0.5, "none": 0.3}, 45, seed=7)
    assert drawn.counts == {"news": 15, "web": 30}
    rounds = [drawn.draw(number) for number in range(4)]
    assert rounds[0] != rounds[1] == drawn.draw(1)
    for start in (0, 2):
        news = [pair for made in rounds[start : start + 2] for pair in made if pair.arabic.startswith("news")]
        assert sorted(news) == sorted(pairs["news"])


def test_a_mixture_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no domain that has a share has pairs"):
        Mixture.of({"news": []}, {"news": 1.0}, 10, seed=7)


def test_other_processes_make_the_same_rounds(trained: Path, data: Path, table: Path) -> None:
    run = settings.load(table).settings["base"]
    (words,) = (trained / "vocabulary").iterdir()
    made = []
    for cores in (1, 2):
        with mixture.Rounds(Origin(data, trained / "prepared", words), run, run.phases[0], cores) as rounds:
            made.append(list(islice(rounds.start(1, 2), 30)))
    assert made[0] == made[1]
    assert made[0][0][:2] == (1, 2)
    assert made[0][-1][0] > 1


_TOKENS = st.lists(st.integers(2, 9), max_size=30)
_ROWS = st.lists(st.builds(Row, _TOKENS, _TOKENS), max_size=40)


@given(_ROWS, st.integers(60, 300), st.integers())
def test_batches_hold_every_row_once_and_no_more_tokens_than_allowed(rows: list[Row], tokens: int, seed: int) -> None:
    made = mixture.batches(rows, tokens, Random(seed))
    assert sorted(row for batch in made for row in batch) == sorted(rows)
    assert all(batch for batch in made)
    widest = (sum(max(len(row[side]) for row in batch) for side in (0, 1)) * len(batch) for batch in made)
    assert all(width <= tokens for width in widest)


@given(st.lists(st.integers(2, 99), min_size=1), st.integers())
def test_what_is_spoilt_keeps_its_end_and_invents_nothing(tokens: list[int], seed: int) -> None:
    spoilt = mixture.spoil([*tokens, vocabulary.END], Random(seed))
    assert spoilt[-1] == vocabulary.END
    assert not Counter(n for n in spoilt[:-1] if n != vocabulary.UNKNOWN) - Counter(tokens)


def test_weights_are_cut_into_small_files_and_come_back(tmp_path: Path) -> None:
    state = {"large": torch.randn(20_000, 500), "small": torch.ones(3), "one": torch.tensor(2.0)}
    (tmp_path / "spm").write_bytes(b"pieces")
    model.save(state, tmp_path / "spm", {}, tmp_path / "result")
    sizes = [path.stat().st_size for path in (tmp_path / "result").glob("weights-*")]
    assert len(sizes) == 2
    assert max(sizes) < 16_000_000
    back = model.load(tmp_path / "result")
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], state[name].half().float()) for name in state)


def test_the_rate_rises_and_falls() -> None:
    phase = settings.Phase("translate", 100, 0.01, 10, "inverse-sqrt", {})
    assert [round(learning.rate(phase, step), 5) for step in (1, 5, 10, 40)] == [0.001, 0.005, 0.01, 0.005]
    cosine = replace(phase, schedule="cosine")
    assert [round(learning.rate(cosine, step), 5) for step in (5, 10, 55, 100)] == [0.005, 0.01, 0.005, 0.0]


class Steps(Clock):
    """A clock whose time is up after it was asked so many times."""

    def __init__(self, steps: int) -> None:
        super().__init__(quiet=True)
        self._left = steps

    @property
    def is_up(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_a_run_in_pieces_is_the_run_in_one_piece(trained: Path, data: Path, table: Path, tmp_path: Path) -> None:
    run = settings.load(table).settings["base"]
    (words,) = (trained / "vocabulary").iterdir()
    origin = Origin(data, trained / "prepared", words)
    pieces = 0
    while not (tmp_path / "result" / "run.json").exists():
        pieces += 1
        with suppress(Out):
            learning.Learner(run, origin, tmp_path, Steps(3), cores=1).learn()
    assert pieces > 4
    whole, broken = model.load(trained / "runs" / "base" / "result"), model.load(tmp_path / "result")
    assert all(torch.equal(whole[name], broken[name]) for name in whole)


def test_a_run_learns_what_it_reads(table: Path, tmp_path: Path) -> None:
    data = training_data.write(tmp_path / "data", PAIRS)
    path = tmp_path / "settings.toml"
    path.write_text(table.read_text("utf-8") + training_data.BY_HEART, "utf-8")
    command = ["train", "--data", str(data), "--work", str(tmp_path), "--settings", str(path), "--quiet"]
    assert main([*command, "--run", "by-heart"]) == 0
    (unread,) = sources.pairs_of(tmp_path / "prepared" / "held-out.tsv")
    learned = [pair for pair in PAIRS if pair.source != unread.arabic]
    checkpoint = trying.convert(tmp_path / "runs" / "by-heart" / "result", tmp_path / "checkpoint")
    tried = trying.translate(checkpoint, [pair.source for pair in learned], Ledger(None, ""), Clock(quiet=True))
    assert tried.lines == [pair.target for pair in learned]


def test_other_settings_begin_anew(trained: Path, data: Path, table: Path, tmp_path: Path) -> None:
    run = settings.load(table).settings["base"]
    (words,) = (trained / "vocabulary").iterdir()
    origin = Origin(data, trained / "prepared", words)
    with pytest.raises(Out):
        learning.Learner(run, origin, tmp_path, Steps(3), cores=1).learn()
    begun = learning.Learner(replace(run, dropout=0.2), origin, tmp_path, Steps(3), cores=1)
    assert begun.record["tokens"] == 0


def test_the_chain_leaves_weights_scores_outputs_and_the_counts_of_every_source(trained: Path) -> None:
    result = trained / "runs" / "base" / "result"
    assert sorted(path.name for path in result.iterdir()) == ["run.json", "source.spm", "weights-01.safetensors"]
    record = json.loads((result / "run.json").read_text("utf-8"))
    assert record["scores"].keys() == {"flores-dev", "news-dev"}
    assert record["steps"] == {"denoise": 4, "translate": 8, "tune": 4}
    assert len((trained / "tried" / "base" / "to-read.tsv").read_text("utf-8").splitlines()) == 29
    counts = prepare.report(trained / "prepared")
    why = r"duplicate 1, evaluation 1, held out \d+, language 1, length ratio 1"
    assert re.fullmatch(rf"news +148 +\d+  {why}", counts[1])
    learned = (trained / "prepared" / "news.tsv").read_text("utf-8")
    assert training_data.EVALUATION[0][0] not in learned


def test_what_is_done_is_not_done_again(
    trained: Path, data: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*") if path.is_file()}
    assert main(["all", "--data", str(data), "--work", str(trained), "--settings", str(table)]) == REFUSED
    assert {path: path.stat().st_mtime_ns for path in trained.rglob("*") if path.is_file()} == before
    printed = capsys.readouterr()
    assert re.search(r"^base +\d+,\d+ +16 +\d+\.\d\d / \d+\.\d\d", printed.out, re.MULTILINE)
    assert "not packaged: chrF" in printed.err
    assert "| news | " in printed.err


def test_pairs_that_were_prepared_elsewhere_are_used_as_they_are(
    trained: Path, data: Path, table: Path, tmp_path: Path
) -> None:
    shutil.copytree(data / "eval", tmp_path / "data" / "eval")
    shutil.copytree(trained / "prepared", tmp_path / "prepared", ignore=shutil.ignore_patterns("sound", "likeness"))
    counts = (tmp_path / "prepared" / "counts.json").read_bytes()
    command = ["prepare", "--data", str(tmp_path / "data"), "--work", str(tmp_path), "--settings", str(table)]
    assert main([*command, "--quiet"]) == 0
    assert (tmp_path / "prepared" / "counts.json").read_bytes() == counts
    assert (tmp_path / "prepared" / "news.tsv").read_bytes() == (trained / "prepared" / "news.tsv").read_bytes()


def test_time_that_is_up_is_said_and_is_exit_status_75(
    data: Path, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["all", "--data", str(data), "--work", str(tmp_path), "--settings", str(table), "--minutes", "0"]
    assert main(command) == AGAIN
    assert "the same command goes on" in capsys.readouterr().err


def test_a_run_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--work", str(tmp_path), "--run", "bass"]) == 2
    assert "there is no run bass" in capsys.readouterr().err


def test_the_models_own_translations_become_a_domain(trained: Path, data: Path, table: Path) -> None:
    command = ["copies", "--data", str(data), "--work", str(trained), "--settings", str(table), "--quiet"]
    try:
        assert main(command) == 0
        copies, news = (sources.pairs_of(trained / "prepared" / f"{name}.tsv") for name in ("copies", "news"))
        assert {pair.arabic for pair in copies} <= {pair.arabic for pair in news}
    finally:
        (trained / "prepared" / "copies.tsv").unlink(missing_ok=True)


def test_settings_that_mean_nothing_are_refused(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(table.read_text("utf-8") + "widht = 3\n", "utf-8")
    with pytest.raises(ValueError, match="plain: not known, or missing: widht"):
        settings.load(path)


def test_the_settings_of_the_project_hold_together() -> None:
    known = settings.load()
    domains = {source.domain for source in sources.load()} | {"copies"}
    assert set(known.ablation) <= known.settings.keys()
    for run in known.settings.values():
        assert run.width % run.heads == 0
        assert all(phase.shares.keys() == domains for phase in run.phases)
    assert len({run.digest for run in known.settings.values()}) == len(known.settings)
    assert all(source.licence and source.origin for source in sources.load())


@pytest.mark.parametrize(
    ("flores", "news", "read", "said"),
    [
        (41.9, 60.0, 50, "chrF 41.9 on flores-dev, at least 42.0"),
        (42.0, 49.9, 50, "chrF 49.9 on news-dev, at least 50.0"),
        (42.0, 50.0, 34, "34 of the 50 outputs"),
        (42.0, 50.0, None, "nobody has said how many of the 50 outputs"),
    ],
)
def test_weights_that_are_not_good_enough_are_not_packaged(
    flores: float, news: float, read: int | None, said: str
) -> None:
    with pytest.raises(package.Refused, match=re.escape(said)):
        package.check({"flores-dev": {"chrF": flores}, "news-dev": {"chrF": news}}, read)
    package.check({"flores-dev": {"chrF": 42.0}, "news-dev": {"chrF": 50.0}}, 35)


def test_weights_that_were_never_scored_are_not_packaged() -> None:
    with pytest.raises(package.Refused, match="chrF None on flores-dev"):
        package.check({}, 50)


def test_weights_that_are_too_large_are_not_packaged(trained: Path, tmp_path: Path) -> None:
    result = trained / "runs" / "base" / "result"
    with pytest.raises(package.Refused, match="at most 1,000 are asked for"):
        package.package(result, trained / "prepared", 35, tmp_path / "draft", package.Bar({}, 0, 1000))
    assert not (tmp_path / "draft").exists()


def test_the_checkpoint_of_a_run_answers_the_same_with_both_engines(trained: Path, tmp_path: Path) -> None:
    from diplosum.catalog import load
    from diplosum.engine import open_engine

    checkpoint = trying.convert(trained / "runs" / "base" / "result", tmp_path / "checkpoint")
    spec = load().for_folder(checkpoint, "translate")
    asked = ["وصل وزير الخارجية العراقي إلى موسكو", "😀 ١٢"]
    decoding = replace(spec.decoding, max_target_tokens=20)
    answers = []
    for name in ("hf", "ct2"):
        with open_engine(spec, checkpoint, name=name, device="cpu", say=lambda _: None) as engine:
            answers.append((engine.count(asked), [made.tokens_in for made in engine.generate(asked, decoding)]))
    assert answers[0] == answers[1]
