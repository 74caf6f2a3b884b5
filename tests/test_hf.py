import json
import pickle
import shutil
import sys
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoints import CURED, FAMILIES, LOOP, PAIRS, Pair, lessons_for, to_pickle, to_safetensors
from huggingface_hub import constants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from diplosum import engine as engines
from diplosum.catalog import ModelSpec
from diplosum.engine import Decoding, Generation
from diplosum.engines import hf
from diplosum.engines.reader import Reader
from diplosum.errors import GenerationError, ModelError

Checkpoint = Callable[[str], ModelSpec]

GREEDY = Decoding(beams=1, max_target_tokens=128, length_factor=2.0, length_margin=20)
BEAMS = replace(GREEDY, beams=4)
# How users may write what a tokenizer takes for an instruction, in one family or another.
INSTRUCTIONS = (
    *("</s>", "<s>", "<pad>", "<unk>", "<mask>", ">>fra<<", "eng_Latn", "fra_Latn", "<2fr>", "<2en>", "<extra_id_0>"),
    *("__fr__", "__en__", "fr_XX", "en_XX", "＜mask＞", "＜/s＞", "<\u200b/s>"),
)


@cache
def counter_of(spec: ModelSpec) -> Reader:
    return hf.open_counter(spec, spec.path)


def opened(spec: ModelSpec, **changes: Any) -> hf.HfEngine:
    return hf.open_engine(replace(spec, **changes), spec.path, device="cpu", say=lambda _: None)


def texts(generations: list[Generation]) -> list[str]:
    return [generation.text for generation in generations]


def sources(pairs: tuple[Pair, ...]) -> list[str]:
    return [pair.source for pair in pairs]


def targets(pairs: tuple[Pair, ...]) -> list[str]:
    return [pair.target for pair in pairs]


@pytest.fixture
def copied(checkpoint: Checkpoint, tmp_path: Path) -> Checkpoint:
    """A checkpoint to damage."""

    def copy(family: str) -> ModelSpec:
        spec = checkpoint(family)
        return replace(spec, path=Path(shutil.copytree(spec.path, tmp_path / family)))

    return copy


def edit(spec: ModelSpec, name: str, **changes: Any) -> None:
    path = spec.path / name
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps(known | changes), "utf-8")


def refused(spec: ModelSpec, **changes: Any) -> ModelError:
    """The error, which says where and what next."""
    with pytest.raises(ModelError) as caught:
        opened(spec, **changes)
    assert caught.value.where == str(spec.path)
    assert caught.value.hint
    return caught.value


# Answers


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_says_what_it_has_learned_in_any_batch(
    checkpoint: Checkpoint, family: str, decoding: Decoding
) -> None:
    lessons = lessons_for(family)
    with opened(checkpoint(family)) as engine:
        many = engine.generate(sources(lessons), decoding)
        backwards = engine.generate(sources(lessons)[::-1], decoding)[::-1]
        single = [engine.generate([pair.source], decoding)[0] for pair in lessons]
    assert texts(many) == texts(backwards) == texts(single) == targets(lessons)
    for one, other in zip(many, single, strict=True):
        assert replace(one, score=0) == replace(other, score=0)
        assert one.score == pytest.approx(other.score, abs=1e-5)
        assert not one.truncated


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_that_was_never_learned_is_answered_too(checkpoint: Checkpoint, family: str) -> None:
    with opened(checkpoint(family)) as engine:
        for generation in engine.generate(["سأل الصحفي: what is 漢字 ؟", "", "."], BEAMS):
            assert generation.text


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_a_model_is_unsure_of_does_not_depend_on_the_batch_either(
    checkpoint: Checkpoint, family: str, decoding: Decoding
) -> None:
    lines = ["ورحبت الحكومة بنتائج المؤتمر في بغداد.", "لم يصل الوفد", "قال لافروف: «نريد الحوار مع فرنسا».", "14 دولة"]
    with opened(checkpoint(family)) as engine:
        batch = engine.generate([*lines, *sources(PAIRS)], decoding)[: len(lines)]
        single = [engine.generate([line], decoding)[0] for line in lines]
    assert texts(batch) == texts(single)
    assert [generation.truncated for generation in batch] == [generation.truncated for generation in single]


def test_nothing_is_answered_with_nothing(checkpoint: Checkpoint) -> None:
    with opened(checkpoint("marian")) as engine:
        assert engine.generate([], BEAMS) == []
        assert engine.count([]) == []


