"""The whole program, with real checkpoints that are only small: see checkpoints.py."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from checkpoints import PAIRS
from typer.testing import CliRunner, Result

from diplosum import __version__
from diplosum.catalog import ModelSpec
from diplosum.cli import app
from diplosum.errors import ExitCode

Checkpoint = Callable[[str], ModelSpec]

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "moscow-talks.txt"
ARTICLE = f"{PAIRS[0].source}\n\n{PAIRS[1].source} {PAIRS[2].source}\n{PAIRS[3].source}\n"
ENGLISH = f"{PAIRS[0].target}\n\n{PAIRS[1].target} {PAIRS[2].target}\n{PAIRS[3].target}\n"


@pytest.fixture(autouse=True)
def _a_machine_without_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No store, no cache, no models.toml of this user, no network; the working directory is empty."""
    for name in [name for name in os.environ if name.startswith(("HF_", "DIPLOSUM_"))]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(home / name))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.chdir(work)


@pytest.fixture
def marian(checkpoint: Checkpoint) -> Path:
    return folder_of(checkpoint("marian"))


@pytest.fixture
def nllb(checkpoint: Checkpoint) -> Path:
    return folder_of(checkpoint("nllb"))


@pytest.fixture
def arabart(checkpoint: Checkpoint) -> Path:
    return folder_of(checkpoint("arabart"))


def folder_of(spec: ModelSpec) -> Path:
    assert spec.path is not None
    return spec.path


def diplosum(*arguments: object, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=text)


def article(name: str = "article.txt", text: str = ARTICLE) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


# Translating


def test_a_file_is_translated_paragraph_by_paragraph(marian: Path) -> None:
    done = diplosum("translate", article(), "--model", marian)
    assert (done.exit_code, done.stdout) == (0, ENGLISH)


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_is_translated_when_nothing_is_named(marian: Path, arguments: tuple[str, ...]) -> None:
    done = diplosum("translate", *arguments, "--model", marian, text=ARTICLE)
    assert (done.exit_code, done.stdout) == (0, ENGLISH)


def test_the_source_can_stand_under_its_translation(marian: Path) -> None:
    done = diplosum("translate", article(text=PAIRS[1].source), "--model", marian, "--bilingual")
    assert done.stdout == f"{PAIRS[1].target}\n{PAIRS[1].source}\n"


@pytest.mark.parametrize("options", [("--beams", "1"), ("--batch-size", "1"), ("--device", "cpu"), ("--engine", "hf")])
def test_options_of_the_search_leave_a_sure_answer_as_it_is(marian: Path, options: tuple[str, str]) -> None:
    done = diplosum("translate", article(), "--model", marian, *options, "--format", "json")
    assert [sentence["text"] for sentence in json.loads(done.stdout)["results"][0]["stages"][0]["sentences"]] == [
        pair.target for pair in PAIRS[:4]
    ]
    beams = json.loads(done.stdout)["results"][0]["stages"][0]["settings"]["beams"]
    assert beams == (1 if options[0] == "--beams" else 4)


def test_what_ran_is_said_on_standard_error_and_quiet_is_quiet(marian: Path) -> None:
    said = diplosum("translate", article(), "--model", marian)
    assert f"diplosum: translate with {marian.name}, named with --model" in said.stderr
    assert f"task:translate|reads:document|model:{marian.name}|" in said.stderr
    assert diplosum("translate", article(), "--model", marian, "--quiet").stderr == ""
    verbose = diplosum("translate", article(), "--model", marian, "--verbose").stderr
    assert "device cpu, because" in verbose
    assert "article.txt: UTF-8" in verbose
    assert "translate took" in verbose


@pytest.mark.parametrize("family", ["marian", "m2m100", "nllb", "mbart50"])
def test_a_folder_of_any_family_translates_without_being_described(checkpoint: Checkpoint, family: str) -> None:
    done = diplosum("translate", "--model", folder_of(checkpoint(family)), text=ARTICLE)
    assert (done.exit_code, done.stdout) == (0, ENGLISH)


