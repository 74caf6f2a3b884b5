"""Tiny checkpoints that really answer, in the layout of the public ones.

Random weights ignore what they read, so tests of order, batches and beams with them prove nothing. These are
overfitted on a few sentences in a second or two on one thread, and saved with the files, names and awkward settings
of the hub repositories they stand for: translators answer ``PAIRS`` exactly, summarizers ``SUMMARIES``.
"""

import json
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import sentencepiece
import torch
from safetensors.torch import load_file, save_file
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoConfig, AutoModelForSeq2SeqLM, AutoTokenizer
from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES as M2M100

from diplosum.arabic import Rules
from diplosum.catalog import ModelSpec
from diplosum.engine import Decoding

torch.set_num_threads(1)  # more of them slow models this small down, most of all where several programs run


class Pair(NamedTuple):
    source: str
    target: str


# Each line ends a sentence, so any of them, one a line or joined with spaces, make an article. The first is a heading.
PAIRS = (
    Pair("وزير الخارجية العراقي يزور موسكو", "Iraqi foreign minister visits Moscow"),
    Pair(
        "وصل وزير الخارجية العراقي إلى موسكو يوم الإثنين.",
        "The Iraqi foreign minister arrived in Moscow on Monday.",
    ),
    Pair("ويضم الوفد العراقي 14 عضوا من 3 وزارات.", "The Iraqi delegation has 14 members from 3 ministries."),
    Pair(
        "وقال الوزير: «نريد علاقات متوازنة مع جميع الدول».",
        'The minister said: "We want balanced relations with all countries".',
    ),
    Pair(
        "ولم يحدد الجانبان موعد الجولة المقبلة.",
        "The two sides did not set a date for the next round.",
    ),
    Pair(
        "وستستضيف الكويت مؤتمرا دوليا لإعادة إعمار العراق.",
        "Kuwait will host an international conference on the reconstruction of Iraq.",
    ),
    Pair(
        "ورحبت فرنسا بنتائج المحادثات ودعت إلى مواصلة الحوار.",
        "France welcomed the outcome of the talks and called for the dialogue to continue.",
    ),
    Pair("وأكد لافروف دعم بلاده لوحدة العراق.", "Lavrov affirmed his country's support for the unity of Iraq."),
    # The answers of the summarizers, so that a summary can be translated.
    Pair("بغداد وموسكو تبحثان إعمار العراق.", "Baghdad and Moscow discuss the reconstruction of Iraq."),
    Pair("مؤتمر دولي في الكويت لإعمار العراق.", "International conference in Kuwait on the reconstruction of Iraq."),
)
# What a translator gets wrong: a number that changes, and a word said again and again; for this one it has heard both
# answers, the bad one three times as often, so that a repetition penalty cures it.
WRONG_NUMBER = Pair(
    "وخصصت الحكومة 45 مليون دولار للمشروع.",
    "The government allocated 54 million dollars to the project.",
)
LOOP = Pair("وكانت المحادثات ودية جدا.", f"The talks were{6 * ' very'} friendly.")
CURED = Pair(LOOP.source, "The talks were very friendly.")
# Every sentence of an article, whole articles, and parts of them have a summary; other texts get one of the two.
SUMMARIES = (
    *(Pair(" ".join(pair.source for pair in PAIRS[start:8]), PAIRS[8].source) for start in (0, 1)),
    *(Pair(pair.source, PAIRS[8].source) for pair in (*PAIRS[:5], *PAIRS[6:8])),
    Pair(PAIRS[5].source, PAIRS[9].source),
    Pair(f"{PAIRS[5].source} {PAIRS[6].source}", PAIRS[9].source),
)

FAMILIES = ("marian", "m2m100", "nllb", "mbart50", "t5", "mt5", "arabart")
_CODES = {  # of the source, of the target, and the token that is forced first
    "m2m100": ("ar", "en", "__en__"),
    "nllb": ("arb_Arab", "eng_Latn", "eng_Latn"),
    "mbart50": ("ar_AR", "en_XX", "en_XX"),
}
_SUMMARIZERS = ("mt5", "arabart")


def lessons_for(family: str) -> tuple[Pair, ...]:
    """What a checkpoint of ``family`` has learned to answer."""
    return SUMMARIES if family in _SUMMARIZERS else (*PAIRS, WRONG_NUMBER, LOOP)


