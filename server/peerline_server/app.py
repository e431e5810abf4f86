"""The composition root: makes the parts, starts them in order and stops them in reverse."""

import asyncio
import errno
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from peerline.owner_only import make_private_folder
from peerline.protocol.handshake import SERVER_HEADER
from peerline.runfile import mark_stopping, remove_runfile, write_runfile
from peerline.tasks import Tasks
from peerline_server.auth.accounts import Accounts, make_accounts
from peerline_server.auth.revocation import Revocations
from peerline_server.auth.revocation_watch import RevocationWatch
from peerline_server.auth.secret import load_secret
from peerline_server.auth.tokens import TokenIssuer
from peerline_server.cluster.addresses import listening_address, node_address
from peerline_server.cluster.base import Cluster
from peerline_server.cluster.opening import make_cluster
from peerline_server.first_use import prepare_first_use
from peerline_server.gateway.addresses import check_addresses
from peerline_server.gateway.gateway import Gateway
from peerline_server.gateway.pages import Pages
from peerline_server.gateway.participant_requests import RequestServices
from peerline_server.identity import load_server_id
from peerline_server.limits.limiter import Limiter
from peerline_server.logs import set_up_logging
from peerline_server.metrics import Metrics
from peerline_server.node_watch import watch_node
from peerline_server.open_files import open_files_problem
from peerline_server.relay.making import make_relay, node_headers
from peerline_server.relay.own_address import look_for_itself
from peerline_server.runtime.agent_accounts import AgentAccounts
from peerline_server.runtime.context import Context
from peerline_server.runtime.creation import CreationOptions, SessionCreator
from peerline_server.runtime.hub import Hub
from peerline_server.runtime.joining import JoinOptions, JoinService
from peerline_server.runtime.moderation_requests import ModerationRequests
from peerline_server.runtime.query_turns import QueryTurns
from peerline_server.service_manager import ServiceManager
from peerline_server.settings import Settings, SettingsError, unknown_variables
from peerline_server.shared import Shared
from peerline_server.stopping import FINISH_SECONDS, both, hand_over, within
from peerline_server.store.base import Store, StoreError
from peerline_server.store.opening import make_store
from peerline_server.transport.base import Listener, TransportLimits
from peerline_server.transport.listener import WebSocketListener

_log = logging.getLogger("peerline.server")
_GOODBYE_SECONDS: Final = 4.0
"""For the clients to go; then their sockets are cut."""
_DRAIN_POLL_SECONDS: Final = 0.02


