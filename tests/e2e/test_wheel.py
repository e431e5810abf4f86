"""The wheel holds Peerline's packages and nothing that could shadow a user's."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VSIX = ROOT / "vscode-extension" / "peerline.vsix"
PACKAGES = {"peerline", "peerline_server", "peerline_bridge"}
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    package = importlib.import_module(name)
    assert package.__file__.startswith(sys.argv[1]), package.__file__
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        last = module.name.rpartition(".")[2]
        if last != "__main__" and ".migrations" not in module.name:
            importlib.import_module(module.name)
"""
IMPORT_SERVER = """
import sys
sys.path[:0] = sys.argv[1:]
import peerline_server, server
print(server.__file__)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the wheel's files were unpacked into."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_no_other_top_level_packages(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if path.suffix != ".dist-info"}
    assert names == PACKAGES


def test_every_module_can_be_imported_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, str(installed), *sorted(PACKAGES)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("users_first", [True, False])
def test_a_project_called_server_goes_on_working(
    installed: Path, tmp_path: Path, users_first: bool
) -> None:
    users = tmp_path / "project"
    (users / "server").mkdir(parents=True)
    (users / "server" / "__init__.py").write_text("")
    order = [str(users), str(installed)]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_SERVER, *(order if users_first else reversed(order))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(users / "server" / "__init__.py")


def test_the_notices_of_the_packages_in_the_page_and_in_the_extension_are_there(
    installed: Path,
) -> None:
    page = (installed / "peerline_server" / "web" / "third-party.txt").read_text(encoding="utf-8")
    assert VSIX.exists(), "run `make vsix` first"
    with zipfile.ZipFile(VSIX) as archive:
        extension = archive.read("extension/dist/third-party.txt").decode()
    for text, names in (
        (page, ("preact", "yjs", "@codemirror/view", "@lezer/python")),
        (extension, ("preact", "vscode-languageclient", "semver")),
    ):
        for name in names:
            notice = re.search(rf"^{name} \d+\.\d+\.\d+ \(\w", text, re.MULTILINE)
            assert notice is not None, name
        assert text.count("Permission") >= len(names)
