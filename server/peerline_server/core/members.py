"""The members of one session: who is here, their roles and names, and who was removed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from peerline.protocol.agents import UserKind
from peerline.protocol.mentions import Names
from peerline.protocol.participants import (
    NameChanged,
    ParticipantRemoved,
    RoleChanged,
    User,
    UserJoined,
    UserLeft,
)
from peerline.protocol.roles import SERVER_USER_ID, Role
from peerline_server.core.host_succession import Candidate
from peerline_server.core.moderation import decided_seq
from peerline_server.core.names import NameBook
from peerline_server.core.records import StoredParticipant, StoredSession

MemberEvent = UserJoined | UserLeft | RoleChanged | NameChanged | ParticipantRemoved


@dataclass(frozen=True, slots=True)
class Member:
    """A participant, here or not. A removed user is none."""

    user: User
    joined_at: datetime | None
    is_active: bool
    is_acting_host: bool = False
    """Whether the server made them host while no other host is here."""
    decided_seq: int | None = None
    """The event of a host's last decision about the user, None if there was none."""
    has_chosen_name: bool = False
    """Whether they took the name in this session, instead of the one that they signed in with."""
    left_at: datetime | None = None
    """The time at which they left, None while they are here."""

    @classmethod
    def from_stored(cls, stored: StoredParticipant) -> Self:
        """The member that a store has kept."""
        return cls(
            user=User(
                id=stored.user_id,
                username=stored.username,
                avatar=stored.avatar,
                role=stored.role,
                kind=None if stored.agent is None else UserKind.AGENT,
                agent=stored.agent,
            ),
            joined_at=stored.joined_at,
            is_active=stored.is_active,
            is_acting_host=stored.role is Role.HOST and stored.role_by == SERVER_USER_ID,
            decided_seq=stored.decided_seq,
            has_chosen_name=stored.has_chosen_name,
            left_at=stored.left_at,
        )