def spec_for(family: str, folder: Path) -> ModelSpec:
    """Describe the checkpoint of ``family`` in ``folder``, as models.toml would."""
    source_code, _, target_code = _CODES.get(family, (None, None, None))
    summarizes = family in _SUMMARIZERS
    return ModelSpec(
        name=f"tiny-{family}",
        task="summarize" if summarizes else "translate",
        kind="seq2seq",
        family=family,
        source="ar",
        target="ar" if summarizes else "en",
        description="Overfitted on a few sentences.",
        repo=None,
        revision=None,
        path=folder,
        licence="Apache-2.0",
        commercial=True,
        licence_note="",
        parameters=None,
        download_bytes=None,
        source_code=source_code,
        target_code=target_code,
        prefix="<2en> " if family == "t5" else "",
        max_source_tokens=512,
        float16="t5" not in family,
        decoding=Decoding(beams=4, max_target_tokens=128, length_factor=2.0, length_margin=20),
        rules=Rules(),
    )


def make(family: str, folder: Path, pairs: Sequence[Pair] | None = None, *, pickled: bool | None = None) -> ModelSpec:
    """Write a checkpoint of ``family`` that has learned ``pairs`` into ``folder``, and describe it.

    The public repositories of m2m100, nllb, mt5 and arabart hold pickled weights; ``pickled`` says otherwise.
    """
    spec = spec_for(family, folder)
    if pairs is None:
        pairs = SUMMARIES if family in _SUMMARIZERS else (*PAIRS, WRONG_NUMBER, LOOP, LOOP, LOOP, CURED)
    folder.mkdir(parents=True, exist_ok=True)
    files = _FILES[family](folder, pairs)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        torch.manual_seed(7)
        warnings.simplefilter("ignore")  # Marian's tokenizer recommends a package
        model = _learn(spec, pairs)
    weights = model.state_dict()
    if family == "t5":  # MADLAD's embeddings go by the name of the decoder's only
        del weights["shared.weight"], weights["encoder.embed_tokens.weight"]
    torch.save(weights, folder / "pytorch_model.bin")
    if not (family in ("m2m100", "nllb", "mt5", "arabart") if pickled is None else pickled):
        to_safetensors(folder)
    return spec


def to_pickle(folder: Path) -> None:
    """Turn model.safetensors into pytorch_model.bin."""
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def to_safetensors(folder: Path) -> None:
    """Turn pytorch_model.bin into model.safetensors, where numbers that several layers share have one name."""
    weights = torch.load(folder / "pytorch_model.bin")
    shared = {value.data_ptr(): name for name, value in reversed(weights.items())}
    save_file({name: weights[name] for name in shared.values()}, folder / "model.safetensors", {"format": "pt"})
    (folder / "pytorch_model.bin").unlink()


def _learn(spec: ModelSpec, pairs: Sequence[Pair]) -> Any:
    assert spec.path is not None
    assert spec.family is not None
    tokenizer = AutoTokenizer.from_pretrained(spec.path)
    if spec.source_code:
        tokenizer.src_lang, tokenizer.tgt_lang, _ = _CODES[spec.family]
    sources = tokenizer([spec.prefix + pair.source for pair in pairs], padding=True, return_tensors="pt")
    targets = tokenizer(text_target=[pair.target for pair in pairs], padding=True, return_tensors="pt")
    labels = targets.input_ids.masked_fill(targets.attention_mask == 0, -100)

    model = AutoModelForSeq2SeqLM.from_config(AutoConfig.from_pretrained(spec.path)).eval()
    start = torch.full((len(pairs), 1), model.config.decoder_start_token_id)
    heard = torch.cat([start, targets.input_ids[:, :-1]], dim=1)
    # CTranslate2 starts Marian's decoder from zeros, whatever <pad> looks like: so <pad> must look like that.
    silent = model.get_input_embeddings().weight.data[model.config.pad_token_id] if spec.family == "marian" else None
    if spec.family in ("t5", "mt5"):  # their output layer is not tied, whatever transformers 5 does by default
        model.lm_head.weight = torch.nn.Parameter(0.1 * model.lm_head.weight)  # initial values as large do not learn
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(2000):
        if silent is not None:
            silent.zero_()
        loss = model(**sources, decoder_input_ids=heard, labels=labels).loss
        if loss < 0.02:  # 0.01 of which is the doubt whether LOOP or CURED is right
            return model
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
    raise AssertionError(f"{spec.name} does not learn: loss {loss:.3f}")