@pytest.mark.parametrize("family", ["nllb", "mt5"])
def test_a_score_is_the_log_probability_per_token_that_transformers_computes(
    checkpoint: Checkpoint, family: str
) -> None:
    text = "وأعلن وزير النقل وصول 14 طائرة."
    with opened(checkpoint(family)) as engine:
        [beamed], [greedy] = engine.generate([text], BEAMS), engine.generate([text], GREEDY)
        rows = torch.tensor(engine._reader.encode([text]))
        scored = {"input_ids": rows, "output_scores": True, "return_dict_in_generate": True, "max_new_tokens": 64}
        scored |= engine._tokens
        by_beams = engine._model.generate(num_beams=4, early_stopping=False, **scored)
        by_steps = engine._model.generate(num_beams=1, **scored)
        steps = engine._model.compute_transition_scores(by_steps.sequences, by_steps.scores, normalize_logits=True)
    assert beamed.score == pytest.approx(by_beams.sequences_scores.item(), abs=1e-5)
    assert greedy.score == pytest.approx(steps.mean().item(), abs=1e-5)
    assert greedy.tokens_out == steps.shape[1]


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
@pytest.mark.parametrize("family", ["marian", "nllb", "t5", "arabart"])
def test_a_row_ends_at_its_own_limit_whatever_else_is_in_the_batch(
    checkpoint: Checkpoint, family: str, decoding: Decoding
) -> None:
    short = replace(decoding, length_factor=0.25, length_margin=5)
    with opened(checkpoint(family)) as engine:
        lines = sources(lessons_for(family))
        batch = engine.generate(lines, short)
        single = [engine.generate([line], short)[0] for line in lines]
        whole = engine.generate(lines, decoding)
    assert texts(batch) == texts(single)
    assert any(generation.truncated for generation in batch)
    for cut, full in zip(batch, whole, strict=True):
        limit = short.limit(cut.tokens_in)
        assert cut.tokens_out == limit if cut.truncated else cut.tokens_out <= limit
        assert full.truncated is False
        assert decoding.beams > 1 or full.text.startswith(cut.text)


def test_an_answer_that_just_fits_is_not_truncated(checkpoint: Checkpoint) -> None:
    with opened(checkpoint("marian")) as engine:
        [whole] = engine.generate([PAIRS[1].source], GREEDY)
        fits = replace(GREEDY, max_target_tokens=whole.tokens_out)
        misses = replace(GREEDY, max_target_tokens=whole.tokens_out - 1)
        assert engine.generate([PAIRS[1].source], fits) == [whole]
        [cut] = engine.generate([PAIRS[1].source], misses)
    assert cut.truncated
    assert cut.text == whole.text  # only the end of the sentence is missing


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
@pytest.mark.parametrize("family", ["marian", "m2m100", "nllb", "mbart50", "t5"])
def test_a_penalty_breaks_a_loop(checkpoint: Checkpoint, family: str, decoding: Decoding) -> None:
    with opened(checkpoint(family)) as engine:
        [looping] = engine.generate([LOOP.source], decoding)
        [cured] = engine.generate([LOOP.source], replace(decoding, repetition_penalty=1.3))
        [banned] = engine.generate([LOOP.source], replace(decoding, no_repeat_ngram_size=2))
    assert looping.text == LOOP.target
    assert cured.text == CURED.target
    assert "very very very" not in banned.text


@pytest.mark.parametrize("family", ["marian", "mt5"])
def test_what_a_checkpoint_says_about_searching_is_left_aside(copied: Checkpoint, family: str) -> None:
    spec = copied(family)
    bad = {"max_length": 3, "min_length": 90, "num_beams": 7, "do_sample": True, "temperature": 9.0, "top_k": 3}
    bad |= {"repetition_penalty": 9.0, "no_repeat_ngram_size": 1, "length_penalty": -9.0, "early_stopping": True}
    edit(spec, "generation_config.json" if family == "marian" else "config.json", **bad)
    with opened(spec) as engine:
        assert texts(engine.generate(sources(lessons_for(family)), GREEDY)) == targets(lessons_for(family))
        assert texts(engine.generate(sources(lessons_for(family)), BEAMS)) == targets(lessons_for(family))