def test_a_models_toml_of_the_user_adds_a_model_with_settings_of_its_own(checkpoint: Checkpoint) -> None:
    Path("models.toml").write_text(
        f"""schema = 1
        [defaults]
        translate = ["mine"]
        [models.mine]
        task = "translate"
        family = "t5"
        licence = "MIT"
        commercial = true
        path = {json.dumps(str(folder_of(checkpoint("t5"))))}
        prefix = "<2en> "
        """,
        "utf-8",
    )
    done = diplosum("translate", text=ARTICLE)
    assert (done.exit_code, done.stdout) == (0, ENGLISH)
    assert "translate with mine, first installed of mine" in done.stderr


# Summarizing


def test_the_sample_is_summarized_with_nothing_installed() -> None:
    done = diplosum("summarize", SAMPLE)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 3
    source = SAMPLE.read_text("utf-8").splitlines()
    for line in lines:
        number, sentence = line.removeprefix("[").split("] ", 1)
        assert sentence in source[int(number) - 1]
    assert "summarize with extractive, first installed of arabart, xlsum, extractive" in done.stderr
    assert done.stdout in (ROOT / "README.md").read_text("utf-8")


def test_the_length_of_a_summary_is_a_number_or_a_share_of_the_text() -> None:
    assert len(diplosum("summarize", SAMPLE, "--sentences", 5).stdout.splitlines()) == 5
    assert len(diplosum("summarize", SAMPLE, "--ratio", 0.5).stdout.splitlines()) == 6


def test_a_summary_in_english_is_the_summary_translated(marian: Path) -> None:
    text = "\n".join(pair.source for pair in PAIRS[:8])
    picked = diplosum("summarize", "--sentences", 2, text=text).stdout.splitlines()
    done = diplosum("summarize", "--sentences", 2, "--to", "en", "--model", f"translate={marian}", text=text)
    english = {pair.source: pair.target for pair in PAIRS}
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [f"{line[:4]}{english[line[4:]]}" for line in picked]


@pytest.mark.parametrize("family", ["arabart", "mt5"])
def test_an_abstractive_model_summarizes(checkpoint: Checkpoint, family: str) -> None:
    text = "\n".join(pair.source for pair in PAIRS[:8])
    done = diplosum("summarize", "--sentences", 1, "--model", folder_of(checkpoint(family)), text=text)
    assert (done.exit_code, done.stdout) == (0, f"[1] {PAIRS[8].source}\n")


def test_a_brief_has_both_summaries_and_the_translation(marian: Path, arabart: Path) -> None:
    text = "\n".join(pair.source for pair in PAIRS[:8])
    named = ("--model", f"translate={marian}", "--model", f"summarize={arabart}")
    done = diplosum("brief", "--sentences", 1, *named, text=text)
    translation = "\n".join(pair.target for pair in PAIRS[:8])
    assert (done.exit_code, done.stdout) == (
        0,
        f"Summary (Arabic)\n\n[1] {PAIRS[8].source}\n\n"
        f"Summary (English)\n\n[1] {PAIRS[8].target}\n\n"
        f"Translation (English)\n\n{translation}\n",
    )


# Where results go, and in which form


def test_each_format_is_what_it_says(marian: Path) -> None:
    path = article(text=PAIRS[1].source)
    named = ("--model", marian, "--quiet")
    assert diplosum("translate", path, *named, "--format", "text").stdout == f"{PAIRS[1].target}\n"
    assert diplosum("translate", path, *named, "--format", "markdown").stdout.startswith(
        f"# article.txt\n\n## Translation (English)\n\n{PAIRS[1].target}\n"
    )
    (line,) = diplosum("translate", path, *named, "--format", "jsonl").stdout.splitlines()
    document = json.loads(diplosum("translate", path, *named, "--format", "json").stdout)
    assert document == {"schema": 1, "version": __version__, "results": document["results"], "errors": []}
    assert json.loads(line) == {"schema": 1, "version": __version__} | document["results"][0]
    rich = diplosum("translate", path, *named, "--format", "rich").stdout
    assert "Translation (English) ───" in rich
    assert PAIRS[1].target in rich