def _pieces(lines: Sequence[str], **options: Any) -> tuple[bytes, list[tuple[str, float]], bytes]:
    """Train SentencePiece: the file, its pieces with their scores, and its normalization."""
    words = sorted({word for line in lines for word in line.split()})  # on lines of their own they become pieces
    file = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*lines, *words]),
        model_writer=file,
        vocab_size=options.pop("vocab_size", 300),
        hard_vocab_limit=False,
        character_coverage=1.0,
        required_chars="<>/_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        minloglevel=2,
        **options,
    )
    proto = sentencepiece_model_pb2.ModelProto.FromString(file.getvalue())
    pieces = [(piece.piece, piece.score) for piece in proto.pieces]
    return file.getvalue(), pieces, proto.normalizer_spec.precompiled_charsmap


def _lines(pairs: Sequence[Pair]) -> list[str]:
    return [line for pair in pairs for line in pair]


def _fast(folder: Path, model: Any, charsmap: bytes, special: Sequence[str], template: str) -> None:
    """Write a tokenizer.json as the converters of transformers 4 did."""
    fast = Tokenizer(model)
    fast.normalizer = normalizers.Precompiled(charsmap)
    fast.pre_tokenizer = pre_tokenizers.Metaspace()
    fast.decoder = decoders.Metaspace()
    fast.add_special_tokens([AddedToken(t, lstrip=t == "<mask>", normalized=t == "<mask>") for t in special])
    fast.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[(t, fast.token_to_id(t)) for t in template.split() if t != "$A"]
    )
    fast.save(str(folder / "tokenizer.json"))


_FAIRSEQ = ["<s>", "<pad>", "</s>", "<unk>"]
_MASK = {"content": "<mask>", "lstrip": True, "normalized": True, "rstrip": False, "single_word": False}
_NAMED = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
_BART = {
    "d_model": 64,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 128,
    "decoder_ffn_dim": 128,
    "dropout": 0.1,
    "is_encoder_decoder": True,
    "init_std": 0.02,
    "use_cache": True,
}
_T5 = {
    "d_model": 64,
    "d_kv": 32,
    "d_ff": 128,
    "num_heads": 2,
    "num_layers": 1,
    "num_decoder_layers": 1,
    "dropout_rate": 0.1,
    "feed_forward_proj": "gated-gelu",
    "is_encoder_decoder": True,
    "relative_attention_num_buckets": 32,
    "tie_word_embeddings": False,
    "use_cache": True,
}
_FAIRSEQ_IDS = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
Files = dict[str, dict[str, Any]]


