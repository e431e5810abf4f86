"""Random work in two real Neovims at the same time, which ends in one text: `make fuzz-editors`."""

import os
import random
from contextlib import ExitStack
from pathlib import Path

from .writing_pair import Pair, alike, text

_ROUNDS = int(os.environ.get("PEERLINE_EDITOR_ROUNDS", "300"))
_SEED = int(os.environ.get("PEERLINE_EDITOR_SEED", "1"))
MOST = 4000


def random_keys(chance: random.Random) -> str:
    """One thing that a person does, beginning and ending in normal mode."""
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


def test_random_work_in_two_editors_ends_in_one_text(tmp_path: Path) -> None:
    with ExitStack() as stack:
        work(Pair(tmp_path, stack))


def work(pair: Pair) -> None:
    """A plan of random keys in both editors, and the comparison of their texts."""
    pair.share("".join(f"line {number} b(c)\n" for number in range(40)))
    chance = random.Random(_SEED)  # noqa: S311 - a plan, no secret
    for _ in range(_ROUNDS):
        for editor in (pair.alice, pair.bob):
            if chance.random() < 0.9:
                editor.keys(random_keys(chance))
        if len(text(pair.bob)) > MOST:
            # Pasted again and again, a text would become larger than one that can be shared.
            pair.bob.keys(":9,$d<CR>:%s/^\\(.\\{,40\\}\\).*/\\1/<CR>")
        if chance.random() < 0.2:
            # Else the keys wait in Neovim, and little happens at the same time.
            pair.alice.lua("vim.wait(...)", chance.randint(1, 60))
    for editor in (pair.alice, pair.bob):
        editor.keys("<C-\\><C-n>")
        editor.wait_lua("return vim.api.nvim_get_mode().mode == 'n'")
    alike(pair.alice, pair.bob)
    for editor in (pair.alice, pair.bob):
        assert "E" not in editor.lua("return vim.fn.matchstr(vim.v.errmsg, 'E5108')")