def test_the_same_input_gives_the_same_bytes(marian: Path) -> None:
    first, second = (diplosum("translate", article(), "--model", marian, "--format", "json").stdout for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("name", "start"), [("out.txt", PAIRS[0].target), ("out.md", "# article.txt"), ("out.json", '{\n  "schema"')]
)
def test_the_suffix_of_a_file_chooses_its_format(marian: Path, name: str, start: str) -> None:
    done = diplosum("translate", article(), "--model", marian, "--output", f"new/{name}")
    assert (done.exit_code, done.stdout) == (0, "")
    assert Path("new", name).read_text("utf-8").startswith(start)
    assert [path.name for path in Path("new").iterdir()] == [name]


def test_several_inputs_get_a_file_each(marian: Path) -> None:
    article("a.txt")
    article("folder/b.txt")
    article("folder/deep/b.txt")
    article("folder/other.log")
    done = diplosum("translate", "a.txt", "folder", "--model", marian, "--output", "out/")
    assert done.exit_code == 0
    found = {str(path.relative_to("out")): path.read_text("utf-8") for path in Path("out").rglob("*") if path.is_file()}
    assert found == {"a.en.txt": ENGLISH, "b.en.txt": ENGLISH, "deep/b.en.txt": ENGLISH}


def test_several_inputs_on_standard_output_are_told_apart(marian: Path) -> None:
    article("a.txt", PAIRS[1].source)
    article("b.txt", PAIRS[2].source)
    done = diplosum("translate", "a.txt", "b.txt", "--model", marian)
    assert done.stdout == f"==> a.txt <==\n{PAIRS[1].target}\n\n==> b.txt <==\n{PAIRS[2].target}\n\n"


def test_an_input_that_fails_is_said_and_the_others_go_on(marian: Path) -> None:
    article("a.txt", PAIRS[1].source)
    article("empty.txt", "")
    done = diplosum("translate", "empty.txt", "missing.txt", "a.txt", "--model", marian, "--format", "json")
    document = json.loads(done.stdout)
    assert done.exit_code == 3
    assert [result["source"]["name"] for result in document["results"]] == ["a.txt"]
    assert [(error["name"], error["exit_status"]) for error in document["errors"]] == [
        ("empty.txt", 3),
        ("missing.txt", 3),
    ]
    assert "diplosum: empty.txt: " in done.stderr
    assert "diplosum: missing.txt: " in done.stderr


def test_a_result_never_replaces_its_source(marian: Path) -> None:
    path = article()
    done = diplosum("translate", path, "--model", marian, "--output", path)
    assert done.exit_code == 3
    assert "the result would replace its source" in done.stderr
    assert path.read_bytes().decode() == ARTICLE


def test_several_results_are_not_written_to_one_file(marian: Path) -> None:
    done = diplosum("translate", article("a.txt"), article("b.txt"), "--model", marian, "--output", "out.json")
    assert done.exit_code == 3
    assert "out.json: several inputs need a folder\n  --output out/" in done.stderr


def test_a_file_that_cannot_be_written_is_an_error_in_words(marian: Path) -> None:
    article("taken", "x")
    done = diplosum("translate", article(), "--model", marian, "--output", "taken/out.txt")
    assert done.exit_code == 3
    assert "taken/out.txt: cannot be written" in done.stderr


# Errors and exit statuses