class Members:
    """All members by user id, and the decisions of hosts about users who are none."""

    def __init__(self, stored: StoredSession) -> None:
        self._members: dict[str, Member] = {}
        self._hosts: dict[str, None] = {}
        self._acting: dict[str, None] = {}
        self._agents: dict[str, None] = {}
        for participant in stored.participants:
            self._put(Member.from_stored(participant))
        self._banned = set(stored.banned)
        self._removed = dict(stored.removed)
        self._name_book = NameBook()
        for member in self._members.values():
            self._name_book.put(member.user.id, member.user.username)
        self._active = {
            member.user.id: None
            for member in sorted(
                (member for member in self._members.values() if member.is_active),
                key=lambda member: (member.joined_at is None, member.joined_at),
            )
        }

    def __contains__(self, user_id: object) -> bool:
        return user_id in self._members

    def get(self, user_id: str) -> Member | None:
        """The member, here or not."""
        return self._members.get(user_id)

    def everyone(self) -> Iterable[Member]:
        """All members, here or not."""
        return self._members.values()

    def agents(self) -> list[Member]:
        """The AI agents among the members, here or not."""
        return [self._members[user_id] for user_id in self._agents]

    def hosts(self) -> frozenset[str]:
        """The ids of the hosts, here or not."""
        return frozenset(self._hosts)

    def hosts_to_ask(self) -> list[str]:
        """The names of the people who are hosts: of those here, or of all if none is."""
        hosts = [self._members[user_id] for user_id in self._hosts]
        people = [member for member in hosts if not member.user.is_agent]
        here = [member for member in people if member.is_active]
        return [member.user.username for member in here or people]

    def active(self) -> list[Member]:
        """The members who are here, in the order of joining."""
        return [self._members[user_id] for user_id in self._active]

    def active_ids(self) -> list[str]:
        """The ids of the members who are here, in the order of joining."""
        return list(self._active)

    @property
    def active_count(self) -> int:
        """The number of members who are here."""
        return len(self._active)

    def is_active(self, user_id: str) -> bool:
        """Whether the user is here."""
        return user_id in self._active

    def is_banned(self, user_id: str) -> bool:
        """Whether a host has banned the user."""
        return user_id in self._banned

    def lift_ban(self, user_id: str) -> None:
        """Let a banned user come back with any valid invite."""
        if user_id in self._banned:
            self._banned.discard(user_id)
            self._removed.pop(user_id, None)

    def decided_seq(self, user_id: str) -> int | None:
        """The event of a host's last decision about the user, None if there was none."""
        member = self._members.get(user_id)
        return self._removed.get(user_id) if member is None else member.decided_seq

    def distinct_name(self, user_id: str, wanted: str) -> str:
        """The name for the user here, so that nobody is taken for another member."""
        return self._name_book.name_for(user_id, wanted)

    def name_on_joining(self, user_id: str, signed_in_as: str) -> str:
        """The name that a user joins with: the one that they took here, else the one given."""
        taking = self._name_book.reserved(user_id)
        if taking is not None:
            return taking
        member = self._members.get(user_id)
        is_chosen = member is not None and member.has_chosen_name
        wanted = member.user.username if member is not None and is_chosen else signed_in_as
        return self.distinct_name(user_id, wanted)

    @property
    def name_book(self) -> NameBook:
        """The names of all members, and those that are being given."""
        return self._name_book

    def names(self) -> Names:
        """The ids and names that can be mentioned; of two with one name, the one who is here."""
        users = [member.user for member in (*self._members.values(), *self.active())]
        ids = [(user.id, user.id) for user in users]
        return Names([*ids, *((user.username, user.id) for user in users)])

    def host_candidates(self) -> list[Candidate]:
        """The hosts and acting hosts: mostly they decide that nothing is to be done."""
        hosts = [self._members[user_id] for user_id in {**self._hosts, **self._acting}]
        return [_candidate(member) for member in hosts if not member.user.is_agent]

    def candidates(self) -> list[Candidate]:
        """All people as the succession of hosts sees them, those who are here first."""
        away = [member for member in self._members.values() if not member.is_active]
        return [
            _candidate(member) for member in (*self.active(), *away) if not member.user.is_agent
        ]

    def apply(self, event: MemberEvent) -> None:
        """Take over a committed event."""
        match event:
            case UserJoined():
                self._join(event)
            case UserLeft():
                self.deactivate(event.user_id, event.timestamp)
            case RoleChanged():
                self._change_role(event)
            case NameChanged():
                self._change_name(event)
            case ParticipantRemoved():
                self._remove(event)

    def deactivate(self, user_id: str, moment: datetime) -> None:
        """The user is here no longer."""
        self._active.pop(user_id, None)
        member = self._members.get(user_id)
        # Somebody may leave while a host's decision to remove them is being written.
        if member is not None:
            self._put(replace(member, is_active=False, left_at=moment))

    def _join(self, event: UserJoined) -> None:
        user = event.user
        before = self._members.get(user.id)
        self._put(
            Member(
                user,
                event.timestamp,
                is_active=True,
                is_acting_host=before is not None and before.is_acting_host,
                decided_seq=self._removed.pop(user.id, None)
                if before is None
                else before.decided_seq,
                has_chosen_name=before is not None and before.has_chosen_name,
            )
        )
        self._name_book.put(user.id, user.username)
        self._active.pop(user.id, None)
        self._active[user.id] = None

    def _change_name(self, event: NameChanged) -> None:
        member = self._members.get(event.user_id)
        if member is None:
            return  # removed while it was being written
        user = member.user.model_copy(update={"username": event.name})
        self._put(replace(member, user=user, has_chosen_name=True))
        self._name_book.put(event.user_id, event.name)

    def _change_role(self, event: RoleChanged) -> None:
        member = self._members[event.user_id]
        self._put(
            replace(
                member,
                user=member.user.model_copy(update={"role": event.role}),
                is_acting_host=event.role is Role.HOST and event.changed_by == SERVER_USER_ID,
                decided_seq=decided_seq(event) or member.decided_seq,
            )
        )

    def _remove(self, event: ParticipantRemoved) -> None:
        self.deactivate(event.user_id, event.timestamp)
        for known in (self._members, self._hosts, self._acting, self._agents):
            known.pop(event.user_id, None)
        self._name_book.remove(event.user_id)
        self._removed[event.user_id] = event.seq
        if event.is_banned:
            self._banned.add(event.user_id)

    def _put(self, member: Member) -> None:
        user_id = member.user.id
        self._members[user_id] = member
        _note(self._hosts, user_id, is_one=member.user.role is Role.HOST)
        _note(self._acting, user_id, is_one=member.is_acting_host)
        _note(self._agents, user_id, is_one=member.user.is_agent)


def _note(ids: dict[str, None], user_id: str, *, is_one: bool) -> None:
    if is_one:
        ids[user_id] = None
    else:
        ids.pop(user_id, None)


def _candidate(member: Member) -> Candidate:
    return Candidate(
        user_id=member.user.id,
        username=member.user.username,
        role=member.user.role,
        is_here=member.is_active,
        was_here=member.joined_at is not None,
        is_acting_host=member.is_acting_host,
        is_decided=member.decided_seq is not None,
    )
