"""The accounts of AI agents on the wire: a participant makes one for their agent."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Literal

from peerline.protocol.agents import Answerers, ModelName, ProductName
from peerline.protocol.base import AnswerBase, ClientMessageBase
from peerline.protocol.participants import User
from peerline.protocol.roles import Role
from peerline.protocol.types import RequestId, Timestamp, Username


class CreateAgent(ClientMessageBase):
    """Make an account for an agent of mine; the answer is `agent_created`.

    Its role is at most mine, and never that of a host; without `role` it is an editor. Sent again
    with the same `request_id` it gives the same account, and so does the name and product of an
    agent of mine that is not here. `agent_policy` lets others answer its questions, too. With
    `prompt_policy` the session can prompt it: I, and those who are named.
    """

    type: Literal["create_agent"] = "create_agent"
    request_id: RequestId  # pyright: ignore[reportGeneralTypeIssues] - required here
    name: Username
    product: ProductName
    model: ModelName | None = None
    role: Role = Role.EDITOR
    agent_policy: Answerers | None = None
    prompt_policy: Answerers | None = None


class AgentCreated(AnswerBase):
    """The agent, and the token that it joins with until `expires_at`; it is renewed in time."""

    type: Literal["agent_created"] = "agent_created"
    user: User
    auth_token: str
    expires_at: Timestamp