def test_a_model_that_is_not_installed_is_recommended_with_the_command_to_type() -> None:
    done = diplosum("translate", SAMPLE)
    assert done.exit_code == 5
    assert done.stdout == ""
    assert "recommended is opus-tc-big (478 MB, licence CC-BY-4.0, commercial use allowed)" in done.stderr
    assert "\n  diplosum models pull opus-tc-big\n" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("translate", SAMPLE, "--model", "opus-ar-em"), 4, "did you mean opus-ar-en"),
        (("translate", SAMPLE, "--model", "xlsum"), 4, "xlsum is no model for translate"),
        (("translate", SAMPLE, "--model", "./nowhere"), 5, "nowhere"),
        (("translate", SAMPLE, "--model", "summarize=xlsum"), 4, "xlsum was named to summarize"),
        (("translate", SAMPLE, "--model", "opus-ar-en", "-m", "nllb-600m"), 4, "two models were named to translate"),
        (("brief", SAMPLE, "--model", "."), 4, "type --model translate=. or --model summarize=."),
        (("summarize", SAMPLE, "--models", "none.toml"), 4, "none.toml: no such file"),
        (("summarize", SAMPLE, "--encoding", "utf-9"), 3, "unknown encoding 'utf-9'"),
        (("summarize", "missing.txt"), 3, "missing.txt"),
        (("summarize", SAMPLE, "--sentences", "0"), 2, "--sentences"),
        (("summarize", SAMPLE, "--device", "gpu"), 2, "gpu is not auto, cpu, cuda, cuda:N or mps"),
        (("summarise", SAMPLE), 2, "No such command"),
        (("models", "pull", "no-such"), 4, "there is no model no-such"),
    ],
)
def test_every_mistake_has_its_message_and_exit_status(
    arguments: tuple[object, ...], status: int, message: str
) -> None:
    done = diplosum(*arguments)
    assert done.exit_code == status
    assert message in done.stderr
    assert done.stdout == ""


def test_an_error_before_any_input_is_json_too() -> None:
    done = diplosum("translate", SAMPLE, "--format", "json")
    (error,) = json.loads(done.stdout)["errors"]
    assert (done.exit_code, error["exit_status"]) == (5, 5)
    assert error["hint"] == "diplosum models pull opus-tc-big"


def test_an_answer_that_is_missing_is_marked_and_is_exit_status_6(marian: Path) -> None:
    text = f"{PAIRS[1].source} {'اكتب' * 4000}."
    done = diplosum("translate", "--model", marian, text=text)
    assert done.exit_code == 6
    assert done.stdout.startswith(f"{PAIRS[1].target} [not translated: اكتب")
    assert "the model reads 512 at once" in done.stderr


def test_the_readme_lists_the_exit_statuses() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.partition("| Exit status | Meaning |\n|---|---|\n")[2].partition("\n\n")[0]
    listed = {int(line.split("|")[1]) for line in table.splitlines()}
    assert listed == {int(status) for status in ExitCode}


def test_the_readme_lists_every_module_once() -> None:
    listed = (ROOT / "README.md").read_text("utf-8").partition("## How it is built")[2].partition("```text\n")[2]
    names = [line.strip().partition("   ")[0] for line in listed.partition("```")[0].splitlines()]
    modules = (path.stem for path in (ROOT / "diplosum").rglob("*.py") if not path.stem.startswith("__"))
    folders = (f"{path.parent.name}/" for path in (ROOT / "diplosum").glob("*/__init__.py"))
    assert sorted(", ".join(filter(None, names)).split(", ")) == sorted([*modules, *folders])


def test_debugging_shows_where_an_error_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIPLOSUM_DEBUG", "1")
    done = diplosum("translate", SAMPLE)
    assert type(done.exception).__name__ == "NotInstalledError"


# Saying without doing


def test_a_dry_run_says_what_it_would_take_and_loads_no_weights(marian: Path, tmp_path: Path) -> None:
    weightless = tmp_path / "weightless"
    shutil.copytree(marian, weightless)
    for weights in (*weightless.glob("*.safetensors"), *weightless.glob("*.bin")):
        weights.unlink()
    done = diplosum("translate", article(), "--model", weightless, "--dry-run")
    assert done.exit_code == 0
    assert "  4 sentences, 29 words\n" in done.stdout.replace("    ", "  ")
    assert "about" not in done.stdout.split("tokens", maxsplit=1)[0]
    assert PAIRS[0].target not in done.stdout


