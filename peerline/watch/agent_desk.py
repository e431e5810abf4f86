"""Answers, prompts and stops the agents of the pane."""

from collections.abc import Callable, Sequence
from typing import Final

from peerline.client import (
    ApprovalClosed,
    ApprovalOpened,
    Change,
    Client,
    ClientError,
    Reset,
)
from peerline.protocol.approvals import (
    AnswerApproval,
    Approval,
    Choice,
    GetApproval,
    WholeApproval,
)
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import CancelPrompt, Prompt, PromptState, StopAgent
from peerline.watch import agents, prompts, questions
from peerline.watch.agent_rows import AgentRows
from peerline.watch.drafts import Target
from peerline.watch.question_screen import QuestionScreen
from peerline.watch.sending import Sender
from peerline.watch.spans import first_line, safe
from peerline.watch.supervised import SupervisedApp

_SHOWN_CHARS: Final = 40
"""Of a prompt that is to be cancelled."""


class AgentDesk:
    """Acts on the agent, the question or the prompt whose row of the pane is selected."""

    def __init__(
        self,
        app: SupervisedApp,
        client: Client,
        sender: Sender,
        tell: Callable[[str], None],
        begin: Callable[[Target], None],
    ) -> None:
        self._app = app
        self._client = client
        self._sender = sender
        self._tell = tell
        self._begin = begin
        self._to_confirm: tuple[str, str] | None = None
        """A key and the id of the prompt that its second press stops or cancels."""

    def act(self, deed: str) -> None:
        """Do something with what is selected: review, prompt, stop or cancel."""
        confirmed, self._to_confirm = self._to_confirm, None
        match deed:
            case "review":
                self._review()
            case "prompt":
                self._prompt()
            case "stop":
                self._stop(confirmed)
            case _:
                self._cancel(confirmed)

    def follow(self, changes: Sequence[Change]) -> None:
        """Tell what is asked of the user, and close a question that others have answered."""
        for change in changes:
            match change:
                case ApprovalOpened(event):
                    self._announce([event.approval])
                case Reset():
                    self._announce(list(self._client.replica.agents.approvals.values()))
                    self._close_if_gone()
                case ApprovalClosed():
                    self._close_if_gone(change)
                case _:
                    pass

    def _announce(self, asked: Sequence[Approval]) -> None:
        mine = [one for one in asked if questions.may_answer(self._client.replica, one)]
        if not mine:
            return
        what = f"{safe(mine[0].username)} asks: {questions.title(mine[0])}"
        text = what if len(mine) == 1 else f"Agents ask {len(mine)} questions"
        self._tell(f"{text}  (/agents, then Enter on it)")
        self._app.bell()

    def _close_if_gone(self, change: ApprovalClosed | None = None) -> None:
        screen = self._app.screen
        if not isinstance(screen, QuestionScreen):
            return
        if screen.approval.id in self._client.replica.agents.approvals:
            return
        screen.dismiss(None)
        if change is not None:
            names = self._client.replica.names
            self._tell(f"Too late: {questions.ending(change.event, screen.approval.title, names)}.")
        else:
            self._tell("The question is no longer open.")

    def _review(self) -> None:
        """Show the selected question, or the first one of the selected agent."""
        picked = self._selected
        asked = picked.question
        if asked is None and picked.agent is not None:
            open_ones = self._client.replica.agents.approvals.values()
            asked = next((one for one in open_ones if one.user_id == picked.agent.id), None)
        if asked is None:
            self._tell("This agent asks nothing." if picked.agent else "No agents are here.")
            return
        self._app.tasks.spawn(self._ask(asked), "asking for a question")

    async def _ask(self, asked: Approval) -> None:
        """Show a question whole."""
        session_id, client = self._session_id, self._client
        request = GetApproval(
            session_id=session_id, request_id=client.new_request_id(), approval_id=asked.id
        )
        try:
            answer = await client.ask(request)
        except ClientError as error:
            self._tell(safe(str(error)))
            return
        assert isinstance(answer, WholeApproval), "it was asked for"
        if isinstance(self._app.screen, QuestionScreen):
            return  # asked for twice
        if not self._app.query_one(AgentRows).has_focus:
            # What the user types now is meant for something else.
            self._tell("The question is here: /agents, then Enter on it.")
            return
        approval = answer.approval

        def answered(choice: Choice | None) -> None:
            if choice is not None:
                self._send(questions.answer_to(approval, session_id, choice))

        await self._app.push_screen(QuestionScreen(approval, client.replica), answered)

    def _prompt(self) -> None:
        """Write to the selected agent."""
        agent = self._agent()
        if agent is None:
            return
        name = safe(agent.username)
        if agent.agent is None or agent.agent.prompt_policy is None:
            self._tell(f"{name} takes no prompts from the session.")
        elif not prompts.may_prompt(self._client.replica, agent):
            self._tell(f"You may not prompt {name}.")
        else:
            self._begin(Target(prompted=agent))

    def _stop(self, confirmed: tuple[str, str] | None) -> None:
        """Stop the turn of the selected agent, at the second time."""
        agent = self._agent()
        if agent is None:
            return
        name, replica = safe(agent.username), self._client.replica
        turn = next((one for one in prompts.queue(replica, agent.id) if _is_running(one)), None)
        if turn is None:
            self._tell(f"{name} has no turn to stop.")
        elif not prompts.may_stop(replica, agent):
            self._tell(f"You may not stop {name}.")
        elif confirmed != ("s", turn.id):
            self._to_confirm = ("s", turn.id)
            self._tell(f"Press s again to stop {name}.")
        else:
            self._send(StopAgent(session_id=self._session_id, agent_id=agent.id, prompt_id=turn.id))

    def _cancel(self, confirmed: tuple[str, str] | None) -> None:
        """Take the selected prompt out of the queue, at the second time.

        Another one may have come into its place meanwhile.
        """
        prompt = self._selected.prompt
        if prompt is None:
            self._tell("Select a prompt that waits.")
        elif prompt.state is not PromptState.WAITING:
            self._tell("Its turn has begun: s stops it.")
        elif not prompts.may_cancel(self._client.replica, prompt):
            self._tell("You may not cancel this prompt.")
        elif confirmed != ("x", prompt.id):
            self._to_confirm = ("x", prompt.id)
            text = first_line(prompt.text, _SHOWN_CHARS)
            self._tell(f"Press x again to cancel the prompt of {safe(prompt.username)}: {text}")
        else:
            self._send(CancelPrompt(session_id=self._session_id, prompt_id=prompt.id))

    def _send(self, message: AnswerApproval | StopAgent | CancelPrompt) -> None:
        self._app.tasks.spawn(self._sender.send(message), "sending for an agent")

    def _agent(self) -> Participant | None:
        agent = self._selected.agent
        if agent is None:
            self._tell("No agents are here.")
        return agent

    @property
    def _selected(self) -> agents.Selected:
        return agents.selected(self._client.replica, self._app.query_one(AgentRows).selected)

    @property
    def _session_id(self) -> str:
        session = self._client.replica.session
        assert session is not None, "there is an agent"
        return session.id


def _is_running(prompt: Prompt) -> bool:
    return prompt.state is PromptState.RUNNING
