-- Joining and leaving; connects the bridge's notifications to their handlers.
local approvals = require('peerline.approvals')
local chat = require('peerline.chat')
local comments = require('peerline.comments')
local config = require('peerline.config')
local cursor = require('peerline.cursor')
local documents = require('peerline.documents')
local events = require('peerline.events')
local folders = require('peerline.documents.folders')
local follow = require('peerline.follow')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local moderation = require('peerline.moderation')
local participants = require('peerline.participants')
local presence = require('peerline.presence')
local reach = require('peerline.reach')
local status = require('peerline.status')
local text = require('peerline.text')

local M = {}

local is_wired = false
local is_watching = false

-- The session to join again after the bridge was restarted.
local last = nil

-- Whether a session is being started.
local is_starting = false

local function notice(params)
  local levels = { info = vim.log.levels.INFO, warning = vim.log.levels.WARN, error = vim.log.levels.ERROR }
  local hint = params.code:match('^TOKEN_') and ': give a new one with :Peerline token' or ''
  text.notify(params.message .. hint, levels[params.level])
end

local function wire()
  if is_wired then
    return
  end
  is_wired = true
  highlights.setup()
  lsp.on('peerline/state', status.set)
  lsp.on('peerline/participants', participants.update)
  lsp.on('peerline/presence', presence.update)
  lsp.on('peerline/chat', chat.update)
  lsp.on('peerline/comments', comments.update)
  lsp.on('peerline/commentChanges', comments.change)
  lsp.on('peerline/follow', follow.update)
  lsp.on('peerline/moderation', moderation.update)
  lsp.on('peerline/approvals', approvals.update)
  lsp.on('peerline/agentWork', require('peerline.agent_view').update)
  lsp.on('peerline/notice', notice)
  lsp.on('peerline/summons', follow.summoned)
  documents.wire()
  lsp.on_attach(function(buf)
    presence.refresh(buf)
    comments.refresh(buf)
  end)
  lsp.on_exit(function()
    if is_starting then
      -- It may be there already: to start it again is for the user.
      is_starting = false
      text.notify(
        'the bridge ended while it started a session; look in :Peerline recent, or start it again',
        vim.log.levels.ERROR
      )
    end
    folders.bridge_ended()
    M.finished()
    comments.clear()
    participants.update({ participants = {} })
    approvals.update({ approvals = {} })
    status.set({ state = 'offline', participants = 0, reason = 'the bridge ended' })
  end)
  lsp.on_restart(function()
    if last then
      M.join(last.link, last.username)
    end
  end)
end

--- Start the bridge and the views of a session; false if that is not possible.
local function prepare()
  wire()
  return lsp.start() ~= nil
end

--- A session was joined: what it shows is watched until it ends.
function M.joined()
  if is_watching then
    return
  end
  is_watching = true
  follow.setup()
  presence.setup()
  cursor.setup()
  documents.setup()
  status.setup()
  events.emit('Joined', { session_id = status.state.session_id, title = status.state.title })
end

--- The session has ended: no mark, autocommand or sign of it stays.
function M.finished()
  if not is_watching then
    return
  end
  is_watching = false
  follow.clear()
  cursor.stop()
  status.stop()
  documents.clear()
  presence.clear()
  events.emit('Left', {})
end

--- Do something that needs the bridge but no session.
---@param act fun()
function M.with_bridge(act)
  if prepare() then
    act()
  end
end

--- HOST:PORT, and a proxy's path, of the link in a text. The bridge decides which link counts, and
--- sends a token to the server that it was asked for, to no other.
---@param text string
---@return string?
local function server_of(text)
  for _ = 1, 4 do
    local found = text:match('[Pp][Ee][Ee][Rr][Ll][Ii][Nn][Ee][Ss]?://([^%s?#<>"\'`]*)/+[%w_-]+')
      or text:match('[Hh][Tt][Tt][Pp][Ss]?://([^%s?#<>"\'`]-)/s/[%w_-]+')
    if found then
      return found
    end
    text = vim.uri_decode(text)
  end
end