def test_a_dry_run_needs_no_installed_model() -> None:
    done = diplosum("brief", SAMPLE, "--dry-run")
    assert done.exit_code == 0
    assert "translate with opus-tc-big (CC-BY-4.0, not installed: 478 MB)" in done.stdout
    assert "summarize with extractive" in done.stdout
    assert "13 sentences, 328 words" in done.stdout


def test_the_way_a_text_was_read_is_explained() -> None:
    done = diplosum("summarize", "--explain", text="قال د. علي إن العراقـية وصلت. ثم عاد!\nنعم.".encode("cp1256"))
    assert done.exit_code == 0
    for line in (
        "encoding: Windows-1256, because",
        "language: Arabic, because its letters are Arabic",
        "paragraph 1: not split after «…قال د.»: «د.» is an initial or abbreviation",
        "paragraph 1: split after «…علي إن العراقـية وصلت.»: ends with .",
        "changed in the copy that extractive reads: tatweel 1",
    ):
        assert line in done.stderr
    assert "explain" not in done.stdout


def test_a_text_that_is_hardly_arabic_is_warned_about() -> None:
    done = diplosum("summarize", text="این یک متن فارسی است که چند کلمه پیوسته گفتن دارد. کتاب چاپ شد.")
    assert done.exit_code == 0
    assert "this is hardly Arabic: " in done.stderr


def test_verifying_an_empty_store_says_that_there_is_nothing_to_compare() -> None:
    done = diplosum("models", "verify")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no model is in the model store" in done.stderr


def test_the_list_of_models_is_what_the_readme_shows() -> None:
    table = diplosum("models", "--format", "markdown").stdout
    assert table in (ROOT / "README.md").read_text("utf-8")
    records = json.loads(diplosum("models", "--format", "json").stdout)["models"]
    assert {record["name"]: record["installed"] for record in records if record["runs"]} == {"extractive": "embedded"}


# The program as a process


