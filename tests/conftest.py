import signal
from collections.abc import Callable

import pytest

from diplosum.catalog import ModelSpec

# Where the tests run in the background, Ctrl-C is ignored, and the programs that they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ModelSpec]:
    """Describe a tiny checkpoint of a family of ``checkpoints.FAMILIES``, made when a test first asks for it."""
    made: dict[str, ModelSpec] = {}

    def make(family: str) -> ModelSpec:
        if family not in made:
            import checkpoints  # torch and transformers: 2 s that most tests do not need

            made[family] = checkpoints.make(family, tmp_path_factory.mktemp("checkpoints") / family)
        return made[family]

    return make
