"""Plans about one shared file in two real Neovims: work, disk, git and breakdowns. Pure."""

import random
from typing import Final

from .plan import SERVER, Plan, Step, draw

EDITORS: Final = ("alice", "bob")
CAREFUL: Final = {
    # Nothing of this takes text away: what was written has to be there in the end, once.
    "write": 24,
    "above": 8,
    "paste": 3,
    "indent": 2,
    "save": 4,
    "reload": 3,
    "append": 2,
    "checkout": 1.5,
    # Connections and programs.
    "drop": 2,
    "kill": 1.5,
    # How long everything takes.
    "settle": 1.5,
    "pause": 14,
}
"""Actions in a plan with an even seed."""
WILD: Final = CAREFUL | {
    "keys": 60,
    "undo": 6,
    "redo": 3,
    "substitute": 3,
    "format": 2,
    "shorten": 1,
}
"""Actions in a plan with an odd seed."""
SERVER_WEIGHTS: Final = {"kill": 2, "stop": 1}
SERVER_SHARE: Final = 0.012
"""How often it is the operator's turn."""


def is_careful(plan: Plan) -> bool:
    """Whether nobody takes text away in a plan."""
    return plan.seed % 2 == 0


def draw_editor_plan(seed: int, length: int = 60) -> Plan:
    """The plan of a seed: both have the file open, then anything happens."""
    source = random.Random(f"editors {seed}")  # noqa: S311 - a plan, not a secret
    weights = CAREFUL if seed % 2 == 0 else WILD
    steps: list[Step] = []
    while len(steps) < length:
        what = source.random()
        number = source.randrange(1_000_000)
        if what < SERVER_SHARE:
            steps.append(Step(SERVER, draw(source, SERVER_WEIGHTS), number))
        else:
            steps.append(Step(source.choice(EDITORS), draw(source, weights), number))
    return Plan(seed, tuple(steps))


def random_keys(number: int) -> str:
    """One thing that a person does, beginning and ending in normal mode."""
    chance = random.Random(number)  # noqa: S311 - a plan, no secret
    line, column = chance.randint(1, 60), chance.randint(0, 12)
    move = f"{line}G0{column}l" if column else f"{line}G0"
    word = "".join(chance.choices("abcé🦊 ()", k=chance.randint(1, 8)))
    return move + chance.choice(
        [
            *[f"i{word}<Esc>", f"a{word}<CR>{word}<Esc>"] * 4,
            *[f"o{word}<BS><BS>{word}<Esc>", f"O{word}<Esc>", "x", "dd", "p", "u", "<C-r>"] * 2,
            *("J", "3x", "yyP", ">>", "gg=G", ".", "ddp", "cwx<Esc>", "D", "~", "guu", "R!!<Esc>"),
            *(":m0<CR>", ":%s/a/ä/e<CR>", ":g/b(/d<CR>", ":%s/  */ /ge<CR>", ":sort<CR>"),
            *("<C-v>2jI#<Esc>", "<C-v>jA;<Esc>", "Vjd", "vec!<Esc>", "A<C-n><C-y><Esc>"),
            *("qqA+<Esc>jq2@q", "3ix<Esc>", "GdG", ":1,3d<CR>"),
        ]
    )