def process(*arguments: object, program: str = "-m diplosum", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *program.split(" ", 1), *map(str, arguments)]
    variables = os.environ | environment
    return subprocess.run(command, env=variables, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603 - our own program


LOADED = """
import sys
from typer.testing import CliRunner
from diplosum.cli import app
CliRunner().invoke(app, sys.argv[1:], catch_exceptions=False)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (("--help",), {"rich", "numpy", "torch", "transformers", "ctranslate2", "huggingface_hub", "sentencepiece"}),
        (("translate", "--help"), {"rich", "numpy", "torch", "transformers", "ctranslate2", "huggingface_hub"}),
        (("eval", "summarize", "--help"), {"rich", "numpy", "torch", "transformers", "sacrebleu", "rouge_score"}),
        (("models",), {"numpy", "torch", "transformers", "ctranslate2", "sentencepiece", "httpx", "httpx2"}),
        (("summarize", SAMPLE), {"torch", "transformers", "ctranslate2", "httpx", "httpx2", "charset_normalizer"}),
        (("translate", SAMPLE, "--dry-run"), {"torch", "transformers", "ctranslate2"}),
    ],
)
def test_a_command_loads_no_more_than_it_needs(arguments: tuple[object, ...], forbidden: set[str]) -> None:
    done = process(*arguments, program="-c " + LOADED)
    assert done.returncode == 0, done.stderr
    assert not forbidden & set(done.stdout.split())


SOCKETS = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        print("SOCKET", event, arguments, file=sys.stderr)
sys.addaudithook(refuse)
from diplosum.cli import main
main()
"""


def test_no_socket_is_opened_by_anyone(marian: Path, nllb: Path) -> None:
    for folder in (marian, nllb):  # one with safetensors, one with a pickle that transformers would like to convert
        done = process("translate", article(), "--model", folder, "--offline", program="-c " + SOCKETS)
        assert done.returncode == 0, done.stderr
        assert "SOCKET" not in done.stderr


def test_a_pipe_gets_plain_unwrapped_utf_8_whatever_the_locale(marian: Path) -> None:
    done = process("translate", article(), "--model", marian, "--bilingual", PYTHONIOENCODING="ascii", COLUMNS="20")
    assert done.returncode == 0, done.stderr
    assert PAIRS[1].target in done.stdout
    assert f"{PAIRS[1].source} {PAIRS[2].source}\n" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_terminal_gets_rich_output() -> None:
    leader, follower = pty.openpty()
    environment = {"COLUMNS": "80", "TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"} | os.environ
    command = [sys.executable, "-m", "diplosum", "summarize", str(SAMPLE)]
    with subprocess.Popen(command, stdout=follower, stderr=subprocess.PIPE, env=environment) as running:  # noqa: S603 - our own program
        os.close(follower)
        written = b""
        while True:
            try:
                written += os.read(leader, 65536)
            except OSError:  # the other side has closed
                break
        assert running.stderr is not None
        assert b"kitty does not order Arabic text: if it looks reversed, add --rtl reshape" in running.stderr.read()
    os.close(leader)
    assert running.returncode == 0
    assert "Summary (Arabic)" in written.decode()
    assert "─────" in written.decode()


def test_a_reader_that_stops_reading_and_a_user_who_interrupts_see_no_traceback() -> None:
    command = [sys.executable, "-m", "diplosum", "summarize"]
    with subprocess.Popen([*command, str(SAMPLE)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603 - our own program
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 141
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:  # noqa: S603 - our own program
        assert waiting.stderr is not None
        assert b"extractive" in waiting.stderr.readline()  # now it reads standard input
        waiting.send_signal(signal.SIGINT)
        assert b"Traceback" not in waiting.stderr.read()
    assert waiting.returncode == 130


def test_progress_is_shown_on_a_terminal_and_nowhere_else(marian: Path) -> None:
    leader, follower = pty.openpty()
    path = article(text="\n".join(f"{pair.source}" for pair in PAIRS[:8]))
    command = [sys.executable, "-m", "diplosum", "translate", str(path), "--model", str(marian), "--batch-size", "1"]
    environment = {"COLUMNS": "100", "TERM": "xterm-256color"} | os.environ
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower, env=environment) as running:  # noqa: S603 - our own program
        os.close(follower)
        shown = b""
        while True:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # the other side has closed
                break
        assert running.stdout is not None
        assert running.stdout.read().decode() == "\n".join(pair.target for pair in PAIRS[:8]) + "\n"
    os.close(leader)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert "5/8 sentences" in plain
    assert "words/s" in plain


def screen(written: str) -> list[str]:
    """Lines that a terminal shows at the end, scrolled ones included: line ends, cursor up, lines erased."""
    lines, row, column = [""], 0, 0
    for sign in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|.", written, re.DOTALL):
        if sign == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif sign == "\r":
            column = 0
        elif sign == "\x1b[2K":
            lines[row] = ""
        elif sign.endswith("A"):
            row -= int(sign[2:-1])
        elif not sign.startswith("\x1b"):
            lines[row] = lines[row][:column].ljust(column) + sign + lines[row][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]


@pytest.mark.parametrize("form", ["rich", "text"])
def test_results_and_progress_on_one_terminal_do_not_mix(marian: Path, form: str) -> None:
    path = article(text="\n".join(f"{PAIRS[n % 8].source} {n}" for n in range(40)))
    options = ["--model", str(marian), "--batch-size", "4", "--beams", "1", "--format", form]
    command = [sys.executable, "-m", "diplosum", "translate", str(path), *options]
    environment = {"COLUMNS": "80", "TERM": "xterm-256color"} | os.environ
    leader, follower = pty.openpty()
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=environment):  # noqa: S603 - our own program
        os.close(follower)
        shown = b""
        while True:
            try:
                shown += os.read(leader, 65536)
            except OSError:  # the other side has closed
                break
    os.close(leader)
    written = shown.decode()
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written)
    assert plain.index(PAIRS[1].target) < plain.index("12/75 sentences") < plain.index(f"{PAIRS[7].target} 39")
    expected = diplosum("translate", path, *options[:-1], form, "--quiet").stdout
    final = [line for line in screen(written) if not line.startswith("diplosum: ")]
    assert [line for line in final if line] == [line.rstrip() for line in expected.splitlines() if line.strip()]


