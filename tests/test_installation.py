"""Pulling into the store: checked, made safe, probed, all or nothing; what was begun goes on."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from checkpoints import PAIRS
from pulling import COMMIT, LATER, Machine, machine

from diplosum import lock
from diplosum.catalog import ModelSpec

TEXT = f"{PAIRS[1].source}\n"


@pytest.fixture
def repo(checkpoint: Callable[[str], ModelSpec], tmp_path: Path) -> Path:
    """A repository with pickled weights, as most of the public ones."""
    from checkpoints import to_pickle

    folder = tmp_path / "repo"
    source = checkpoint("marian").path
    assert source
    shutil.copytree(source, folder)
    to_pickle(folder)
    return folder


@pytest.fixture
def here(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with machine(tmp_path, monkeypatch, {COMMIT: repo}) as made:
        yield made


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def later(here: Machine, repo: Path, **changes: str) -> Path:
    """Publish a later commit with some files changed."""
    folder = here.home / "later"
    shutil.copytree(repo, folder)
    for name, text in changes.items():
        (folder / name.replace("__", ".")).write_text(text)
    here.hub.repos["someone/tiny"][LATER] = folder
    return folder


# All is well


def test_a_pulled_model_translates_and_says_what_it_is(here: Machine) -> None:
    done = here("models", "pull", "tiny")
    assert done.exit_code == 0, done.stderr
    assert f"diplosum: tiny: someone/tiny at {COMMIT}, 8 files, " in done.stderr
    assert "diplosum: tiny: licence CC-BY-4.0, commercial use allowed." in done.stderr
    assert {path.name for path in here.model.iterdir()} >= {
        "config.json",
        "model.safetensors",
        "lock.json",
        "vocab.json",
    }
    assert not any(path.suffix in {".bin", ".part"} for path in here.model.rglob("*"))
    used = here("translate", "--model", "tiny", "--offline", text=TEXT)
    assert (used.exit_code, used.stdout) == (0, f"{PAIRS[1].target}\n")
    assert f"|revision:{COMMIT}|licence:CC-BY-4.0|" in used.stderr
    shown = here("models", "show", "tiny").stdout
    for line in (str(here.model), COMMIT, "last probe   hf: passed", "licence      CC-BY-4.0, commercial use allowed."):
        assert line in shown
    record = json.loads(here("models", "show", "tiny", "--format", "json").stdout)
    assert record["lock"]["files"]["vocab.json"]["digest"] in shown
    assert here("models").stdout == here("models", "list").stdout
    assert "model store" in here("models").stdout


def test_the_lock_is_the_same_each_time_and_holds_no_time(here: Machine) -> None:
    here("models", "pull", "tiny")
    first = content(here.model)
    assert here("models", "pull", "tiny", "--force").exit_code == 0
    assert content(here.model) == first
    locked = lock.read(here.model)
    assert locked
    assert (locked.repo, locked.revision, locked.commit) == ("someone/tiny", "refs/pr/7", COMMIT)
    assert locked.files.keys() == first.keys() - {"lock.json"}
    assert "pytorch_model.bin" in locked.hosted


def test_what_is_installed_is_not_asked_for_again(here: Machine) -> None:
    here("models", "pull", "tiny")
    here.hub.asked.clear()
    done = here("models", "pull", "tiny")
    assert done.exit_code == 0
    assert f"tiny: is installed already, at {COMMIT}" in done.stderr
    assert here.hub.asked == []


def test_a_pin_holds_until_it_is_moved(here: Machine, repo: Path) -> None:
    here("models", "pull", "tiny")
    later(
        here,
        repo,
        generation_config__json=(repo / "generation_config.json").read_text() + "\n",
        added_tokens__json="{}",
    )
    assert here("models", "pull", "tiny").exit_code == 0
    assert here("models", "pull", "tiny", "--force").exit_code == 0
    locked = lock.read(here.model)
    assert locked
    assert locked.commit == COMMIT
    done = here("models", "pull", "tiny", "--update")
    assert done.exit_code == 0, done.stderr
    assert f"tiny: moved from {COMMIT} to {LATER}\n" in done.stderr
    assert "tiny: generation_config.json has changed\n" in done.stderr
    assert "tiny: added_tokens.json is new\n" in done.stderr
    assert "vocab.json has" not in done.stderr
    again = here("models", "pull", "tiny", "--update")
    assert f"tiny: nothing newer than what is installed, {LATER}" in again.stderr
    assert here.in_order()


def test_an_update_that_does_not_work_leaves_what_was_there(here: Machine, repo: Path) -> None:
    here("models", "pull", "tiny")
    before = content(here.model)
    later(here, repo, config__json="{}")
    assert here("models", "pull", "tiny", "--update").exit_code == 5
    assert content(here.model) == before


def test_verify_finds_what_changed_and_force_repairs_it(here: Machine) -> None:
    here("models", "pull", "tiny")
    sound = here("models", "verify")
    assert (sound.exit_code, sound.stdout) == (0, f"tiny: 8 files as pulled at {COMMIT}; probe passed with hf\n")
    path = here.model / "vocab.json"
    path.write_bytes(path.read_bytes()[:-1] + b" ")
    (here.model / "modeling.py").write_text("evil")
    broken = here("models", "verify", "tiny")
    assert broken.exit_code == 5
    assert "modeling.py was not pulled (and 1 more)\n  diplosum models pull --force tiny" in broken.stderr
    assert here("models", "pull", "--force", "tiny").exit_code == 0
    assert here("models", "verify").exit_code == 0


@pytest.mark.parametrize("damage", ["{", '{"schema": 2}', "[]", '{"schema": 1}'])
def test_a_lock_file_that_is_broken_is_said_and_can_be_replaced(here: Machine, damage: str) -> None:
    here("models", "pull", "tiny")
    (here.model / "lock.json").write_text(damage)
    for command in (("models", "verify"), ("models", "show", "tiny"), ("models", "pull", "tiny")):
        done = here(*command)
        assert done.exit_code == 5
        assert "lock.json: cannot be read: " in done.stderr
        assert "diplosum models pull --force tiny" in done.stderr
    assert here("models", "pull", "--force", "tiny").exit_code == 0


def test_files_that_nobody_pulled_are_not_replaced_unasked(here: Machine) -> None:
    here.model.mkdir(parents=True)
    (here.model / "mine.txt").write_text("mine")
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "holds files that no pull put there" in done.stderr
    assert (here.model / "mine.txt").read_text() == "mine"


def test_what_is_removed_is_gone(here: Machine) -> None:
    here("models", "pull", "tiny")
    done = here("models", "remove", "tiny")
    assert done.exit_code == 0
    assert "tiny: removed, " in done.stderr
    assert {path.name for path in here.store.iterdir()} <= {".tiny.lock"}
    assert here("models", "remove", "tiny").exit_code == 5
    assert here("models", "verify", "tiny").exit_code == 5


# Licences


def test_a_licence_that_forbids_commercial_use_must_be_accepted(here: Machine) -> None:
    here.describe(licence='"CC-BY-NC-4.0"', commercial="false", licence_note='"Not for business."')
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "tiny: licence CC-BY-NC-4.0, no commercial use. Not for business.\n" in done.stderr
    assert "forbids commercial use, and was not accepted\n  diplosum models pull tiny --accept-license" in done.stderr
    assert here.hub.sent == {}
    assert here("models", "pull", "tiny", "--accept-license").exit_code == 0
    assert here("models", "pull", "tiny", "--force").exit_code == 0  # it was accepted


def terminal(here: Machine, *arguments: str, answers: tuple[str, ...]) -> tuple[int, str, str]:
    """Run a command on a terminal, and answer each question: its status, what it wrote, what was on the terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own program
        here.command(*arguments), stdin=follower, stderr=follower, stdout=subprocess.PIPE, env=here.variables
    ) as running:
        os.close(follower)
        seen, left = "", list(answers)
        while True:
            try:
                seen += os.read(leader, 65536).decode()
            except OSError:  # the other side has closed
                break
            if left and seen.count("[y/N]") > len(answers) - len(left):
                os.write(leader, f"{left.pop(0)}\n".encode())
        assert running.stdout
        written = running.stdout.read().decode()
    os.close(leader)
    return running.returncode, written, seen