def test_what_a_checkpoint_says_about_tokens_is_kept(copied: Checkpoint) -> None:
    spec = copied("nllb")
    with opened(spec) as engine:
        banned = engine._reader.encode(["Iraqi"])[0][1:-1]
    edit(spec, "generation_config.json", bad_words_ids=[banned])
    with opened(spec) as engine:
        [generation] = engine.generate([PAIRS[1].source], BEAMS)
    assert "Iraqi" in PAIRS[1].target
    assert "Iraqi" not in generation.text


# Reading


@pytest.mark.parametrize("family", FAMILIES)
def test_tokens_are_counted_as_the_model_reads_them(checkpoint: Checkpoint, family: str) -> None:
    spec = checkpoint(family)
    lines = sources(lessons_for(family))
    counter = counter_of(spec)
    with opened(spec) as engine:
        assert counter.count(lines) == engine.count(lines)
        assert counter.count(lines) == [generation.tokens_in for generation in engine.generate(lines, GREEDY)]
    framed = counter.tokenizer([spec.prefix + line for line in lines]).input_ids
    assert counter.encode(lines) == framed


def test_counting_needs_no_weights(copied: Checkpoint) -> None:
    spec = copied("marian")
    (spec.path / "model.safetensors").unlink()
    assert counter_of(spec).count(["", "في في"]) == [1, 3]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_longer_than_the_model_reads_is_refused_not_cut(checkpoint: Checkpoint, family: str) -> None:
    long = "وصل الوزير " * 300
    with opened(checkpoint(family)) as engine:
        [tokens] = engine.count([long])
        assert tokens > 600
        with pytest.raises(GenerationError, match=f"{tokens} tokens is longer than the 512") as caught:
            engine.generate([PAIRS[0].source, long], BEAMS)
    assert caught.value.where == f"tiny-{family}"


def test_a_tokenizer_that_is_set_to_cut_does_not(copied: Checkpoint) -> None:
    spec = copied("t5")
    cutting = {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    padding = {"strategy": {"Fixed": 32}, "direction": "Right", "pad_id": 1, "pad_type_id": 0, "pad_token": "<s>"}
    edit(spec, "tokenizer.json", truncation=cutting, padding=padding | {"pad_to_multiple_of": None})
    edit(spec, "tokenizer_config.json", model_max_length=8, truncation_side="left", padding_side="left")
    with opened(spec) as engine:
        assert texts(engine.generate(sources(PAIRS), BEAMS)) == targets(PAIRS)
        assert min(engine.count(sources(PAIRS))) > 4


def instructions_in(spec: ModelSpec, text: str) -> list[str]:
    """Tokens that are more than text, among those after the prefix and inside the frame."""
    counter = counter_of(spec)
    tokenizer = counter.tokenizer
    [row] = counter.encode([text])
    prefix = tokenizer(spec.prefix, add_special_tokens=False).input_ids if spec.prefix else []
    assert row[: len(counter.before) + len(prefix)] == [*counter.before, *prefix]
    assert row[len(row) - len(counter.after) :] == counter.after
    tokens = tokenizer.convert_ids_to_tokens(row[len(counter.before) + len(prefix) : len(row) - len(counter.after)])
    unknown = tokenizer.unk_token
    special = {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab(), *INSTRUCTIONS} - {unknown}
    return [token for token in tokens if token.strip("▁") in special]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_what_looks_like_an_instruction_is_read_as_text(checkpoint: Checkpoint, family: str, instruction: str) -> None:
    spec = checkpoint(family)
    for text in (instruction, f"{instruction} وصل الوزير", f"وصل{instruction}الوزير", instruction * 2):
        assert instructions_in(spec, text) == []


@pytest.mark.parametrize("family", ["marian", "mt5"])
def test_a_written_unknown_token_is_spelled(checkpoint: Checkpoint, family: str) -> None:
    spec = checkpoint(family)
    counter = counter_of(spec)
    assert counter.tokenizer.unk_token_id not in counter.encode(["وصل <unk> الوزير"])[0]


def test_text_between_angle_marks_is_not_lost(checkpoint: Checkpoint) -> None:
    spec = checkpoint("marian")
    counter = counter_of(spec)
    alone, marked = counter.encode(["وصل الوزير إلى موسكو", ">>وصل الوزير<< إلى موسكو"])
    assert {token for token in alone if token not in marked} <= set(counter.encode(["وصل"])[0])
    assert len(marked) > len(alone)


def test_a_character_that_madlad_does_not_know_is_no_end_of_a_sentence(checkpoint: Checkpoint) -> None:
    spec = checkpoint("t5")
    counter = counter_of(spec)
    [row] = counter.encode(["وصل 漢 الوزير"])
    tokens = counter.tokenizer.convert_ids_to_tokens(row)
    assert tokens.count("<unk>") == 1
    assert tokens.index("</s>") == len(tokens) - 1


@given(st.lists(st.sampled_from([*INSTRUCTIONS, *"<>/s_ |", "2", "en", "unk", "▁", "وصل", "＜", "\u200b", "\n"])))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_whatever_becomes_an_instruction(checkpoint: Checkpoint, pieces: list[str]) -> None:
    for family in ("marian", "nllb", "t5"):
        spec = checkpoint(family)
        assert instructions_in(spec, "".join(pieces)) == []


# Loading


@pytest.mark.parametrize("family", FAMILIES)
def test_pickled_weights_and_safetensors_answer_alike(copied: Checkpoint, family: str) -> None:
    spec = copied(family)
    if (spec.path / "model.safetensors").exists():
        to_pickle(spec.path)
    else:
        to_safetensors(spec.path)
    with opened(spec) as engine:
        assert texts(engine.generate(sources(lessons_for(family)), BEAMS)) == targets(lessons_for(family))


@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("nllb", "sentencepiece.bpe.model"),
        ("arabart", "sentencepiece.bpe.model"),
        ("t5", "spiece.model"),
        ("t5", "tokenizer.json"),
        ("marian", "special_tokens_map.json"),
        ("m2m100", "special_tokens_map.json"),
        ("mbart50", "generation_config.json"),
    ],
)
def test_a_file_that_can_be_spared_is_not_needed(copied: Checkpoint, family: str, name: str) -> None:
    spec = copied(family)
    (spec.path / name).unlink()
    with opened(spec) as engine:
        assert texts(engine.generate(sources(lessons_for(family)), BEAMS)) == targets(lessons_for(family))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_folder_without_vocabulary_is_refused(copied: Checkpoint, family: str) -> None:
    spec = copied(family)
    for name in ("source.spm", "target.spm", "vocab.json", "sentencepiece.bpe.model", "spiece.model", "tokenizer.json"):
        (spec.path / name).unlink(missing_ok=True)
    assert "tokenizer" in refused(spec).message


