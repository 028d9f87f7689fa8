"""The package `emulator` under the name of its distribution, and its pytest plugin.

Nothing here imports `emulator` before somebody uses it: whoever tests with pytest may have a module of that name.
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from emulator import Emulator, Settings, __version__, create_app

__all__ = ["Emulator", "Settings", "__version__", "create_app"]

_SITE = Path(__file__).resolve().parents[1]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(load_package(), name)


def load_package() -> "ModuleType":
    """Import the package `emulator` of this distribution, whatever else of that name is on the path.

    Raises ImportError where a module of that name that is somebody else's has been imported already.
    """
    package = sys.modules.get("emulator")
    if package is None:
        spec = PathFinder.find_spec("emulator", [str(_SITE)])
        if spec is None or spec.loader is None:
            raise ImportError(f"the package emulator is missing beside {Path(__file__).parent}: install it again")
        package = sys.modules["emulator"] = module_from_spec(spec)
        spec.loader.exec_module(package)
    elif _SITE / "emulator" not in (Path(path).resolve() for path in getattr(package, "__path__", ())):
        raise ImportError(collision(package.__file__ or "a folder on the path"), name="emulator")
    return package


def collision(other: Path | str) -> str:
    """Return the sentence that says what has the name of the package, and what to do."""
    return (
        f"attachment-emulator's package is named emulator, and so is {other}, and Python can import only one of them: "
        "rename yours, or move it into a package."
    )


def find_other() -> Path | None:
    """Return the first module, package or folder with modules on the path that is named as the package is."""
    for folder in (Path(entry) for entry in sys.path):
        package, module = folder / "emulator", folder / "emulator.py"
        if module.is_file():
            return module
        if folder.resolve() != _SITE and any(package.glob("*.py")):
            return package
    return None