def test_a_terminal_is_asked_whether_the_licence_is_accepted(here: Machine) -> None:
    here.describe(commercial="false")
    status, _, seen = terminal(here, "models", "pull", "tiny", answers=("n",))
    assert status == 5
    assert "tiny may not be used commercially (CC-BY-4.0); download it? [y/N]" in seen
    assert here.hub.sent == {}


def test_another_licence_on_the_models_page_is_said(here: Machine) -> None:
    here.hub.card = {"cardData": {"license": "cc-by-nc-4.0"}}
    assert "tiny: its page states another licence: cc-by-nc-4.0" in here("models", "pull", "tiny").stderr


@pytest.mark.parametrize("policy", ["option", "file"])
@pytest.mark.parametrize("commercial", ["false", None])
def test_a_policy_keeps_models_from_running(here: Machine, policy: str, commercial: str | None) -> None:
    here("models", "pull", "tiny")
    here.more = "[policy]\ncommercial_only = true\n" if policy == "file" else ""
    here.describe(licence='"CC-BY-NC-4.0"', commercial=commercial)
    options = ("--commercial-only",) if policy == "option" else ()
    done = here("translate", "--model", "tiny", *options, text=TEXT)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "tiny may not run: licence CC-BY-NC-4.0, " in done.stderr
    here.describe(commercial="true")
    assert here("translate", "--model", "tiny", *options, text=TEXT).exit_code == 0