class StartError(Exception):
    """The server cannot start; the text says what to do, `code` is what the process exits with."""

    def __init__(self, text: str, *, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


class PortInUseError(StartError):
    """Another program listens on the port."""


class Server:
    """A running server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listener: Listener | None = None
        self._store: Store | None = None
        self._cluster: Cluster | None = None
        self._accounts: Accounts | None = None
        self._revocation_watch: RevocationWatch | None = None
        self._context: Context | None = None
        self._hub: Hub | None = None
        self._gateway: Gateway | None = None
        self._shared = Shared()
        self.address = ""
        """HOST:PORT once it listens."""

    async def start(self) -> None:
        """Open the store, then listen.

        Raises:
            StartError: with a text for the user.
        """
        metrics, settings = Metrics(), self._settings
        store = make_store(settings.database_url or settings.data_dir, metrics=metrics)
        cluster = make_cluster(
            settings.database_url,
            lease_seconds=settings.lease_seconds,
            ring=self._shared.ring,
            metrics=metrics.node,
        )
        try:
            await self._start(store, cluster, metrics)
        except BaseException:
            # Also at Ctrl-C: its threads must not answer to a loop that is closed.
            await cluster.stop()
            await store.close()
            raise

    async def _start(self, store: Store, cluster: Cluster, metrics: Metrics) -> None:
        settings = self._settings
        loop = asyncio.get_running_loop()
        try:
            await _to_its_end(
                store.open_for_server(listening_address(settings.host, settings.port))
            )
            make_private_folder(settings.data_dir)
            secret = load_secret(settings.data_dir, settings.secret_file)
            server_id = await cluster.open(secret, load_server_id(settings.data_dir))
            revocations = Revocations()
            self._accounts = make_accounts(settings, secret, revocations)
            check_addresses(settings)
            self._shared.use(settings.redis_url, settings.cluster)
        except (StoreError, OSError) as error:
            raise StartError(_data_dir_problem(settings.data_dir, error)) from error
        except SettingsError as error:
            raise StartError(str(error), code=2) from error
        except ValueError as error:  # of the secret
            raise StartError(str(error)) from error
        self._store, self._cluster = store, cluster
        context = Context(loop, metrics)
        relay = make_relay(cluster, secret, settings, loop)
        hub = Hub(context, store, cluster, settings)
        limiter, issuer = Limiter(settings), TokenIssuer(secret)
        pages = Pages.of(settings)
        joins = JoinService(
            hub,
            SessionCreator(hub, store, context.now, CreationOptions.of(settings)),
            self._accounts,
            issuer,
            limiter,
            context=context,
            options=JoinOptions.of(settings, has_page=pages.are_served),
        )
        requests = RequestServices(
            context,
            store,
            ModerationRequests(store, secret, max_invites=settings.max_invites),
            AgentAccounts.of(issuer, settings),
            limiter,
            QueryTurns(),
            max_open_documents=settings.max_open_documents,
        )
        gateway = Gateway(joins, requests, pages, cluster, settings, relay=relay)
        self._revocation_watch = RevocationWatch(
            store,
            revocations,
            settings.revocation_check_seconds,
            lambda: gateway.end_revoked(revocations),
        )
        metrics.watch(lambda: len(gateway.connections), hub.session_sizes, hub.loaded_documents)
        self._context, self._hub, self._gateway = context, hub, gateway
        listener = WebSocketListener(
            TransportLimits.of(settings),
            metrics,
            origins=settings.allowed_origins,
            headers=((SERVER_HEADER, server_id), *node_headers(cluster)),
            keeps_openings=relay is not None,
        )
        await self._revocation_watch.start()
        try:
            await listener.listen(gateway.make_handler, settings.host, settings.port)
        except (OSError, ValueError) as error:  # a name that cannot be one is a ValueError
            await self._revocation_watch.stop()
            raise _listen_problem(settings, error) from error
        self.address = listening_address(settings.host, listener.port)
        self._listener = listener
        await self._become_node(cluster, hub, gateway)
        hub.start()
        self._accounts.start()
        store.note_address(self.address)

    async def _become_node(self, cluster: Cluster, hub: Hub, gateway: Gateway) -> None:
        """Tell the other nodes where this one listens; clients that ask for a session wait."""
        assert self._listener is not None, "it listens"
        assert self._context is not None, "it is made"
        assert self._revocation_watch is not None, "it is started"
        try:
            address = node_address(self._settings, self.address)
            await cluster.start(address, hub.lose, self._revocation_watch.look_now, hub.loaded)
        except (StoreError, SettingsError) as error:
            self._listener.close()
            await self._revocation_watch.stop()
            code = 2 if isinstance(error, SettingsError) else 1
            raise StartError(str(error), code=code) from error
        await self._shared.start(
            cluster, address, hub.entries, gateway.connections, gateway.send_away
        )
        watch_node(self._context.metrics, cluster, hub, gateway, self._shared)
        look = look_for_itself(self._settings.node_address, cluster.node_id)
        self._context.spawn(look, "look for itself")

    @property
    def is_idle(self) -> bool:
        """Whether nobody is connected."""
        return self._gateway is None or not self._gateway.connections

    async def stop(self) -> bool:
        """Ask everybody to come back later, finish what was accepted, and close the store.

        It ends within 10 seconds, whatever clients and the store do, after a node among others has
        handed its sessions over. Returns whether everything was finished; what was not has not been
        acknowledged.
        """
        assert self._listener is not None, "not started"
        assert self._gateway is not None, "not started"
        assert self._context is not None, "not started"
        assert self._hub is not None, "not started"
        assert self._store is not None, "not started"
        assert self._cluster is not None, "not started"
        assert self._accounts is not None, "not started"
        assert self._revocation_watch is not None, "not started"
        # The first of all: the editors of those who stop their own server would start it again.
        mark_stopping(self._settings.data_dir)
        if self._cluster.node_id:
            seconds = self._settings.drain_seconds
            await hand_over(self._cluster, self._gateway, self._hub, seconds)
        self._listener.close()
        self._context.stopping.set()
        self._gateway.drain()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _GOODBYE_SECONDS
        connections = self._gateway.connections
        while connections and loop.time() < deadline:  # noqa: ASYNC110 - simpler than an event per peer
            await asyncio.sleep(_DRAIN_POLL_SECONDS)
        for connection in connections:
            connection.cut()
        await self._accounts.stop()
        await within(FINISH_SECONDS, self._shared.stop())
        is_finished = await within(
            FINISH_SECONDS, both(self._hub.stop(), self._revocation_watch.stop())
        )
        is_written = await within(FINISH_SECONDS, self._store.close())
        # The last of all: from then on others own the sessions of this node.
        return await within(FINISH_SECONDS, self._cluster.stop()) and is_written and is_finished


async def _nothing() -> None:
    pass


async def serve(
    settings: Settings,
    on_listening: Callable[[Server], None],
    *,
    before_stop: Callable[[], Awaitable[None]] = _nothing,
) -> None:
    """Run until SIGTERM or SIGINT; `before_stop` may still use the server."""
    server = Server(settings)
    await server.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    _stop_on_signals(loop, stop)
    tasks = Tasks()
    manager = ServiceManager.of()
    if (seconds := settings.exit_when_idle_seconds) > 0:
        tasks.keep(lambda: stop_when_idle(server, seconds, stop), "stop when idle")
    try:
        on_listening(server)
        manager.is_ready(f"Listens on {server.address}")
        await prepare_first_use()
        await stop.wait()
    finally:
        manager.is_stopping("Asks everybody to come back")
        await tasks.close()
        await before_stop()
        is_finished = await server.stop()
        manager.end()
        if not is_finished:
            # A thread that hangs in the disk would keep the process alive.
            logging.shutdown()
            os._exit(1)


async def stop_when_idle(server: Server, seconds: float, stop: asyncio.Event) -> None:
    """Set `stop` when nobody has been connected for a while."""
    loop = asyncio.get_running_loop()
    last_busy = loop.time()
    while loop.time() - last_busy < seconds:
        await asyncio.sleep(min(1.0, seconds / 4))
        if not server.is_idle:
            last_busy = loop.time()
    _log.info("nobody has been connected for %g seconds: the server ends", seconds)
    stop.set()


def run(main: Any) -> None:  # noqa: ANN401 - any coroutine
    """Run a coroutine on the fastest event loop there is.

    Raises:
        StartError: if the process may open too few files.
    """
    if (problem := open_files_problem()) is not None:
        main.close()
        raise StartError(problem)
    factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    with suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on Windows

        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)


def main(*, host: str | None, port: int | None, data_dir: Path | None) -> int:
    """`peerline serve`: run in the foreground; the process' exit code."""
    try:
        settings = Settings.from_environment(host=host, port=port, data_dir=data_dir)
    except SettingsError as error:
        print(f"peerline: {error}", file=sys.stderr)
        return 2
    set_up_logging(settings.log_level.upper(), settings.log_format)

    logging.getLogger("alembic").setLevel(logging.WARNING)
    for sentence in unknown_variables():
        _log.warning("%s", sentence)

    is_new = not settings.data_dir.exists()

    def announce(server: Server) -> None:
        if is_new:
            _log.info("created the data directory %s", settings.data_dir.absolute())
        write_runfile(
            settings.data_dir,
            server.address,
            is_own=settings.exit_when_idle_seconds > 0,
            is_one_of_many=bool(settings.database_url),
        )
        print(f"Peerline listens on {server.address}", flush=True)

    try:
        run(serve(settings, announce))
    except StartError as error:
        print(f"peerline: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 0
    finally:
        remove_runfile(settings.data_dir)
    return 0


def _stop_on_signals(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows

            def stop_soon(_number: int, _frame: object) -> None:
                loop.call_soon_threadsafe(stop.set)

            signal.signal(number, stop_soon)


async def _to_its_end(opening: Coroutine[Any, Any, None]) -> None:
    """Open the store, also if it is cancelled meanwhile, as by Ctrl-C.

    A connection that is cancelled while it opens leaves its thread behind, whose answer would come
    to a loop that is closed.
    """
    task = Tasks().share(opening, "open the store")
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


def _data_dir_problem(data_dir: Path, error: Exception) -> str:
    if isinstance(error, StoreError):
        return str(error)
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"cannot use the data directory {data_dir}: {reason}; choose another with --data-dir"


def _listen_problem(settings: Settings, error: OSError | ValueError) -> StartError:
    where = f"{settings.host}:{settings.port}"
    if isinstance(error, ValueError):
        return StartError(
            f"cannot listen on {where!r}: it is no host name or address; check --host"
        )
    if error.errno == errno.EADDRINUSE:
        return PortInUseError(
            f"{where} is in use; choose another port with --port, or 0 for a free one"
        )
    return StartError(f"cannot listen on {where}: {error.strerror}; check --host and --port")
