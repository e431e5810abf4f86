"""Others' places, as a person sees them: cursors, flags, selections, ruler, tree, badges."""

from typing import Any

from peerline.protocol.agents import AgentActivity, AgentState
from tests.e2e.agent_participant import with_agent

from .conftest import Pair

RULER_SCRIPT = """
() => {
  const ruler = '.editor-group-container.active canvas.decorationsOverviewRuler';
  const canvas = document.querySelector(ruler);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colors = new Set();
  for (let at = 0; at < data.length; at += 4) {
    colors.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
  }
  return [...colors];
}
"""


# How a flag fades is seen by the page: it takes a second, and a busy test may look later.
FADING_SCRIPT = """
(name) => {
  const seen = [];
  window.opacities = seen;
  const look = () => {
    const opacities = [...document.querySelectorAll('.view-line span')]
      .map((span) => getComputedStyle(span, '::after'))
      .filter(({ content, position }) => content === `"${name}"` && position === 'absolute')
      .map(({ opacity }) => opacity);
    const now = opacities[0] ?? 'none';
    if (now !== seen.at(-1)) seen.push(now);
    if (seen.includes('1') && now === 'none') clearInterval(timer);
  };
  const timer = setInterval(look, 100);
}
"""


def test_a_cursor_with_a_name_moves_with_its_owner_and_goes_with_them(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.go_to(5, 5)
    flag = bob.wait(lambda: bob.flag("alice", "def function_2"), "alice's flag at line 5")
    (cursor,) = [mark for mark in bob.cursors() if mark["line"] == flag["line"]]
    assert cursor["border"] == flag["background"]
    assert flag["opacity"] == "1"
    before = cursor["left"]
    alice.go_to(5, 14)
    bob.wait(lambda: bob.cursors() and bob.cursors()[0]["left"] > before, "it moves in the line")
    alice.go_to(6, 1)
    bob.wait(lambda: bob.flag("alice", "return x + 2"), "alice's flag at line 6")
    bob.wait(lambda: flag["background"] in bob.page.evaluate(RULER_SCRIPT), "alice in the ruler")
    bob.go_to(9, 7)
    alice.wait(lambda: alice.flag("bob", "def function_3"), "bob's flag")

    alice.open_file("src/other.py")
    bob.wait(lambda: "alice" not in bob.flags(), "alice's flag goes")
    bob.wait(lambda: bob.cursors() == [], "alice's cursor goes")


OVERLAP_SCRIPT = """
(name) => {
  const lines = [...document.querySelectorAll('.editor-group-container.active .view-line')];
  const spans = lines.flatMap((line) => [...line.querySelectorAll('span')]);
  const flag = spans.find((span) => getComputedStyle(span, '::after').content === `"${name}"`);
  const style = getComputedStyle(flag, '::after');
  const place = flag.getBoundingClientRect();
  const height = parseFloat(style.height);
  const inLine = flag.closest('.view-line').getBoundingClientRect();
  const top = style.bottom === inLine.height + 'px' ? inLine.top - height
    : style.top === inLine.height + 'px' ? inLine.bottom : inLine.top;
  const left = place.right + parseFloat(style.marginLeft);
  const right = left + parseFloat(style.width) + 8;
  return lines.filter((line) => {
    const text = line.firstElementChild.getBoundingClientRect();
    const isBeside = text.right <= left || text.left >= right || line.textContent.trim() === '';
    const box = line.getBoundingClientRect();
    return !isBeside && box.top < top + height - 1 && box.bottom > top + 1;
  }).map((line) => line.textContent);
}
"""


def test_a_flag_covers_no_code(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    dense = "".join(f"value_{n} = compute(value_{n - 1}, {n})\n" for n in range(1, 30))
    for window in (alice, bob):
        (window.server.workspace / "src/dense.py").write_text(dense)
        window.open_file("src/dense.py")
    for line, column in ((1, 1), (12, 5), (13, 20), (30, 1)):
        alice.go_to(line, column)
        text = f"value_{line} =" if line < 30 else ""
        bob.wait(lambda text=text: bob.flag("alice", text), f"the flag at line {line}")
        assert bob.page.evaluate(OVERLAP_SCRIPT, "alice") == []
    for window in (alice, bob):
        (window.server.workspace / "src/dense.py").unlink()


def test_a_selection_is_shown_in_its_owners_color(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.go_to(9, 1)
    flag = bob.wait(lambda: bob.flag("alice", "def function_3"), "alice's flag")
    color = flag["background"].removeprefix("rgb(").removesuffix(")")

    def marks() -> list[dict[str, Any]]:
        return [mark for mark in bob.selections() if mark["background"].startswith(f"rgba({color}")]

    def selected() -> list[float]:
        return [mark["width"] for mark in marks()]

    assert selected() == []
    alice.keys("Shift+End")
    bob.wait(lambda: selected() and max(selected()) > 100, "the selection")
    # A selection of one's own may have the same background; it has no line below it.
    assert {(mark["below"], mark["belowColor"]) for mark in marks()} == {
        ("1px", flag["background"])
    }
    bob.screenshot("selection-of-somebody")
    alice.keys("ArrowRight")
    bob.wait(lambda: selected() == [], "nothing is selected any more")


def test_the_tree_says_where_everybody_is_and_goes_there(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.open_file("src/other.py")
    bob.wait(lambda: any("host · src/other.py:1" in row for row in bob.tree()), "alice's place")
    assert "(you)" in bob.tree()[0]
    bob.press(bob.tree_row("alice"), lambda: bob.active_tab() == "other.py", "bob goes to alice")


def test_an_agent_is_in_the_tree_with_its_owner_and_what_it_does(pair: Pair) -> None:
    activity = AgentActivity(state=AgentState.WORKING, doing="Editing src/cart.py")
    bob = pair.bob
    with with_agent(pair.server, activity):
        wanted = "agent of alice · working: Editing src/cart.py"
        bob.wait(lambda: any(wanted in row for row in bob.tree()), "the agent's row")
        bob.screenshot("agent-in-the-tree")
    bob.wait(lambda: not any("claude" in row for row in bob.tree()), "it has left")


def test_files_carry_a_badge_of_who_is_in_them(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.open_file("notes.txt")
    bob.command("View: Show Explorer")
    alice.open_file("src/other.py")

    def badge(file: str) -> str:
        row = bob.page.locator(".explorer-viewlet .monaco-list-row").filter(has_text=file).first
        icon = row.locator(".monaco-icon-label").first
        return (
            icon.evaluate("(icon) => getComputedStyle(icon, '::after').content")
            if row.count()
            else ""
        )

    bob.wait(lambda: "A" in badge("other.py"), "a badge")
    alice.open_file("src/main.py")
    bob.wait(lambda: "A" not in badge("other.py"), "the badge goes")
    bob.command("Peerline: Focus on Chat View")


def test_flags_fade_after_a_while(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    bob.page.evaluate(FADING_SCRIPT, "alice")
    alice.go_to(5, 5)
    bob.wait(lambda: bob.flag("alice", "def function_2"), "the flag")

    def has_gone() -> bool:
        seen = bob.page.evaluate("window.opacities")
        return "1" in seen and seen[-1] == "none"

    # It fades for a second, which a busy window may not draw (see flags.test.ts for the times).
    bob.wait(has_gone, "the flag goes")
    assert set(bob.page.evaluate("window.opacities")) <= {"none", "1", "0.5"}
    assert len(bob.cursors()) == 1


def test_the_cursor_goes_with_an_owner_who_is_in_no_file_of_the_folder(pair: Pair) -> None:
    alice, bob = pair.alice, pair.bob
    alice.go_to(5, 5)
    bob.wait(lambda: bob.flag("alice", "def function_2"), "alice's flag")
    alice.command("File: New Untitled Text File")
    bob.wait(lambda: "alice" not in bob.flags() and bob.cursors() == [], "alice's cursor goes")
    alice.command("View: Close Editor")
    alice.go_to(5, 5)
    bob.wait(lambda: bob.flag("alice", "def function_2"), "it comes back")
