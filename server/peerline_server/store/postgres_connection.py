"""Connects to Postgres, and says in a sentence why that is not possible."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from peerline.logs import keep_content_out
from peerline_server.store.base import StoreError

_asyncpg: Any = asyncpg
"""Without types of its own."""
Connect = Callable[[], Awaitable[Any]]
OnConnect = Callable[[Any], Awaitable[None]]
ERRORS: Final = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    EOFError,
    TimeoutError,
)
"""The errors of the database, through SQLAlchemy or past it: the only such list."""
OLDEST: Final = 13
"""The oldest version of Postgres that is known to work."""
CONNECT_SECONDS: Final = 10.0
LIMITS: Final = {
    "lock_timeout": "5s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "15s",
}
"""So that nobody waits for a connection that hangs; of one without limits they are 0."""
ANSWER_SECONDS: Final = 20.0
"""For an answer of Postgres, which ends a statement before that; then the connection is lost."""
_ALWAYS: Final = {
    # What a role or a database may set otherwise, and is relied on.
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "timezone": "UTC",
    # Postgres finds out within half a minute that a node is gone, and lets go of its locks.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
_BUSY: Final = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock timeout: the same may succeed in a moment."""
_OUTAGES: Final = ("08", "53", "57", "58", "XX")
"""The classes of errors that are not about what was asked: connection, resources, operator, system
(https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_READ_ONLY: Final = "25006"
"""A standby, or a server that takes nothing."""


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """The address of a database; only `shown` may be in texts: the rest has the password."""

    url: str = field(repr=False)

    @property
    def shown(self) -> str:
        """HOST:PORT/DATABASE."""
        parts = urlsplit(self.url)
        if "@" in parts.path:
            # A password with a slash in it that is not written as %2F.
            return "an address that cannot be read"
        # What stands before an @ is the user and their password.
        return parts.netloc.rpartition("@")[2] + parts.path

    @property
    def database(self) -> str:
        """The name of the database."""
        return urlsplit(self.url).path.lstrip("/")

    def connect(
        self, name: str, *, is_unlimited: bool = False, lock_timeout: str = LIMITS["lock_timeout"]
    ) -> Connect:
        """Opens connections that are called `name`."""

        async def connect() -> Any:  # noqa: ANN401 - asyncpg gives no types
            limits = {**LIMITS, "lock_timeout": lock_timeout}
            if is_unlimited:
                limits = dict.fromkeys(LIMITS, "0")
            settings = {**_ALWAYS, **limits, "application_name": name}
            return await _asyncpg.connect(
                self.url,
                timeout=CONNECT_SECONDS,
                command_timeout=None if is_unlimited else ANSWER_SECONDS,
                server_settings=settings,
            )

        return connect

    def engine(
        self,
        name: str,
        *,
        size: int,
        pings: bool = True,
        is_unlimited: bool = False,
        on_connect: OnConnect | None = None,
    ) -> AsyncEngine:
        """A pool of such connections; with `pings` a dead one is noticed before it is used.

        `on_connect` is called with each new connection, before anything is done with it.
        """
        # They log statements with their parameters, and rows.
        keep_content_out()
        connect = self.connect(name, is_unlimited=is_unlimited)

        async def create() -> Any:  # noqa: ANN401 - asyncpg gives no types
            connection = await connect()
            if on_connect is not None:
                await on_connect(connection)
            return connection

        return create_async_engine(
            "postgresql+asyncpg://",
            async_creator=create,
            pool_size=size,
            max_overflow=0,
            pool_pre_ping=pings,
            hide_parameters=True,
        )

    def problem(self, error: Exception) -> StoreError:
        """Why the database cannot be used, and what to do about it."""
        original = error.orig if isinstance(error, DBAPIError) else error
        code = sqlstate(error)
        advice = "check PEERLINE_DATABASE_URL"
        match code:
            case "28P01" | "28000":
                said = f"Postgres at {self.shown} does not accept the user or the password"
            case "3D000":
                said = f"there is no database {self.shown}"
                advice = "create it with createdb, or check PEERLINE_DATABASE_URL"
            case "42501":
                said = f"the user may not create tables in {self.shown}"
                advice = "GRANT CREATE ON SCHEMA public TO the user, or name another user"
            case "25006":
                said = f"Postgres at {self.shown} takes no writes"
                advice = (
                    "name the primary server, or turn default_transaction_read_only off "
                    "once there is room"
                )
            case "53300":
                said = f"Postgres at {self.shown} has no connection left"
                advice = "raise its max_connections, or end other clients"
            case "57P03":
                said = f"Postgres at {self.shown} is starting or stopping"
                advice = "try again in a moment"
            case None if isinstance(original, ValueError):
                # Not its text: it may name the password.
                said = "PEERLINE_DATABASE_URL is not the URL of a Postgres database"
                advice = "it looks like postgresql://USER:PASSWORD@HOST/DATABASE"
            case None if isinstance(original, OSError):
                said = f"cannot reach Postgres at {self.shown}"
            case _:
                said = f"cannot use Postgres at {self.shown} ({error_name(error)})"
        return StoreError(f"{said}; {advice}")


@asynccontextmanager
async def cut_if_silent(connection: AsyncConnection) -> AsyncGenerator[None]:
    """Cut a connection that does not answer: a rollback would wait for it as long again."""
    try:
        yield
    except TimeoutError:
        with suppress(*ERRORS):  # SQLAlchemy may have cut it
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            driver.terminate()
        raise


def sqlstate(error: Exception) -> str | None:
    """The code that Postgres gave; None if the error is not from it."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code: str | None = getattr(original, "sqlstate", None)
    return code


def is_busy(error: Exception) -> bool:
    """Whether others are in the way, so that the same may succeed in a moment."""
    return sqlstate(error) in _BUSY


def is_outage(error: Exception) -> bool:
    """Whether nothing at all can be written now."""
    code = sqlstate(error)
    if code is not None:
        return code in _BUSY or code == _READ_ONLY or code.startswith(_OUTAGES)
    # Of the pool: every connection waits for an answer.
    return is_cut(error) or isinstance(error, PoolTimeoutError)


def is_cut(error: Exception) -> bool:
    """Whether the connection is lost."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_cut_by(error.orig)
    return is_cut_by(error)


def is_cut_by(error: BaseException | None) -> bool:
    """The same of an error of the driver."""
    code = getattr(error, "sqlstate", None)
    if code is not None:
        return str(code).startswith(("08", "57P"))
    return isinstance(error, OSError | EOFError | asyncpg.InterfaceError)


def error_name(error: Exception) -> str:
    """The code of Postgres, else the name of the error; nothing of what was written."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return sqlstate(error) or type(original).__name__


def as_store_error(error: Exception) -> StoreError:
    """An error of the database as one of the store: its code and no content."""
    if isinstance(error, StoreError):
        return error
    return StoreError(f"the database failed ({error_name(error)})")