@pytest.mark.parametrize(
    ("family", "words"), [("nllb", "no token for source_code arb_Arab"), ("arabart", "different numbers for </s>")]
)
def test_a_tokenizer_that_needs_its_fast_file_is_refused_without(copied: Checkpoint, family: str, words: str) -> None:
    spec = copied(family)
    (spec.path / "tokenizer.json").unlink()
    assert words in refused(spec).message


@pytest.mark.parametrize("family", ["nllb", "m2m100", "mbart50", "marian"])
@pytest.mark.parametrize("key", ["source_code", "target_code"])
def test_a_language_that_the_tokenizer_does_not_know_is_refused(checkpoint: Checkpoint, family: str, key: str) -> None:
    error = refused(checkpoint(family), **{key: "xyz_Arab"})
    assert error.message == f"its tokenizer has no token for {key} xyz_Arab"
    assert "models.toml" in str(error.hint)


@pytest.mark.parametrize("family", ["marian", "t5"])
def test_a_checkpoint_with_missing_weights_is_refused(copied: Checkpoint, family: str) -> None:
    spec = copied(family)
    weights = load_file(spec.path / "model.safetensors")
    lost = next(name for name in weights if "decoder" in name and "layer" in name)
    save_file({name: value for name, value in weights.items() if name != lost}, spec.path / "model.safetensors")
    assert refused(spec).message == f"1 of its weights are missing, such as {lost}"


@pytest.mark.parametrize("family", ["t5", "mt5"])
def test_embeddings_are_no_output_layer(copied: Checkpoint, family: str) -> None:
    spec = copied(family)
    if family == "mt5":
        to_safetensors(spec.path)
    weights = load_file(spec.path / "model.safetensors")
    del weights["lm_head.weight"]
    save_file(weights, spec.path / "model.safetensors")
    assert refused(spec).message == "1 of its weights are missing, such as the output layer"


