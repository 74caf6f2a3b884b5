"""The CTranslate2 engine beside the other one, on the same tiny checkpoints, and the conversion between them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from checkpoints import CURED, FAMILIES, LOOP, PAIRS, lessons_for
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from diplosum import conversion, store
from diplosum.catalog import ModelSpec, load
from diplosum.cli import app
from diplosum.engine import Decoding, Generation
from diplosum.engines import ct2, hf
from diplosum.errors import GenerationError, ModelError
from diplosum.plan import Wish, plan

Converted = Callable[[str], ModelSpec]

INSTRUCTIONS = (
    *("</s>", "<s>", "<pad>", "<unk>", "<mask>", ">>fra<<", "eng_Latn", "fra_Latn", "<2fr>", "<2en>", "<extra_id_0>"),
    *("__fr__", "__en__", "fr_XX", "en_XX"),
)
DISGUISED = (
    "＜mask＞",
    "＜/s＞",
    "<\u200b/s>",
)  # which the tokenizers of transformers do not all read as SentencePiece does


@pytest.fixture(scope="session")
def converted(checkpoint: Callable[[str], ModelSpec], tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """Describe a copy of a tiny checkpoint with a conversion in float32 inside, made when a test first asks for it."""
    made: dict[str, ModelSpec] = {}

    def make(family: str) -> ModelSpec:
        if family not in made:
            spec = checkpoint(family)
            assert spec.path is not None
            folder = tmp_path_factory.mktemp("converted") / family
            shutil.copytree(spec.path, folder)
            made[family] = replace(spec, path=folder)
            conversion.convert(folder, folder / conversion.FOLDER, quantization="float32", spec=made[family])
        return made[family]

    return make


@pytest.fixture
def copied(converted: Converted, tmp_path: Path) -> Converted:
    """The same in a folder of the test's own."""

    def copy(family: str) -> ModelSpec:
        spec = converted(family)
        assert spec.path is not None
        shutil.copytree(spec.path, tmp_path / family)
        return replace(spec, path=tmp_path / family)

    return copy


def opened(spec: ModelSpec, device: str = "cpu") -> ct2.Ct2Engine:
    assert spec.path is not None
    return ct2.open_engine(spec, spec.path, device=device, say=lambda _: None)


def same(ours: Sequence[Generation], theirs: Sequence[Generation]) -> bool:
    assert [generation.score for generation in ours] == pytest.approx([one.score for one in theirs], abs=1e-3)
    return [replace(one, score=0.0) for one in ours] == [replace(one, score=0.0) for one in theirs]


@pytest.mark.parametrize("beams", [1, 4])
@pytest.mark.parametrize("family", FAMILIES)
def test_both_engines_answer_alike_in_any_batch_and_order(family: str, beams: int, converted: Converted) -> None:
    spec = converted(family)
    assert spec.path is not None
    texts = [pair.source for pair in lessons_for(family)]
    with opened(spec) as engine, hf.open_engine(spec, spec.path, device="cpu", say=lambda _: None) as other:
        # All there is room for; a few words, so that most answers hit their limit, each row its own.
        for longest, factor, margin in ((128, 2.0, 20), (128, 0.25, 2), (6, 2.0, 20)):
            decoding = Decoding(beams, longest, factor, margin)
            ours = engine.generate(texts, decoding)
            assert same(ours, other.generate(texts, decoding))
            assert same(engine.generate(texts[::-1], decoding)[::-1], ours)
            assert same([engine.generate([text], decoding)[0] for text in texts], ours)
            assert any(one.truncated for one in ours) or longest > 6


@pytest.mark.parametrize("family", FAMILIES)
def test_other_hypotheses_change_no_answer_and_both_engines_score_them_alike(family: str, converted: Converted) -> None:
    """Engines end a search by different rules, so that what comes after the best may differ."""
    spec = converted(family)
    assert spec.path is not None
    texts = [pair.source for pair in lessons_for(family)]
    decoding = Decoding(4, 128, 2.0, 20, hypotheses=3)
    with opened(spec) as engine, hf.open_engine(spec, spec.path, device="cpu", say=lambda _: None) as other:
        ours, theirs = engine.generate(texts, decoding), other.generate(texts, decoding)
        for found, by in ((ours, engine), (theirs, other)):
            assert same([replace(one, others=()) for one in found], by.generate(texts, replace(decoding, hypotheses=1)))
            assert {len(one.others) for one in found} == {2}
        assert engine.generate(texts[:1], replace(decoding, beams=1))[0].others == ()
    known = [{(one.text, one.tokens_out): one.score for one in (best, *best.others)} for best in ours]
    shared = [
        (one.score, pytest.approx(scores[one.text, one.tokens_out], abs=1e-3))
        for scores, best in zip(known, theirs, strict=True)
        for one in (best, *best.others)
        if (one.text, one.tokens_out) in scores
    ]
    assert all(score == expected for score, expected in shared)
    assert len(shared) >= 2 * len(texts)


