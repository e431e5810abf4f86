"""The program `peerline` and `python -m peerline`, apart from the folder that they are started in.

Until the paths are in order, nothing is imported that a folder could have in its place.
"""

import os
import sys


def main() -> int:
    """Run the command line; the process' exit code."""
    try:
        isolate()
        from peerline.cli.main import main as run  # noqa: PLC0415 - from where it should come
        from peerline.logs import prepare_program  # noqa: PLC0415 - the same

        prepare_program()
        return run()
    except KeyboardInterrupt:  # also during the imports, which take a moment
        return 130


def isolate() -> None:
    """Have nothing imported from the folder that the process was started in.

    `python -m` and a PYTHONPATH with an empty or relative entry, such as `:/opt/lib`, put it first
    on the path.
    """
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    foreign = _folders_of_here() - {root}
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) not in foreign]
    if root not in map(os.path.realpath, sys.path):
        sys.path.append(root)  # with -I, if it was installed for the user alone


def _folders_of_here() -> set[str]:
    try:
        found = {os.path.realpath(os.getcwd())}
    except OSError:
        return set()  # it was deleted, so that there is nothing in it
    for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep):
        if not os.path.isabs(entry):
            found.add(os.path.realpath(entry))
    return found


if __name__ == "__main__":
    sys.exit(main())