class Program:
    """What unpickles to a call."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("archive", [True, False])
def test_a_pickle_that_would_run_a_program_is_refused(copied: Checkpoint, tmp_path: Path, archive: bool) -> None:  # noqa: FBT001 - a parameter of the test
    spec = copied("mt5")
    program = {"shared.weight": Program(tmp_path / "ran")}
    path = spec.path / "pytorch_model.bin"
    torch.save(program, path) if archive else path.write_bytes(pickle.dumps(program))
    assert "a pickle that would run a program" in refused(spec).message
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("family", ["marian", "mt5"])
def test_damaged_weights_are_refused(copied: Checkpoint, family: str) -> None:
    spec = copied(family)
    path = next(path for path in spec.path.iterdir() if path.suffix in {".bin", ".safetensors"})
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], b"version https://git-lfs.github.com/spec/v1\n", b""):
        path.write_bytes(content)
        refused(spec)
    path.unlink()
    assert path.name in refused(spec).message


def test_what_is_no_seq2seq_checkpoint_is_refused(copied: Checkpoint, tmp_path: Path) -> None:
    spec = copied("mt5")
    edit(spec, "config.json", model_type="bert")
    assert "model" in refused(spec).message
    (spec.path / "config.json").write_text("{", "utf-8")
    refused(spec)
    (spec.path / "config.json").unlink()
    assert refused(spec).message == "there is no config.json, so this is no checkpoint"
    refused(replace(spec, path=tmp_path / "nowhere"))


def test_weights_of_another_size_are_refused(copied: Checkpoint) -> None:
    spec = copied("marian")
    edit(spec, "config.json", decoder_ffn_dim=64)
    assert "the model cannot be loaded" in refused(spec).message


def test_a_tokenizer_with_more_tokens_than_the_weights_is_refused(copied: Checkpoint) -> None:
    spec = copied("mt5")
    weights = torch.load(spec.path / "pytorch_model.bin")
    whole = len(weights["shared.weight"])
    size = whole - 40
    weights = {name: value[:size] if len(value) == whole else value for name, value in weights.items()}
    torch.save(weights, spec.path / "pytorch_model.bin")
    edit(spec, "config.json", vocab_size=size)
    with opened(spec) as engine, pytest.raises(ModelError, match=f"its weights, {size} of them, do not"):
        engine.generate(sources(PAIRS), GREEDY)


def test_programs_in_a_checkpoint_never_run(copied: Checkpoint, tmp_path: Path) -> None:
    spec = copied("mt5")
    classes = {"AutoConfig": "own.Config", "AutoModelForSeq2SeqLM": "own.Model", "AutoTokenizer": ["own.Tok", None]}
    edit(spec, "config.json", auto_map=classes)
    edit(spec, "tokenizer_config.json", auto_map=classes)
    (spec.path / "custom_generate").mkdir()
    for name in ("own.py", "custom_generate/generate.py"):
        (spec.path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", "utf-8")
    with opened(spec) as engine:  # its architecture is one that transformers knows
        assert texts(engine.generate([PAIRS[0].source], BEAMS)) == [lessons_for("mt5")[0].target]
    edit(spec, "config.json", model_type="own")
    refused(spec)
    assert not (tmp_path / "ran").exists()


CALLS: list[str] = []


def test_nothing_is_said_and_nobody_is_called(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    specs = [checkpoint(family) for family in FAMILIES]
    monkeypatch.setitem(sys.modules, "sacremoses", None)  # Marian's tokenizer recommends it
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    if not CALLS:
        sys.addaudithook(lambda event, _: CALLS.append(event) if event.startswith("socket.") else None)
    CALLS[:] = ["listening"]
    capfd.readouterr()
    for spec in specs:
        with opened(spec) as engine:
            engine.generate(["وصل الوزير </s> " * 20], replace(BEAMS, max_target_tokens=8))
            engine.generate(["وصل"], GREEDY)
            engine.count(["وصل " * 1200])
    assert capfd.readouterr() == ("", "")
    assert CALLS == ["listening"]
    assert not [thread for thread in threading.enumerate() if "conversion" in thread.name]
    assert constants.HF_HUB_OFFLINE is False


# Devices and memory


def test_the_device_is_chosen_with_a_reason(checkpoint: Checkpoint) -> None:
    spec = checkpoint("marian")
    with engines.open_engine(spec, spec.path, name="hf", device="auto", say=print) as engine:
        assert engine.name == "hf"
        assert [choice.what for choice in engine.choices] == ["device", "dtype"]
    with engines.open_engine(spec, spec.path, name="hf", device="cpu", say=print) as engine:
        assert [str(choice) for choice in engine.choices] == [
            "device cpu, because you asked for it",
            "dtype float32, because it is exact",
        ]


@pytest.mark.parametrize(
    ("device", "words"),
    [("cuda:99", "sees no device"), ("tpu", "there is no device"), ("cuda:x", "there is no device")],
)
def test_a_device_that_is_not_there_is_refused(checkpoint: Checkpoint, device: str, words: str) -> None:
    spec = checkpoint("marian")
    with pytest.raises(ModelError, match=words) as caught:
        hf.open_engine(spec, spec.path, device=device, say=print)
    assert "--device auto" in str(caught.value.hint)


@pytest.mark.parametrize(("bfloat16", "float16"), [(True, torch.bfloat16), (False, torch.float16)])
def test_t5_never_computes_in_float16(
    checkpoint: Checkpoint,
    monkeypatch: pytest.MonkeyPatch,
    bfloat16: bool,  # noqa: FBT001 - a parameter of the test
    float16: torch.dtype,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: bfloat16)  # what a GPU would answer
    gpu = torch.device("cuda")
    assert hf._dtype(checkpoint("marian"), gpu)[0] is float16
    assert hf._dtype(checkpoint("mt5"), gpu)[0] is (torch.bfloat16 if bfloat16 else torch.float32)


def out_of_memory_on_cuda() -> None:
    raise torch.OutOfMemoryError


def out_of_memory_on_cpu() -> None:
    torch.empty(2**60)


@pytest.mark.parametrize("fail", [out_of_memory_on_cuda, out_of_memory_on_cpu])
def test_a_batch_that_does_not_fit_into_memory_is_halved(checkpoint: Checkpoint, fail: Callable[[], None]) -> None:
    said: list[str] = []
    sizes: list[int] = []
    spec = checkpoint("marian")
    with hf.open_engine(spec, spec.path, device="cpu", say=said.append) as engine:
        generate = engine._model.generate

        def cramped(**inputs: Any) -> Any:
            sizes.append(len(inputs["input_ids"]))
            if sizes[-1] > 3:
                fail()
            return generate(**inputs)

        engine._model.generate = cramped
        assert texts(engine.generate(sources(PAIRS), BEAMS)) == targets(PAIRS)
    assert sizes == [10, 5, 3, 2, 5, 3, 2]
    assert said == [
        "out of memory for 10 texts at once; going on with 5",
        "out of memory for 5 texts at once; going on with 3",
        "out of memory for 5 texts at once; going on with 3",
    ]


def test_a_single_text_that_does_not_fit_is_an_error(checkpoint: Checkpoint) -> None:
    with opened(checkpoint("marian")) as engine:
        engine._model.generate = lambda **_: out_of_memory_on_cpu()
        with pytest.raises(GenerationError, match="out of memory for a single text") as caught:
            engine.generate(sources(PAIRS), BEAMS)
    assert "smaller model" in str(caught.value.hint)


def test_other_errors_are_not_taken_for_lack_of_memory(checkpoint: Checkpoint) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("shapes do not match")

    with opened(checkpoint("marian")) as engine:
        engine._model.generate = fail
        with pytest.raises(RuntimeError, match="shapes do not match"):
            engine.generate(sources(PAIRS), BEAMS)


@pytest.mark.parametrize("decoding", [GREEDY, BEAMS], ids=["greedy", "beams"])
def test_numbers_that_overflow_are_an_error(checkpoint: Checkpoint, decoding: Decoding) -> None:
    with opened(checkpoint("t5")) as engine:
        engine._model.lm_head.weight.data.fill_(torch.nan)
        with pytest.raises(GenerationError, match="overflowed"):
            engine.generate(sources(PAIRS), decoding)


def test_closing_frees_the_weights(checkpoint: Checkpoint) -> None:
    engine = opened(checkpoint("marian"))
    model = weakref.ref(engine._model)
    engine.close()
    assert model() is None


def test_what_a_model_cannot_say_stays_visible(checkpoint: Checkpoint) -> None:
    for family in FAMILIES:
        counter = counter_of(checkpoint(family))
        unknown = counter.tokenizer.unk_token_id
        assert "<unk>" in counter.decode([*counter.before, unknown, *counter.after])
        assert "</s>" not in counter.decode([*counter.before, unknown, *counter.after])