@pytest.mark.parametrize("family", FAMILIES)
def test_both_engines_read_the_same_tokens(family: str, converted: Converted) -> None:
    spec = converted(family)
    assert spec.path is not None
    names = set(json.loads((spec.path / conversion.FOLDER / "shared_vocabulary.json").read_text("utf-8")))
    texts = ["", "☃ a☃☃b  \t نعم", *(pair.source for pair in PAIRS)]
    texts += [text for word in INSTRUCTIONS for text in (word, f"{word} نعم", f"نعم{word}نعم {word}")]
    ours, theirs = ct2.open_counter(spec, spec.path), hf.open_counter(spec, spec.path)
    assert [[token if token in names else "<unk>" for token in row] for row in ours.encode(texts)] == [
        theirs.tokenizer.convert_ids_to_tokens(row) for row in theirs.encode(texts)
    ]
    assert ours.count(texts) == theirs.count(texts)
    asked = {*ours.tokens.before, *ours.tokens.after, "<2en>"}
    for row in ours.encode([*texts, *DISGUISED]):
        assert asked.issuperset(token for token in row if token in ours.tokens.control)
        assert [row.count(token) for token in (*ours.tokens.before, *ours.tokens.after)].count(1) == len(
            ours.tokens.before + ours.tokens.after
        )


@pytest.mark.parametrize("family", FAMILIES)
def test_in_8_bits_the_answers_are_the_same(family: str, copied: Converted) -> None:
    spec = copied(family)
    assert spec.path is not None
    conversion.convert(spec.path, spec.path / conversion.FOLDER, spec=spec)
    lessons = lessons_for(family)
    with opened(spec) as engine:
        answers = engine.generate([pair.source for pair in lessons], spec.decoding)
        assert [choice.value for choice in engine.choices] == ["cpu", "int8_float32"]
    assert [answer.text for answer in answers] == [pair.target for pair in lessons]


def test_a_batch_may_be_empty_and_so_may_a_text(converted: Converted) -> None:
    with opened(converted("marian")) as engine:
        assert engine.generate([], Decoding(4, 128, 2.0, 20)) == []
        assert engine.generate([""], Decoding(4, 128, 2.0, 20)) == [Generation("", 0.0, 1, 0, truncated=False)]


def test_a_loop_is_broken_by_a_repetition_penalty(converted: Converted) -> None:
    with opened(converted("marian")) as engine:
        (answer,) = engine.generate([LOOP.source], Decoding(4, 128, 2.0, 20, repetition_penalty=1.3))
    assert answer.text == CURED.target


def test_a_text_that_is_too_long_is_refused_and_never_cut(converted: Converted) -> None:
    spec = replace(converted("marian"), max_source_tokens=10)
    with opened(spec) as engine, pytest.raises(GenerationError, match="longer than the 10"):
        engine.generate([PAIRS[1].source], spec.decoding)


def test_what_the_model_cannot_say_stays_visible(converted: Converted) -> None:
    spec = converted("nllb")
    assert spec.path is not None
    assert ct2.open_counter(spec, spec.path).decode(["eng_Latn", "▁a", "<unk>", "▁b", "</s>"]) == "a<unk> b"


