"""Tests of peerline.watch.question_screen: what is in sight, and when a key counts."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from peerline.protocol.approvals import Choice
from peerline.watch.looks import DARK_VARIABLES
from peerline.watch.question_screen import CALM_SECONDS, QuestionScreen
from tests.unit.peerline.watch.conftest import Room
from tests.unit.peerline.watch.test_questions import asked


class Plain(App[None]):
    """An app with nothing but a question."""

    CSS = "#question { height: 1fr; scrollbar-gutter: stable; }"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return DARK_VARIABLES


class Shown:
    """A question on a screen, a clock, and the answers."""

    def __init__(
        self, screen: QuestionScreen, pilot: Pilot[Any], answers: list[Choice | None]
    ) -> None:
        self.screen = screen
        self.pilot = pilot
        self.answers = answers

    @property
    def scroll(self) -> VerticalScroll:
        return self.screen.query_one("#question", VerticalScroll)


@asynccontextmanager
async def shown(detail: str, now: Callable[[], float]) -> AsyncGenerator[Shown]:
    room = Room()
    room.person("Ann")
    room.connect()
    answers: list[Choice | None] = []
    async with Plain().run_test(size=(60, 20)) as pilot:
        screen = QuestionScreen(asked(detail=detail), room.replica, now)
        await pilot.app.push_screen(screen, answers.append)
        while not screen.is_painted:
            await pilot.pause()
        yield Shown(screen, pilot, answers)


async def test_a_key_counts_only_when_the_question_was_there_for_a_while() -> None:
    seconds = 7.0
    async with shown("ls", lambda: seconds) as question:
        assert question.screen.is_end_in_sight
        seconds += CALM_SECONDS - 0.01
        await question.pilot.press("y", "n")
        assert question.answers == []
        seconds += 0.01
        await question.pilot.press("y")
        assert question.answers == [Choice.ALLOW_ONCE]


@pytest.mark.parametrize("char", ["✔\ufe0f", "☁\ufe0f", "☰"])
async def test_the_end_of_rows_that_are_painted_wide_is_not_in_sight_before_it_is(
    char: str,
) -> None:
    async with shown("\n".join([char * 50] * 12), lambda: 0) as question:
        assert question.scroll.max_scroll_y > 0
        assert not question.screen.is_end_in_sight
        question.scroll.scroll_to(y=question.scroll.max_scroll_y - 1, animate=False, immediate=True)
        assert not question.screen.is_end_in_sight
        question.scroll.scroll_to(y=question.scroll.max_scroll_y, animate=False, immediate=True)
        assert question.screen.is_end_in_sight