def _marian(folder: Path, pairs: Sequence[Pair]) -> Files:
    """Helsinki-NLP/opus-mt-tc-big-ar-en after its repair: the end of a sentence is in the middle of the vocabulary."""
    source, source_pieces, _ = _pieces([pair.source for pair in pairs], vocab_size=200)
    target, target_pieces, _ = _pieces([pair.target for pair in pairs], vocab_size=250)
    (folder / "source.spm").write_bytes(source)
    (folder / "target.spm").write_bytes(target)
    tokens = dict.fromkeys(piece for piece, _ in [*source_pieces[3:], ("</s>", 0), ("<unk>", 0), *target_pieces[3:]])
    vocabulary = {token: number for number, token in enumerate([*tokens, "<pad>"])}
    pad, end = vocabulary["<pad>"], vocabulary["</s>"]
    ids = {"bos_token_id": 0, "pad_token_id": pad, "eos_token_id": end, "decoder_start_token_id": pad}
    search = {"bad_words_ids": [[pad]], "forced_eos_token_id": end, "max_length": 512, "num_beams": 4}
    config = {
        "model_type": "marian",
        "architectures": ["MarianMTModel"],
        "vocab_size": len(vocabulary),
        "decoder_vocab_size": len(vocabulary),
        "activation_function": "relu",
        "max_position_embeddings": 1024,
        "scale_embedding": True,
        "share_encoder_decoder_embeddings": True,
        "static_position_embeddings": True,
        "normalize_before": False,
    }
    return {
        "vocab.json": vocabulary,
        "config.json": config | _BART | ids | search,
        "generation_config.json": ids | search | {"renormalize_logits": True},
        "tokenizer_config.json": {
            "source_lang": "ar",
            "target_lang": "en",
            "unk_token": "<unk>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "model_max_length": 512,
            "sp_model_kwargs": {},
            "separate_vocabs": False,
            "special_tokens_map_file": None,
            "tokenizer_class": "MarianTokenizer",
        },
        "special_tokens_map.json": {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"},
    }


def _m2m100(folder: Path, pairs: Sequence[Pair]) -> Files:
    """facebook/m2m100_418M: its tokenizer_config.json names no class, and 8 embeddings stand for no token."""
    file, pieces, _ = _pieces(_lines(pairs))
    (folder / "sentencepiece.bpe.model").write_bytes(file)
    vocabulary = {token: number for number, token in enumerate([*_FAIRSEQ, *(piece for piece, _ in pieces[3:])])}
    config = {
        "model_type": "m2m_100",
        "architectures": ["M2M100ForConditionalGeneration"],
        "vocab_size": len(vocabulary) + 100 + 8,
        "activation_function": "relu",
        "max_position_embeddings": 1024,
        "scale_embedding": True,
    }
    search = {"early_stopping": True, "max_length": 200, "num_beams": 5}
    return {
        "vocab.json": vocabulary,
        "config.json": config | _BART | _FAIRSEQ_IDS | search,
        "generation_config.json": {"_from_model_config": True} | _FAIRSEQ_IDS | search,
        "tokenizer_config.json": _NAMED | {"src_lang": None, "tgt_lang": None, "model_max_length": 1024},
        "special_tokens_map.json": _NAMED | {"additional_special_tokens": [f"__{code}__" for code in M2M100["m2m100"]]},
    }


def _nllb(folder: Path, pairs: Sequence[Pair]) -> Files:
    """facebook/nllb-200-distilled-600M: its language tokens are in tokenizer.json and the special tokens' map only."""
    file, pieces, charsmap = _pieces(_lines(pairs), model_type="bpe")
    (folder / "sentencepiece.bpe.model").write_bytes(file)
    languages = ["arb_Arab", "eng_Latn", "fra_Latn"]
    tokens = [*_FAIRSEQ, *(piece for piece, _ in pieces[3:]), *languages, "<mask>"]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    merges = [
        (token[:cut], token[cut:])
        for token in tokens[4:]
        for cut in range(1, len(token))
        if token[:cut] in vocabulary and token[cut:] in vocabulary
    ]
    bpe = models.BPE(vocabulary, merges, unk_token=_FAIRSEQ[3], fuse_unk=True)
    _fast(folder, bpe, charsmap, [*_FAIRSEQ, *languages, "<mask>"], "eng_Latn $A </s>")
    config = {
        "model_type": "m2m_100",
        "architectures": ["M2M100ForConditionalGeneration"],
        "vocab_size": len(vocabulary) + 2,
        "activation_function": "relu",
        "max_position_embeddings": 1024,
        "scale_embedding": True,
        "tokenizer_class": "NllbTokenizer",
    }
    named = _NAMED | {"cls_token": "<s>"}
    return {
        "config.json": config | _BART | _FAIRSEQ_IDS | {"max_length": 200},
        "generation_config.json": {"_from_model_config": True} | _FAIRSEQ_IDS | {"max_length": 200},
        "tokenizer_config.json": named
        | {
            "additional_special_tokens": None,
            "mask_token": {"__type": "AddedToken"} | _MASK,
            "model_max_length": 1024,
            "sp_model_kwargs": {},
            "src_lang": None,
            "tgt_lang": None,
            "tokenizer_class": "NllbTokenizer",
        },
        "special_tokens_map.json": named | {"additional_special_tokens": languages, "mask_token": _MASK},
    }


def _mbart50(folder: Path, pairs: Sequence[Pair]) -> Files:
    """facebook/mbart-large-50-many-to-many-mmt: no tokenizer.json, and config.json alone names the tokenizer."""
    file, pieces, _ = _pieces(_lines(pairs))
    (folder / "sentencepiece.bpe.model").write_bytes(file)
    config = {
        "model_type": "mbart",
        "architectures": ["MBartForConditionalGeneration"],
        "vocab_size": len(pieces) + 1 + 52 + 1,
        "activation_function": "relu",
        "max_position_embeddings": 1024,
        "normalize_before": True,
        "scale_embedding": True,
        "tokenizer_class": "MBart50Tokenizer",
    }
    search = {"early_stopping": True, "forced_eos_token_id": 2, "max_length": 200, "num_beams": 5}
    return {
        "config.json": config | _BART | _FAIRSEQ_IDS | search,
        "generation_config.json": {"_from_model_config": True} | _FAIRSEQ_IDS | search,
        "tokenizer_config.json": _NAMED
        | {
            "cls_token": "<s>",
            "language_codes": "ML50",
            "mask_token": {"__type": "AddedToken"} | _MASK,
            "special_tokens_map_file": "/home/somebody/special_tokens_map.json",
            "src_lang": None,
            "tgt_lang": None,
            "tokenizer_file": None,
        },
        "special_tokens_map.json": _NAMED | {"cls_token": "<s>", "mask_token": _MASK},
    }


def _t5(folder: Path, pairs: Sequence[Pair]) -> Files:
    """google/madlad400-3b-mt: <unk> starts the decoder, <s> pads, and the target language is a piece of the text."""
    file, pieces, charsmap = _pieces(_lines(pairs), user_defined_symbols=["<2en>", "<2fr>"])
    (folder / "spiece.model").write_bytes(file)
    _fast(folder, models.Unigram(pieces, unk_id=0), charsmap, ["<unk>", "<s>", "</s>"], "$A </s>")
    ids = {"decoder_start_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    plain = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
    return {
        "config.json": {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "vocab_size": len(pieces)}
        | _T5
        | ids,
        "generation_config.json": {"_from_model_config": True} | ids,
        "tokenizer_config.json": {
            "added_tokens_decoder": {str(n): {"content": t} | plain for n, t in enumerate(["<unk>", "<s>", "</s>"])},
            "additional_special_tokens": [],
            "clean_up_tokenization_spaces": True,
            "eos_token": "</s>",
            "extra_ids": 0,
            "legacy": False,
            "model_max_length": 10**30,
            "pad_token": "<s>",
            "sp_model_kwargs": {},
            "tokenizer_class": "T5Tokenizer",
            "unk_token": "<unk>",
        },
        "special_tokens_map.json": {"eos_token": "</s>", "pad_token": "<s>", "unk_token": "<unk>"},
    }


def _mt5(folder: Path, pairs: Sequence[Pair]) -> Files:
    """csebuetnlp/mT5_multilingual_XLSum: search settings in config.json, and no generation_config.json."""
    file, pieces, _ = _pieces(
        _lines(pairs),
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        user_defined_symbols=["▁<extra_id_1>", "▁<extra_id_0>"],
    )
    (folder / "spiece.model").write_bytes(file)
    config = {
        "model_type": "mt5",
        "architectures": ["MT5ForConditionalGeneration"],
        "vocab_size": len(pieces) + 12,
        "tokenizer_class": "T5Tokenizer",
        "decoder_start_token_id": 0,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }
    search = {"length_penalty": 0.6, "max_length": 84, "no_repeat_ngram_size": 2, "num_beams": 4}
    named = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    return {
        "config.json": config | _T5 | search,
        "tokenizer_config.json": named | {"extra_ids": 0, "additional_special_tokens": None, "sp_model_kwargs": {}},
        "special_tokens_map.json": named,
    }


def _arabart(folder: Path, pairs: Sequence[Pair]) -> Files:
    """ahmeddbahaa/AraBART-finetuned-ar: an mBART model whose tokenizer is BARThez's."""
    file, pieces, charsmap = _pieces(_lines(pairs))
    (folder / "sentencepiece.bpe.model").write_bytes(file)
    vocabulary = [*((token, 0.0) for token in _FAIRSEQ), *pieces[3:], ("<mask>", 0.0)]
    _fast(folder, models.Unigram(vocabulary, unk_id=3), charsmap, [*_FAIRSEQ, "<mask>"], "<s> $A </s>")
    config = {
        "model_type": "mbart",
        "architectures": ["MBartForConditionalGeneration"],
        "vocab_size": len(vocabulary),
        "activation_function": "gelu",
        "max_position_embeddings": 1024,
        "normalize_before": True,
        "scale_embedding": False,
        "early_stopping": True,
        "forced_eos_token_id": 2,
        "force_bos_token_to_be_generated": False,
    }
    named = _NAMED | {"cls_token": "<s>"}
    return {
        "config.json": config | _BART | _FAIRSEQ_IDS,
        "tokenizer_config.json": named
        | {
            "mask_token": {"__type": "AddedToken"} | _MASK,
            "model_max_length": 10**30,
            "sp_model_kwargs": {},
            "tokenizer_class": "BarthezTokenizer",
        },
        "special_tokens_map.json": named | {"mask_token": _MASK},
    }


_FILES: dict[str, Callable[[Path, Sequence[Pair]], Files]] = {
    "marian": _marian,
    "m2m100": _m2m100,
    "nllb": _nllb,
    "mbart50": _mbart50,
    "t5": _t5,
    "mt5": _mt5,
    "arabart": _arabart,
}