def test_a_policy_passes_over_preferred_models(here: Machine) -> None:
    here("models", "pull", "tiny")
    (here.store / "xlsum").mkdir()
    (here.store / "xlsum" / "config.json").write_text("{}")
    text = "\n".join(pair.source for pair in PAIRS[:8])
    done = here("summarize", "--commercial-only", text=text)
    assert done.exit_code == 0
    assert (
        "summarize with extractive, first installed of arabart, extractive, which allow commercial use" in done.stderr
    )


# What must not be installed


def refused(here: Machine, message: str) -> None:
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5, done.stderr
    assert message in done.stderr
    assert here.in_order()
    assert not here.model.exists()


def test_a_pickle_that_would_run_code_is_refused(here: Machine, repo: Path) -> None:
    import torch

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(here.home / "pwned"),)

    torch.save({"weight": Evil()}, repo / "pytorch_model.bin")
    refused(here, "tiny: pytorch_model.bin is refused: unsupported GLOBAL posix.mkdir\n")
    assert not (here.home / "pwned").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [(lambda data: data[:-2000], "cannot be read"), (lambda _: b"no pickle at all", "refused")],
)
def test_weights_that_are_broken_at_their_source_are_refused(
    here: Machine, repo: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    weights = repo / "pytorch_model.bin"
    weights.write_bytes(damage(weights.read_bytes()))
    refused(here, message)


ALIASES = ("model.decoder.embed_tokens.weight", "model.encoder.embed_tokens.weight", "lm_head.weight")


def embeddings(here: Machine, repo: Path, change: Callable[[int, Any], Any]) -> None:
    """Store the embeddings under each of their names, changed, and note how many parameters there should be."""
    import torch

    weights = torch.load(repo / "pytorch_model.bin", weights_only=True)
    here.describe(parameters=str(sum(value.numel() for name, value in weights.items() if name not in ALIASES)))
    shared = weights["model.shared.weight"]
    for number, name in enumerate(("model.shared.weight", *ALIASES)):
        weights[name] = change(number, shared)
    torch.save(weights, repo / "pytorch_model.bin")


def test_embeddings_that_are_stored_apart_though_they_should_be_one_are_refused(here: Machine, repo: Path) -> None:
    embeddings(here, repo, lambda number, one: one.roll(number, dims=0))
    refused(here, "embeddings that should be one are stored apart")


def test_two_embeddings_of_which_a_loader_takes_one_are_refused(here: Machine, repo: Path) -> None:
    """The broken conversion of opus-mt-tc-big: the answer shows it where the number of parameters does not."""
    embeddings(here, repo, lambda number, one: one.roll(int(number == 0), dims=0).clone())
    refused(here, "tiny: is not installed, because it does not work: it ")


def test_embeddings_that_are_stored_several_times_and_equal_are_stored_once(here: Machine, repo: Path) -> None:
    embeddings(here, repo, lambda _number, one: one.clone())
    assert here("models", "pull", "tiny").exit_code == 0
    assert here("translate", "--model", "tiny", text=TEXT).stdout == f"{PAIRS[1].target}\n"


def test_a_model_that_answers_with_garbage_is_refused(here: Machine, repo: Path) -> None:
    import torch

    weights = torch.load(repo / "pytorch_model.bin", weights_only=True)
    weights["model.decoder.layers.0.fc2.weight"] *= -40
    torch.save(weights, repo / "pytorch_model.bin")
    refused(here, "tiny: is not installed, because it does not work: ")


# Interruptions


def test_a_killed_pull_goes_on_where_it_was(here: Machine, repo: Path) -> None:
    here.hub.misbehave("pytorch_model.bin", "slow")
    weights, part = repo / "pytorch_model.bin", here.partial / "pytorch_model.bin.part"
    command = here.command("models", "pull", "tiny")
    with subprocess.Popen(command, env=here.variables, stderr=subprocess.DEVNULL) as running:  # noqa: S603 - our own program
        deadline = time.monotonic() + 60
        while not (part.is_file() and part.stat().st_size > 100_000) and time.monotonic() < deadline:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
    kept = part.stat().st_size
    assert 0 < kept < weights.stat().st_size
    assert not here.model.exists()
    assert here.in_order()
    later(here, repo, vocab__json="{}")  # the ref moves on; what was begun is finished as it was begun
    here.hub.sent.clear()
    done = here("models", "pull", "tiny")
    assert done.exit_code == 0, done.stderr
    assert f"tiny: someone/tiny at {COMMIT}" in done.stderr
    assert here.hub.sent == {"pytorch_model.bin": weights.stat().st_size - kept}
    assert here("models", "verify").exit_code == 0


@pytest.mark.parametrize("step", ["weights.make_safe", "installation._probed", "lock.filled", "place.Place.install"])
def test_an_interruption_after_the_download_loses_nothing(
    here: Machine, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patched:

        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(f"diplosum.{step}", interrupt)
        assert here("models", "pull", "tiny").exit_code != 0
    assert not here.model.exists()
    here.hub.sent.clear()
    assert here("models", "pull", "tiny").exit_code == 0
    assert here.hub.sent == {}
    assert here("models", "verify").exit_code == 0


def test_between_two_renamings_the_old_model_is_not_lost(
    here: Machine, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here("models", "pull", "tiny")
    before = content(here.model)
    later(here, repo, added_tokens__json="{}")
    rename = Path.rename
    with monkeypatch.context() as patched:

        def die(path: Path, target: Path) -> Path:
            if path == here.partial:
                raise KeyboardInterrupt
            return rename(path, target)

        patched.setattr("pathlib.Path.rename", die)
        assert here("models", "pull", "tiny", "--update").exit_code != 0
    assert not here.model.exists()
    assert here("models", "pull", "tiny").exit_code == 0
    assert content(here.model) == before
    here.hub.sent.clear()
    assert here("models", "pull", "tiny", "--update").exit_code == 0
    assert here.hub.sent == {}  # the update was complete but for its name
    assert not list(here.store.glob(".tiny.old"))


def test_a_process_waits_for_another_that_is_at_work_on_the_same_model(here: Machine) -> None:
    from filelock import FileLock

    here("models", "pull", "tiny")
    with FileLock(here.store / ".tiny.lock"):
        running = subprocess.Popen(  # noqa: S603 - our own program
            here.command("models", "pull", "tiny"), env=here.variables, stderr=subprocess.PIPE, text=True
        )
        assert running.stderr
        assert running.stderr.readline() == "diplosum: tiny: another process is at work on it; waiting\n"
    assert "tiny: is installed already" in running.communicate()[1]
    assert running.returncode == 0


# A disk that is full


LIMITED = """import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
from diplosum.cli import main
main()
"""


@pytest.mark.parametrize("while_writing", ["what comes", "safetensors"])
def test_a_full_disk_is_said_and_what_came_is_kept(here: Machine, repo: Path, while_writing: str) -> None:
    """The size of files is limited, which the system reports as it reports a full disk, in another number."""
    import torch

    weights = torch.load(repo / "pytorch_model.bin", weights_only=True)
    (repo / "pytorch_model.bin").unlink()
    names = sorted(weights)
    for number, part in enumerate((names[::2], names[1::2]), 1):  # each shard fits, what is stored safely does not
        torch.save({name: weights[name].clone() for name in part}, repo / f"pytorch_model-{number:05}-of-00002.bin")
    (repo / "pytorch_model.bin.index.json").write_text("{}")
    sizes = {path.name: path.stat().st_size for path in repo.glob("*.bin")}
    limit = max(sizes.values()) + (0 if while_writing == "safetensors" else -50_000)
    done = here.process("models", "pull", "tiny", program="-c " + LIMITED.format(limit))
    assert done.returncode == 5, done.stderr
    assert "the disk is full, and tiny is not complete\n  make room, then again: " in done.stderr
    assert not here.model.exists()
    assert here.in_order()
    kept = sum(path.stat().st_size for path in here.partial.glob("pytorch_model-*"))
    here.hub.sent.clear()
    assert here("models", "pull", "tiny").exit_code == 0
    assert sum(here.hub.sent.get(name, 0) for name in sizes) == sum(sizes.values()) - kept
    assert here("models", "verify").exit_code == 0


def test_what_does_not_fit_is_not_begun(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub._described", huge)
    done = here("models", "pull", "tiny")
    assert done.exit_code == 5
    assert "takes 2000000.0 GB while it is installed, and " in done.stderr
    assert here.hub.sent == {}


def huge(file: Path) -> dict[str, object]:
    return {"rfilename": file.name, "size": 10**15 if file.suffix == ".bin" else 1, "blobId": "0" * 40}


# Without a network


WATCHED = """import os, sys
def watch(event, arguments):
    named = [str(each) for each in arguments if isinstance(each, (str, os.PathLike))]
    inside = any(each.startswith({store!r}) for each in named)
    writes = event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if inside and (writes or event in ("os.mkdir", "os.rename", "os.remove", "os.chmod")):
        print("WRITTEN", event, named, file=sys.stderr)
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("SOCKET", event, arguments, file=sys.stderr)
sys.addaudithook(watch)
from diplosum.cli import main
main()
"""


def test_an_installed_model_needs_no_socket_and_writes_nothing_into_its_store(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file is opened for writing, made or renamed in the store, and no address is asked for, by anyone."""
    here("models", "pull", "tiny")
    for path in (*here.model.iterdir(), here.model, here.store):
        path.chmod(path.stat().st_mode & ~0o222)
    (here.home / "article.txt").write_text(TEXT, "utf-8")
    monkeypatch.setenv("DIPLOSUM_OFFLINE", "1")
    done = here.process(
        "translate", "--model", "tiny", "article.txt", program="-c " + WATCHED.format(store=str(here.store))
    )
    assert (done.returncode, done.stdout) == (0, f"{PAIRS[1].target}\n")
    assert "SOCKET" not in done.stderr
    assert "WRITTEN" not in done.stderr
    for path in (here.store, here.model):
        path.chmod(0o755)


def test_a_named_model_is_never_pulled_silently(here: Machine) -> None:
    done = here("translate", "--model", "tiny", text=TEXT)
    assert done.exit_code == 5
    assert "tiny (size not known, licence CC-BY-4.0, commercial use allowed) is not installed" in done.stderr
    assert here.hub.asked == []


def test_on_a_terminal_a_named_model_is_offered_and_then_used(here: Machine) -> None:
    here.describe(commercial="false")
    (here.home / "article.txt").write_text(TEXT, "utf-8")
    status, written, seen = terminal(here, "translate", "--model", "tiny", "article.txt", answers=("y", "y"))
    assert (status, written) == (0, f"{PAIRS[1].target}\n"), seen
    assert "download it now? [y/N]" in seen
    assert "all files" in seen


def test_help_of_the_commands_is_light() -> None:
    code = "import sys; from diplosum import models_cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - the code above
    assert not {"rich", "torch", "huggingface_hub", "diplosum.catalog", "filelock"} & {*done.stdout.split()}


def test_a_model_that_fails_does_not_keep_the_others_from_being_pulled(here: Machine) -> None:
    here.more = '[models.gone]\ntask = "translate"\nfamily = "marian"\nrepo = "someone/gone"\nlicence = "MIT"\n'
    here.describe()
    done = here("models", "pull", "gone", "tiny", "extractive")
    assert done.exit_code == 5
    assert "gone: there is no repository someone/gone" in done.stderr
    assert "extractive: is embedded: there is nothing to download" in done.stderr
    assert here("models", "verify").exit_code == 0


def test_a_conversion_that_fails_leaves_the_model_to_the_other_engine(
    here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diplosum.errors import ModelError

    def fail(_folder: Path, into: Path, **_: object) -> None:
        into.mkdir()
        (into / "half").write_text("")
        raise ModelError("tiny cannot be converted for CTranslate2: no such layer")

    monkeypatch.setattr("diplosum.conversion.convert", fail)
    here.describe(conversion='"int8"')
    done = here("models", "pull", "tiny")
    assert done.exit_code == 0
    assert "tiny: it runs with --engine hf only: tiny cannot be converted for CTranslate2: no such layer" in done.stderr
    assert "last probe   ct2: tiny cannot be converted" in here("models", "show", "tiny").stdout
    assert not (here.model / "ct2").exists()
    assert here("translate", "--model", "tiny", text=TEXT).stdout == f"{PAIRS[1].target}\n"
    assert here("models", "verify").exit_code == 0


def test_a_pulled_model_is_converted_and_runs_with_both_engines(here: Machine) -> None:
    here.describe(conversion='"int8"')
    done = here("models", "pull", "tiny")
    assert done.exit_code == 0, done.stderr
    locked = lock.read(here.model)
    assert locked
    assert locked.probe == {"hf": "passed", "ct2": "passed"}
    assert "ct2/model.bin" in locked.files
    for engine in ("hf", "ct2"):
        assert here("translate", "--model", "tiny", "--engine", engine, text=TEXT).stdout == f"{PAIRS[1].target}\n"
    assert "probe passed with hf and ct2" in here("models", "verify").stdout
    here.describe(conversion='"float32"')
    assert here("models", "convert", "tiny").exit_code == 0
    assert here("models", "verify").exit_code == 0
    (here.model / "vocab.json").write_text("{}")
    assert here("models", "convert", "tiny").exit_code in {0, 5}
    assert here("models", "verify").exit_code == 5  # a conversion does not vouch for the rest
    assert here("models", "pull", "tiny", "--force").exit_code == 0
