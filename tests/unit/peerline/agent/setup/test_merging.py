"""Hooks go into a configuration once, beside those of others, and out again without a trace."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerline.agent.setup.hook_tables import Approvals, Wanted, can_ask, is_ours, wanted
from peerline.agent.setup.merging import ConfigurationError, with_hooks, without_hooks

PYTHON, PROGRAM = "/usr/bin/python3", "/opt/my tools/peerline/agent/hook_program.py"
OTHERS: dict[str, Any] = {
    "model": "opus",
    "permissions": {"allow": ["Bash(ls)"]},
    "hooks": {
        "PostToolUse": [
            {"matcher": "Edit", "hooks": [{"type": "command", "command": "make format"}]}
        ],
        "Stop": [{"hooks": [{"type": "command", "command": "say done"}]}],
    },
    "statusLine": {"type": "command", "command": "my-line --color 'a b'", "padding": 0},
}


def of(product: str) -> Wanted:
    return wanted(product, PYTHON, PROGRAM)


def commands(settings: dict[str, Any], event: str) -> list[str]:
    return [hook["command"] for group in settings["hooks"][event] for hook in group["hooks"]]


@pytest.mark.parametrize("product", ["claude-code", "codex", "gemini"])
@pytest.mark.parametrize("before", [{}, OTHERS, {"hooks": {}}, {"hooks": {"enabled": True}}])
def test_in_and_out_again(product: str, before: dict[str, Any]) -> None:
    kept = copy.deepcopy(before)
    changed = with_hooks(before, of(product))
    assert before == kept
    assert with_hooks(changed, of(product)) == changed
    removed = without_hooks(changed)
    assert removed == ({} if before == {"hooks": {}} else before)
    json.dumps(changed)


def test_hooks_of_others_stay_in_their_place() -> None:
    changed = with_hooks(OTHERS, of("claude-code"))
    assert changed["hooks"]["PostToolUse"][0] == OTHERS["hooks"]["PostToolUse"][0]
    first, ours = commands(changed, "Stop")
    assert first == "say done"
    assert ours == f"{PYTHON} -I -S '{PROGRAM}' hook --product claude-code"
    assert changed["model"] == "opus"


def test_a_status_line_is_kept_and_run() -> None:
    line = with_hooks(OTHERS, of("claude-code"))["statusLine"]
    assert line["padding"] == 0
    assert line["command"].endswith("""statusline --then 'my-line --color '"'"'a b'"'"''""")
    assert with_hooks({}, of("claude-code"))["statusLine"]["command"].endswith("statusline")
    assert "statusLine" not in with_hooks({}, of("codex"))


def test_an_older_place_of_the_program_is_replaced() -> None:
    old = with_hooks(OTHERS, wanted("claude-code", "/old/python", "/old/peerline/hook_program.py"))
    assert with_hooks(old, of("claude-code")) == with_hooks(OTHERS, of("claude-code"))


def test_a_group_of_ours_and_others_keeps_the_others() -> None:
    ours = with_hooks({}, of("codex"))["hooks"]["Stop"][0]["hooks"][0]
    mixed = {"hooks": {"Stop": [{"hooks": [ours, {"type": "command", "command": "x"}]}]}}
    assert without_hooks(mixed) == {
        "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "x"}]}]}
    }


def test_only_events_that_are_answered_hold_up_the_agent() -> None:
    hooks = of("claude-code").hooks
    waiting = {
        name
        for name, groups in hooks.items()
        if not all(hook.get("async") for group in groups for hook in group["hooks"])
    }
    # At its end the program would not wait for one that is asynchronous.
    answered = {"SessionStart", "UserPromptSubmit", "PostToolUse", "Stop"}
    assert waiting == {*answered, "SessionEnd"}


def asking(product: str, approvals: Approvals, event: str) -> list[dict[str, Any]]:
    """The hooks of an event that ask people, with their matchers."""
    hooks = wanted(product, PYTHON, PROGRAM, approvals).hooks
    return [
        {**hook, "matcher": group["matcher"]}
        for group in hooks[event]
        for hook in group["hooks"]
        if "--approvals" in hook["command"]
    ]


@pytest.mark.parametrize("product", ["claude-code", "codex"])
def test_a_hook_that_asks_people_is_waited_for(product: str) -> None:
    (hook,) = asking(product, "prompts", "PermissionRequest")
    assert hook["timeout"] == 600
    assert "async" not in hook
    assert len(wanted(product, PYTHON, PROGRAM, "prompts").hooks["PermissionRequest"]) == 1
    assert asking(product, "prompts", "PreToolUse") == []
    assert "--approvals" not in json.dumps(of(product).hooks)


def test_without_a_terminal_people_are_asked_about_the_tools_that_are_listed() -> None:
    (hook,) = asking("claude-code", "headless", "PreToolUse")
    assert hook["matcher"] == "Bash|Edit|MultiEdit|Write|NotebookEdit|WebFetch|WebSearch"
    assert hook["timeout"] == 600
    # What it does is still reported, and nobody waits for that.
    (first, _) = wanted("claude-code", PYTHON, PROGRAM, "headless").hooks["PreToolUse"]
    assert first == of("claude-code").hooks["PreToolUse"][0]


@pytest.mark.parametrize(
    ("product", "prompts", "headless"),
    [
        ("claude-code", True, True),
        ("codex", True, False),
        ("gemini", False, False),
        ("opencode", False, False),
    ],
)
def test_the_products_that_people_can_answer(product: str, prompts: bool, headless: bool) -> None:
    assert can_ask(product, "prompts") is prompts
    assert can_ask(product, "headless") is headless


def test_asking_people_is_switched_off_by_setting_up_without_it() -> None:
    on = with_hooks(OTHERS, wanted("claude-code", PYTHON, PROGRAM, "headless"))
    assert with_hooks(on, of("claude-code")) == with_hooks(OTHERS, of("claude-code"))
    assert without_hooks(on) == OTHERS


@pytest.mark.parametrize(
    ("settings", "where"),
    [({"hooks": []}, '"hooks"'), ({"hooks": {"Stop": {}}}, '"hooks.Stop"')],
)
def test_what_has_another_form_is_not_touched(settings: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfigurationError, match=where):
        with_hooks(settings, of("codex"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"{PYTHON} '{PROGRAM}' hook", True),
        ("/x/hook_program.py hook", False),
        ("echo 'peerline hook_program.py'", False),
        ("'unclosed hook_program.py peerline", False),
        (None, False),
    ],
)
def test_our_commands_are_known(line: object, expected: bool) -> None:
    assert is_ours(line) is expected


_HOOK = st.fixed_dictionaries({"type": st.just("command"), "command": st.text(max_size=9)})
_GROUPS = st.lists(
    st.fixed_dictionaries({"hooks": st.lists(_HOOK, min_size=1, max_size=2)}), min_size=1
)
_EVENTS = st.sampled_from(["Stop", "PostToolUse", "Other"])


@given(st.dictionaries(_EVENTS, _GROUPS, min_size=1))
def test_any_hooks_of_others_come_back(hooks: dict[str, Any]) -> None:
    before = {"hooks": hooks}
    assert without_hooks(with_hooks(before, of("claude-code"))) == before
