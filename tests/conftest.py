from collections.abc import Callable

import pytest

from diplosum.catalog import ModelSpec


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
