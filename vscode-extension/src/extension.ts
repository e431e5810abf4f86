// Puts the parts together; what they do is in their modules.

import { guard, run, supervisor } from "@peerline/ui/supervise";
import { commands, type ExtensionContext, type LogOutputChannel, type Uri, window } from "vscode";
import { Bridge } from "./bridge/bridge";
import { showDiagnostics } from "./bridge/diagnostics";
import { Launcher } from "./bridge/launcher";
import { CHAT_VIEW, ChatPanel } from "./chat/chatPanel";
import { selectionForChat } from "./chat/sendSelection";
import { Unread } from "./chat/unread";
import { registerCommands } from "./commands";
import { addComment } from "./comments/addComment";
import { Comments } from "./comments/comments";
import { reattachToSelection, showOutdated } from "./comments/outdated";
import { SharedDocuments } from "./documents/documents";
import { SharedFolders } from "./documents/folders";
import { TextSync } from "./documents/textSync";
import { Arrival } from "./joining/arrival";
import { changeName, watchName } from "./joining/changeName";
import { Identity } from "./joining/identity";
import { RecentSessions } from "./joining/recent";
import { LAST_KEY, Sessions } from "./joining/sessions";
import { SignIn } from "./joining/signIn";
import { AgentCommands } from "./people/agentCommands";
import { Approvals } from "./people/approvals";
import { Moderation } from "./people/moderation";
import { ParticipantCommands } from "./people/participantCommands";
import { ParticipantsTree } from "./people/participants";
import { askStatus } from "./people/statusCommand";
import { FileBadges } from "./presence/badges";
import { PresenceMarks } from "./presence/cursorMarks";
import { shareFileEvents } from "./presence/fileEvents";
import { FollowMode } from "./presence/follow";
import { shareCursor } from "./presence/shareCursor";
import { keepContext } from "./session/context";
import { keepMilestones } from "./session/milestones";
import { Session } from "./session/session";
import { complain } from "./shared/tell";
import { showMenu } from "./status/menu";
import { News } from "./status/news";
import { showNotices } from "./status/notices";
import { showNews } from "./status/showNews";
import { showStatus } from "./status/statusBar";

export function activate(context: ExtensionContext): void {
  const began = performance.now();
  const log = window.createOutputChannel("Peerline", { log: true });
  supervisor.reportTo({
    log: (text) => log.error(text),
    tell: (text) => offerLog(text, log),
  });
  const session = new Session();
  const sync = new TextSync();
  const documents = new SharedDocuments(session, sync);
  const folders = new SharedFolders(session);
  const bridge = new Bridge(session, log, sync, documents.requests);
  const launcher = new Launcher(context, bridge, log);
  const identity = new Identity(context);
  const signIn = new SignIn(identity, () => context.workspaceState.get<string>(LAST_KEY));
  const arrival = new Arrival(session);
  const sessions = new Sessions(context, session, launcher, identity, signIn, arrival, log);
  const participants = new ParticipantCommands(session);
  const unread = new Unread(session);
  const follow = new FollowMode(session);
  const news = new News(showNews);
  const moderation = new Moderation(session, news);
  const approvals = new Approvals(session, news);
  const agents = new AgentCommands(session);
  const comments = new Comments(session, news);
  const recent = new RecentSessions(session, launcher, context.globalState);
  const chat = new ChatPanel(session, unread, recent, log, context);
  let activationMs = 0;

  context.subscriptions.push(
    log,
    session,
    sync,
    documents,
    folders,
    bridge,
    unread,
    moderation,
    approvals,
    arrival,
    recent,
    news,
    watchName(session),
    keepContext(session),
    shareCursor(session),
    shareFileEvents(session),
    new PresenceMarks(session),
    new ParticipantsTree(session, unread),
    keepMilestones(session),
    new FileBadges(session),
    follow,
    bridge.onDidCrash(() => sessions.restore()),
    comments,
    chat,
    window.registerWebviewViewProvider(CHAT_VIEW, chat),
    ...showStatus(session, unread),
    ...showNotices(session, unread, news, log),
    session.onDidSummon((summons) => participants.summoned(summons)),
    window.registerUriHandler({
      handleUri: guard("joining by a link", (uri) => sessions.joinByUri(uri)),
    }),
    registerCommands(
      {
        startSession: () => sessions.start(),
        startSessionOn: () => sessions.startElsewhere(),
        joinSession: (link?: string) => sessions.join(link),
        recentSessions: async () => {
          const link = await recent.pick();
          return link === undefined ? false : sessions.join(link);
        },
        leaveSession: () => sessions.leave(),
        endSession: () => sessions.end(),
        changeReach: () => sessions.changeReach(),
        copyInvite: () => moderation.copyInvite(),
        revokeInvite: () => moderation.revokeInvite(),
        liftBan: () => moderation.liftBan(),
        answerAgent: () => approvals.choose(),
        promptAgent: agents.prompt.bind(agents),
        stopAgent: agents.stop.bind(agents),
        setApproval: () => moderation.setApproval(),
        changeName: () => changeName(session, identity),
        signIn: () => signIn.signIn(),
        signOut: () => signIn.signOut(),
        installBridge: () => launcher.install(),
        showMenu: () => showMenu(session),
        openNews: (key: string, link?: number) => news.open(key, link),
        showLog: () => log.show(),
        showDiagnostics: () => showDiagnostics(context, session, launcher, activationMs),
        openWalkthrough: () =>
          commands.executeCommand(
            "workbench.action.openWalkthrough",
            `${context.extension.id}#start`,
          ),
        goToParticipant: participants.goTo.bind(participants),
        goThere: participants.goTo.bind(participants),
        follow: participants.follow.bind(participants),
        followParticipant: participants.follow.bind(participants),
        unfollow: () => participants.unfollow(),
        bringEveryone: () => session.command("peerline.summon"),
        changeRole: participants.changeRole.bind(participants),
        removeParticipant: participants.remove.bind(participants),
        setStatus: () => askStatus(session),
        sendSelection: () => chat.compose(selectionForChat(window.activeTextEditor)),
        nextComment: () => comments.goToNeighbor("next"),
        previousComment: () => comments.goToNeighbor("previous"),
        addComment: () => addComment(),
        showOutdatedComments: () => showOutdated(session, comments.reveal.bind(comments)),
        reattachComment: () => reattachToSelection(session),
        shareFile: (uri?: Uri) => documents.commands.share(uri),
        unshareFile: (uri?: Uri) => documents.commands.unshare(uri),
        shareFolder: () => folders.share(),
        unshareFolder: () => folders.stop(),
        openSharedFile: (file?: string, userId?: string) => folders.open(file, userId),
        startPairing: async () => {
          await (session.isInSession
            ? commands.executeCommand("peerline.copyInvite")
            : sessions.start());
          if (session.isInSession) {
            await folders.share();
          }
        },
        undoMyEdit: () => documents.commands.step("undo"),
        redoMyEdit: () => documents.commands.step("redo"),
        sharedFiles: () => documents.commands.list(),
        sharedFileMenu: () => documents.commands.menu(),
        chooseText: () => documents.commands.chooseText(),
        whoWroteThis: () => documents.blame.toggle(),
      },
      log,
    ),
  );
  run("coming back to the session", () => sessions.rejoin());
  activationMs = performance.now() - began;
  log.info(`active after ${activationMs.toFixed(1)} ms`);
}

function offerLog(text: string, log: LogOutputChannel): void {
  run("offering the log", async () => {
    const showLog = "Show Log";
    if ((await complain(text, showLog)) === showLog) {
      log.show();
    }
  });
}
