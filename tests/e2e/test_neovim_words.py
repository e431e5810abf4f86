"""Names, times and colours in a real Neovim: completion, the local clock, the background."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from peerline.protocol.palette import PALETTE, luminance, text_on
from tests.cases.make_texts import UNSEEN
from tests.unit.peerline.protocol.test_emoji_sequences import SEQUENCES, TAGS_WITHOUT_A_FLAG

from .neovim import Neovim

PEOPLE = ["Ann Lee", "Ann-Bot", "Ömer K", "漢字 さん"]


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Neovim]:
    editor = Neovim(tmp_path / "folder", environ={"TZ": "Asia/Kolkata"})
    try:
        people = [{"user_id": str(number), "username": name} for number, name in enumerate(PEOPLE)]
        editor.lua("require('peerline.participants').list = ...", people)
        yield editor
    finally:
        editor.close()


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Peerline follow ann l", "Peerline follow ann Lee"),
        ("Peerline follow Ann ", "Peerline follow Ann Lee"),
        ("Peerline goto Ann L", "Peerline goto Ann Lee"),
        ("Peerline! remove Ann L", "Peerline! remove Ann Lee"),
        ("Peer follow 漢字 さ", "Peer follow 漢字 さん"),
        ("silent 1Peerline follow ö", "silent 1Peerline follow Ömer K"),
        ("Peerline role Ann Lee ho", "Peerline role Ann Lee host"),
        ("Peerline follow Ann-", "Peerline follow Ann-Bot"),
        ("Peerline follow Lee", "Peerline follow Lee"),
    ],
)
def test_a_completed_name_stands_in_the_line_once(editor: Neovim, typed: str, line: str) -> None:
    editor.command(r"cnoremap <expr> <F2> setreg('a', getcmdline()) ? '' : ''")
    editor.keys(f":{typed}<Tab><F2><Esc>")
    editor.wait(lambda: editor.lua("return vim.fn.getreg('a')"), "the command line")
    assert editor.lua("return vim.fn.getreg('a')").replace("\t", "") in {line, line + "^I"}


@pytest.mark.parametrize(
    ("name", "found"),
    [("Ann Lee", "0"), ("ann lee", "0"), ("ÖMER K", "2"), ("", "0"), ("Ann", None), ("3", "3")],
)
def test_a_participant_is_found_by_a_whole_name(
    editor: Neovim, name: str, found: str | None
) -> None:
    person = editor.lua("return require('peerline.participants').find(...)", name)
    assert (person or {}).get("user_id") == found


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2026-11-29T08:03:04Z", "2026-11-29 13:33"),
        ("2024-02-28T23:59:59Z", "2024-02-29 05:29"),
        ("2025-12-31T18:30:00Z", "2026-01-01 00:00"),
        ("1970-01-01T00:00:00Z", "1970-01-01 05:30"),
        ("soon", ""),
    ],
)
def test_times_are_local(editor: Neovim, timestamp: str, moment: str) -> None:
    assert editor.lua("return require('peerline.text').moment(...)", timestamp) == moment
    assert editor.lua("return require('peerline.text').clock(...)", timestamp) == moment[11:]


def test_the_times_of_an_invite_are_local(editor: Neovim) -> None:
    invite = {
        "role": "editor",
        "uses": 1,
        "created_at": "2026-11-29T18:29:00.000Z",
        "expires_at": "2026-11-29T18:31:00.000Z",
    }
    times = [
        editor.lua("return require('peerline.text').moment(...)", invite[key])
        for key in ("created_at", "expires_at")
    ]
    told = editor.lua("return require('peerline.moderation').describe_invite(...)", invite)
    assert told == f"editor · 1 uses · made {times[0]} · ends {times[1]}"
    assert times[0][:10] != times[1][:10]


@pytest.mark.parametrize(
    ("timestamp", "day"),
    [
        ("2026-11-29T18:29:00Z", "Today"),
        ("2026-11-28T18:31:00Z", "Today"),
        ("2026-11-28T18:29:00Z", "Yesterday"),
        ("2026-11-27T12:00:00Z", "Friday, 27 November"),
        ("2025-11-27T12:00:00Z", "Thursday, 27 November 2025"),
    ],
)
def test_days_are_local(editor: Neovim, timestamp: str, day: str) -> None:
    now = "require('peerline.text').epoch('2026-11-29T12:00:00Z')"
    assert editor.lua(f"return require('peerline.text').day(..., {now})", timestamp) == day


def test_a_float_shows_the_keys_that_have_a_description(editor: Neovim) -> None:
    editor.lua(
        """
        require('peerline.ui').read({ 'a line' }, {
          title = 'Keys', footer = 'q close',
          keys = {
            r = { function() end, desc = 'Reply' },
            ['<CR>'] = { function() end, desc = 'Go' },
          },
        })
        """
    )
    editor.keys("g?")
    shown = editor.wait_lua(
        "local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false);"
        "return lines[1] ~= 'a line' and lines"
    )
    assert [line.split() for line in shown] == [["<CR>", "Go"], ["q", "Close"], ["r", "Reply"]]
    editor.keys("q")
    editor.wait_lua("return vim.api.nvim_get_current_line() == 'a line'")


FLOATS = """
local found = {}
for _, win in ipairs(vim.api.nvim_list_wins()) do
  if vim.api.nvim_win_get_config(win).relative ~= '' then
    found[#found + 1] = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), 0, -1, true)[1]
  end
end
return found
"""


@pytest.mark.parametrize("shortmess", ["ltToOCF", "ltoOCF"])
def test_a_message_longer_than_the_line_is_there_whole_and_asks_for_no_key(
    editor: Neovim, shortmess: str
) -> None:
    editor.api.ui_attach(80, 24)
    editor.command(f"set shortmess={shortmess}")
    sentence = (
        "This file cannot be shared: " + "its lines end in different ways, " * 6 + "and so on."
    )
    editor.lua("require('peerline.text').notify(...)", sentence)
    editor.wait(lambda: editor.lua(FLOATS) == [f"Peerline: {sentence}"], "the sentence")
    editor.keys("itext<Esc>")
    editor.wait_lua("return vim.api.nvim_get_current_line() == 'text'")
    assert sentence in editor.messages()
    assert editor.lua("return vim.o.shortmess") == shortmess
    editor.lua("require('peerline.text').notify('short')")
    editor.wait(lambda: "Peerline: short" in editor.messages())
    editor.lua("require('peerline.message').close()")
    assert editor.lua(FLOATS) == []
    editor.lua(
        "vim.notify = setmetatable({}, { __call = function(_, message) _G.told = message end })"
    )
    editor.lua("require('peerline.text').notify(...)", sentence)
    assert editor.wait_lua("return _G.told") == f"Peerline: {sentence}"


def test_colors_follow_the_background_and_those_of_the_user_stay(editor: Neovim) -> None:
    editor.command("highlight PeerlineName2 guifg=#123456")
    editor.lua("require('peerline.highlights').setup()")

    def names() -> list[str]:
        color = "string.format('#%06x', vim.api.nvim_get_hl(0, { name = 'PeerlineName' .. n }).fg)"
        lua = f"return vim.tbl_map(function(n) return {color} end, {{ 1, 2, 3 }})"
        return editor.lua(lua)

    rose, mint, purple = PALETTE[:3]
    editor.command("set background=dark")
    assert names() == [rose.dark, "#123456", purple.dark]
    editor.command("set background=light")
    assert names() == [rose.light, "#123456", purple.light]
    editor.command("set background=dark")
    assert names() == [rose.dark, "#123456", purple.dark]
    # A scheme begins with `highlight clear`.
    editor.command("colorscheme habamax")
    editor.command("set background=light")
    assert names() == [rose.light, mint.light, purple.light]


def test_in_high_contrast_the_colors_of_people_are_those_for_it(editor: Neovim) -> None:
    def colors(group: str, part: str) -> list[str]:
        color = (
            f"string.format('#%06x', vim.api.nvim_get_hl(0, {{ name = '{group}' .. n }}).{part})"
        )
        every = "vim.fn.range(1, ...)"
        return editor.lua(
            f"return vim.tbl_map(function(n) return {color} end, {every})", len(PALETTE)
        )

    editor.command("set background=dark")
    editor.lua("require('peerline').setup({ high_contrast = true })")
    assert colors("PeerlineName", "fg") == [hue.high_contrast for hue in PALETTE]
    assert colors("PeerlineCursor", "bg") == [hue.high_contrast for hue in PALETTE]
    texts = [text_on(hue.high_contrast) for hue in PALETTE]
    assert colors("PeerlineCursor", "fg") == texts
    for selection in colors("PeerlineSelection", "bg"):
        assert 1.05 / (luminance(selection) + 0.05) >= 7  # white text on it (WCAG 2.2, AAA)
    editor.command("set background=light")
    assert colors("PeerlineName", "fg") == [hue.high_contrast_light for hue in PALETTE]
    for selection in colors("PeerlineSelection", "bg"):
        assert (luminance(selection) + 0.05) / 0.05 >= 7  # black text
    editor.lua("require('peerline').setup()")
    assert colors("PeerlineName", "fg") == [hue.light for hue in PALETTE]


def test_an_emoji_of_several_characters_is_one_in_neovim(editor: Neovim) -> None:
    texts = [f"a {emoji} b" for emoji in SEQUENCES]
    shown = "return vim.tbl_map(require('peerline.text').reveal, ...)"
    assert editor.lua(shown, texts) == texts
    unseen = [char for char in UNSEEN if char not in "\0\u200d\ufe0e\ufe0f"]
    assert editor.lua(shown, unseen) == [f"<U+{ord(char):04X}>" for char in unseen]
    for text in TAGS_WITHOUT_A_FLAG:
        (revealed,) = editor.lua(shown, [text])
        assert "<U+E00" in revealed
        assert not any(0xE0000 <= ord(char) <= 0xE007F for char in revealed)
