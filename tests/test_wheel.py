import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "moscow-talks.txt"
# Every check with its lists, and the starter glossary: what is found in a pair that has a fault of three kinds.
CHECKS = """
from diplosum import checks, terms

source, output = "زار وزير الخارجية العراق مع 90 دبلوماسيا.", "The president visited Iran with 95 diplomats."
found = {one.kind for one in checks.compare(source, output) if one.kind in {"name", "number"}}
missed = {use.finding(source).kind for use in terms.load([terms.STARTER]).uses(source, output) if not use.output}
print(*sorted(found | missed))
"""


def run(*command: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    variables = os.environ | environment
    return subprocess.run(words, cwd=folder, env=variables, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    built = run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, ROOT, folder=folder)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_package_its_models_and_its_licence_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = [path for path in (ROOT / "diplosum").rglob("*") if path.suffix in {".css", ".toml", ".tsv", ".txt", ".xml"}]
    assert len(data) > 8
    assert {"diplosum/models.toml", *(path.relative_to(ROOT).as_posix() for path in data)} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/", 1)[0].removesuffix(".dist-info") for name in names} == {"diplosum", "diplosum-0.1.0"}


def test_the_wheel_runs_in_a_fresh_environment_away_from_the_repository(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "fresh")
    python = tmp_path / "fresh" / "bin" / "python"
    installed = run(
        sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, folder=tmp_path
    )
    assert installed.returncode == 0, installed.stderr
    # The dependencies of this environment, but not its editable diplosum: .pth files are not read from PYTHONPATH.
    dependencies = {"PYTHONPATH": sysconfig.get_path("purelib"), "DIPLOSUM_HOME": str(tmp_path)}
    command = tmp_path / "fresh" / "bin" / "diplosum"
    listed = run(command, "models", folder=tmp_path, **dependencies)
    assert "opus-tc-big" in listed.stdout, listed.stderr
    summary = run(command, "summarize", SAMPLE, folder=tmp_path, **dependencies)
    assert len(summary.stdout.splitlines()) == 3, summary.stderr
    where = run(python, "-c", "import diplosum; print(diplosum.__file__)", folder=tmp_path, **dependencies)
    assert str(tmp_path) in where.stdout
    page = run(command, "summarize", SAMPLE, "--output", "report.html", folder=tmp_path, **dependencies)
    assert "</html>" in (tmp_path / "report.html").read_text("utf-8"), page.stderr
    document = run(command, "summarize", SAMPLE, "--output", "report.docx", folder=tmp_path, **dependencies)
    assert zipfile.is_zipfile(tmp_path / "report.docx"), document.stderr
    checked = run(python, "-c", CHECKS, folder=tmp_path, **dependencies)
    assert checked.stdout == "name number term\n", checked.stderr