def test_neither_torch_nor_transformers_is_imported(converted: Converted, tmp_path: Path) -> None:
    article = tmp_path / "article.txt"
    article.write_text(f"{PAIRS[0].source}\n", "utf-8")
    program = (
        "import sys; from diplosum.cli import app\n"
        f"app({['translate', str(article), '--model', str(converted('marian').path)]!r}, standalone_mode=False)\n"
        "print(sorted({'torch', 'transformers', 'tokenizers', 'numpy.testing'} & {*sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    assert ran.stdout.splitlines() == [PAIRS[0].target, "[]"]


def test_the_conversion_is_taken_when_it_is_there(converted: Converted, checkpoint: Converted) -> None:
    def engine(spec: ModelSpec, **wish: str) -> tuple[str | None, str]:
        (step,) = plan(Wish("translate", models=[str(spec.path)], **wish), load())  # type: ignore[arg-type] # str for Literal
        return step.engine, step.engine_reason

    with_it, without = converted("marian"), checkpoint("marian")
    assert engine(with_it) == ("ct2", "a conversion is there")
    assert engine(without) == ("hf", "there is no conversion for CTranslate2")
    assert engine(with_it, engine="hf") == ("hf", "you asked for it")
    assert engine(with_it, device="mps")[0] == "hf"
    with pytest.raises(ModelError, match="has not been converted") as refused:
        engine(without, engine="ct2")
    assert refused.value.hint == f"diplosum models convert {without.path}"


def test_a_model_is_converted_by_command(checkpoint: Converted, tmp_path: Path) -> None:
    path = checkpoint("marian").path
    assert path is not None
    shutil.copytree(path, tmp_path / "model")
    ran = CliRunner().invoke(app, ["models", "convert", str(tmp_path / "model")])
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert conversion.find(tmp_path / "model") == tmp_path / "model" / "ct2"
    assert sorted(path.name for path in (tmp_path / "model" / "ct2").iterdir()) == [
        "config.json",
        "model.bin",
        "shared_vocabulary.json",
        "tokens.json",
    ]
    assert CliRunner().invoke(app, ["models", "convert", "extractive"]).exit_code == ModelError.exit_code


def test_a_failed_conversion_leaves_what_was_there(copied: Converted) -> None:
    spec = copied("marian")
    assert spec.path is not None
    before = sorted(spec.path.rglob("*"))
    weights = load_file(spec.path / "model.safetensors")
    name = next(name for name in weights if "shared" in name or "embed_tokens" in name)
    weights[name][-1] = 1.0  # that of <pad>
    save_file(weights, spec.path / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match="embedding of <pad>"):
        conversion.convert(spec.path, spec.path / conversion.FOLDER, spec=spec)
    assert sorted(spec.path.rglob("*")) == before
    with opened(spec) as engine:
        assert engine.generate([PAIRS[0].source], spec.decoding)[0].text == PAIRS[0].target


def test_weights_in_16_bits_are_converted_as_they_are(copied: Converted) -> None:
    spec = copied("marian")
    assert spec.path is not None
    weights = {name: value.to(torch.float16) for name, value in load_file(spec.path / "model.safetensors").items()}
    save_file(weights, spec.path / "model.safetensors", {"format": "pt"})
    conversion.convert(spec.path, spec.path / conversion.FOLDER, spec=spec)
    with opened(spec) as engine:
        assert engine.generate([PAIRS[2].source], spec.decoding)[0].text == PAIRS[2].target


def test_what_is_missing_or_does_not_fit_is_said(copied: Converted) -> None:
    spec = copied("nllb")
    assert spec.path is not None
    with pytest.raises(ModelError, match="converted for source_code arb_Arab, not fra_Latn"):
        opened(replace(spec, source_code="fra_Latn"))
    with pytest.raises(ModelError, match="no token for target_code deu_Latn"):
        opened(replace(spec, target_code="deu_Latn"))
    with pytest.raises(ModelError, match="sees no device cuda:7"):
        opened(spec, "cuda:7")
    (spec.path / "ct2/model.bin").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be loaded"):
        opened(spec)
    (spec.path / "ct2/tokens.json").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        opened(spec)
    shutil.rmtree(spec.path / "ct2")
    with pytest.raises(ModelError, match="no converted weights"):
        opened(spec)


def test_a_checkpoint_that_has_only_tokenizer_json_is_read_all_the_same(copied: Converted) -> None:
    spec = copied("nllb")
    assert spec.path is not None
    (spec.path / "sentencepiece.bpe.model").unlink()
    with opened(spec) as engine:
        assert engine.generate([PAIRS[3].source], spec.decoding)[0].text == PAIRS[3].target
    (spec.path / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="the tokenizer is missing"):
        opened(spec)


def test_a_model_without_weights_here_cannot_be_converted() -> None:
    with pytest.raises(ModelError, match="has no weights on this machine"):
        store.find(load(), "madlad-3b")