--- The token that the user's function returns for a server.
---@param server string?
---@return string?
local function token_for(server)
  if not config.options.token or not server then
    return nil
  end
  local is_found, token = pcall(config.options.token, server:match('://([^?]+)') or server)
  if not is_found then
    text.notify('setup: token: ' .. tostring(token), vim.log.levels.WARN)
  end
  return is_found and token or nil
end

local function start_with(title, choice, started)
  local arguments = {
    title = title,
    server = choice.server,
    reach = not choice.server and choice.reach or nil,
    ssh_host = choice.ssh_host,
    auth_token = token_for(choice.server or config.options.server),
  }
  is_starting = true
  lsp.command('startSession', arguments, function(refusal, result)
    is_starting = false
    if refusal then
      text.notify(refusal, vim.log.levels.ERROR)
      return
    end
    last = { link = result.link or result.invite }
    started(result)
  end)
end

--- Whether the bridge is in the session of a link, or keeps trying to join it.
---@param link string
---@return boolean
local function is_at(link)
  local at = status.state
  return at.state ~= 'offline' and at.session_id ~= nil and link:find(at.session_id, 1, true) ~= nil
end

--- Whether to go to another session: who is in one is asked once.
---@param verb string what is done to the other one
---@param link string?
---@return boolean
local function may_leave(verb, link)
  local at = status.state
  if not at.title or at.state == 'offline' then
    return true
  end
  -- The bridge says what is wrong with a text without a link, and the session at hand stays anyway.
  if link and (not server_of(link) or is_at(link)) then
    return true
  end
  local question = ('You are in the session %s. Leave it and %s another?'):format(text.reveal(at.title), verb)
  return vim.fn.confirm(question, '&Leave\n&Stay', 2) == 1
end

local function start(title, started)
  if may_leave('start') and prepare() then
    reach.choose(function(choice)
      start_with(title, choice, started)
    end)
  end
end

--- Start a session, join it as its host, and yank a link for others.
---@param title string? what it is called
function M.start(title)
  start(title, function(result)
    moderation.yank_link('a link for editors', result.invite, result.is_local)
  end)
end

--- Share the folder, and yank a link for others: in the session at hand, or in one that is started.
---@param title string? what it is called; with one, another session is started
function M.pair(title)
  if not title and status.state.state == 'joined' then
    folders.share(function(shared)
      if status.state.role == 'host' then
        moderation.invite('editor', true, shared)
      else
        text.notify(shared)
      end
    end)
    return
  end
  start(title, function(result)
    local function yank(shared)
      moderation.yank_link('a link for editors', result.invite, result.is_local, shared)
    end
    folders.share(yank, function(refusal)
      yank('the folder is not shared: ' .. refusal)
    end)
  end)
end

--- Join a session.
---@param link string a text with a session link in it
---@param username string?
function M.join(link, username)
  if not may_leave('join', link) or not prepare() then
    return
  end
  local server = server_of(link)
  local token = token_for(server)
  local arguments = {
    link = link,
    username = username,
    auth_token = token,
    auth_token_server = token and server,
  }
  local before, asked = last, { link = link, username = username }
  -- A bridge that crashes before it answers leaves the join to the next one.
  last = asked
  lsp.command('join', arguments, function(refusal, _, code)
    if not refusal then
      return
    end
    -- An unreachable server is no error: the bridge keeps trying, and sends what is written.
    local is_away = code == 'UNREACHABLE'
    text.notify(refusal, is_away and vim.log.levels.INFO or vim.log.levels.ERROR)
    if last == asked and not (is_away and is_at(link)) then
      last = before
    end
  end)
end

--- Leave the session.
function M.leave()
  last = nil
  folders.left()
  lsp.command('leave', nil, function(refusal)
    text.notify(refusal or 'you left the session', refusal and vim.log.levels.WARN)
  end)
end

--- Change the user's name, in the session at hand and in those joined from now on.
---@param username string
function M.rename(username)
  lsp.act('changeName', { username = username }, function()
    config.options.username = username
    if last then
      last.username = username
    end
  end)
end

--- Ask for another token and sign in with it: a command line would keep it in its history.
function M.renew_token()
  local token = vim.fn.inputsecret('Peerline token: ')
  if token == '' then
    return
  end
  lsp.command('renewToken', { auth_token = token })
end

return M