def test_a_user_who_interrupts_keeps_what_was_printed_and_gets_no_half_file(marian: Path) -> None:
    text = "\n".join(f"{PAIRS[n % 8].source} {n}" for n in range(3000))
    for arguments in ([], ["--output", "out.txt"]):
        command = [sys.executable, "-m", "diplosum", "translate", str(article(text=text)), "--model", str(marian)]
        with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603 - our own program
            assert running.stdout is not None
            assert running.stderr is not None
            if arguments:
                while not list(Path().glob(".out.txt.*")):
                    assert running.poll() is None
                    time.sleep(0.01)
            else:
                assert running.stdout.readline().decode().startswith(PAIRS[0].target)
            running.send_signal(signal.SIGINT)
            assert b"Traceback" not in running.stderr.read()
        assert running.returncode == 130
    assert [path.name for path in Path().iterdir()] == ["article.txt"]


def test_the_version_and_completion_are_there() -> None:
    assert diplosum("--version").stdout == f"diplosum {__version__}\n"
    done = process("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "_DIPLOSUM_COMPLETE" in done.stdout or "complete" in done.stdout


def test_help_names_every_command_and_option() -> None:
    assert all(name in diplosum("--help").stdout for name in ("summarize", "translate", "brief", "models"))
    for command, own in (("summarize", "--to --sentences --ratio"), ("translate", "--bilingual"), ("brief", "--ratio")):
        shown = diplosum(command, "--help").stdout
        shared = "--model --models --engine --device --batch-size --beams --format --output --encoding --rtl"
        for option in f"{shared} --quiet --verbose --offline --dry-run --explain {own}".split():
            assert option in shown


# Hostile texts


@pytest.mark.parametrize(
    "text",
    [
        "وصل \x1b[31mالوزير\x1b[0m أمس \x07.",
        "[bold]وصل[/bold] الوزير [/] [link=file:///etc/passwd]أمس[/link].",
        "وصل </s> الوزير <pad> <unk> أمس eng_Latn <2fr> <extra_id_0> __fr__ <mask>.",
        ">>fra<< وصل الوزير أمس.",
        "\u202eوصل\u202c \u2067الوزير\u2069 \u200fأمس\u200e.",
        "وصل الوزير 😀👨\u200d👩\u200d👧 أمس.",
        "A Latin sentence. وصل الوزير.",
        "این یک متن فارسی است که پیوسته است.",
        "في 12/3/2024 و\u200f١٢٫٥٪ و(04) 555-1234 وصل الوزير.",
        "ا" * 100_000,
        "وصل الوزير، " * 8_000,
        "ﻭﺻﻞ ﺍﻟﻮﺯﻳﺮ ﷺ.",
        "١.\n-\n•\n* * *\nوصل.",
    ],
)
def test_hostile_texts_neither_crash_nor_leak(marian: Path, text: str) -> None:
    done = diplosum("translate", "--model", marian, "--beams", "1", "--bilingual", text=text.encode())
    assert done.exit_code in {0, 6}
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert not {"\x1b", "\x07", "\u202e", "\u2067"} & set(done.stdout)
    words = [word for word in text.split() if word.isascii() and word.isalpha()]
    assert all(word in done.stdout for word in words)
    summary = diplosum("summarize", text=text.encode())
    assert summary.exit_code == 0


@pytest.mark.parametrize("data", [b"\x00\x01\x02", "وصل\x00الوزير".encode(), b"", b" \n", b"only Latin", b"%PDF-1.7"])
def test_what_is_no_arabic_text_is_refused_in_words(data: bytes) -> None:
    done = diplosum("summarize", text=data)
    assert done.exit_code == 3
    assert done.stderr.startswith("diplosum: ") or "\ndiplosum: standard input: " in done.stderr
    assert done.stdout == ""
