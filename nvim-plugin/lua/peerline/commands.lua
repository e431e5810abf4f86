-- The sub-commands of `:Peerline`, and their completion.

local chat = require('peerline.chat')
local comments = require('peerline.comments')
local config = require('peerline.config')
local follow = require('peerline.follow')
local lsp = require('peerline.lsp')
local notify = require('peerline.notify')
local participants = require('peerline.participants')
local status = require('peerline.status')
local thread = require('peerline.thread')

local M = {}

local STATUSES = { 'active', 'typing', 'idle', 'away' }

local function token()
  local value = config.options.auth_token
  if type(value) == 'function' then
    return value()
  end
  return value
end

local function join(call)
  local link, name = call.rest:match('^(%S+)%s*(.-)%s*$')
  if not link or not link:find('^peerlines?://.+/') then
    notify.error('usage: :Peerline join peerline://HOST:PORT/SESSION?invite=CODE [name]')
    return
  end
  local arguments = {
    link = link,
    username = name ~= '' and name or config.options.username,
    auth_token = token(),
  }
  lsp.start(function()
    lsp.execute('peerline.join', arguments)
  end)
end

local function with_participant(call, action)
  local participant, failure = participants.find(call.rest)
  if participant then
    action(participant)
  else
    notify.error(failure or '')
  end
end

local function set_status(call)
  if call.rest == '' then
    notify.info(status.describe())
  elseif vim.list_contains(STATUSES, call.rest) then
    lsp.execute('peerline.setStatus', { status = call.rest })
  else
    notify.error('status is one of ' .. table.concat(STATUSES, ', '))
  end
end

local function with_thread(action)
  local current = thread.current()
  if current then
    action(current)
  end
end

--- @class peerline.Call
--- @field rest string what follows the sub-command
--- @field first integer the range's first line, 0-based
--- @field last integer

--- @class peerline.Subcommand
--- @field run fun(call: peerline.Call)
--- @field complete (fun(lead: string): string[])?

--- @type table<string, peerline.Subcommand>
M.subcommands = {
  join = { run = join },
  leave = {
    run = function()
      lsp.execute('peerline.leave')
    end,
  },
  chat = {
    run = function(call)
      if call.rest == '' then
        chat.open()
      else
        chat.send(call.rest)
      end
    end,
  },
  comment = {
    run = function(call)
      comments.add(call.first, call.last, call.rest)
    end,
  },
  comments = { run = comments.list },
  outdated = { run = comments.list_outdated },
  thread = { run = thread.open },
  reply = {
    run = function(call)
      with_thread(function(current)
        comments.reply(current, call.rest)
      end)
    end,
  },
  resolve = {
    run = function()
      with_thread(comments.resolve)
    end,
  },
  reopen = { run = comments.reopen },
  follow = {
    run = function(call)
      with_participant(call, function(participant)
        lsp.execute('peerline.follow', { user_id = participant.user_id })
      end)
    end,
    complete = participants.complete,
  },
  unfollow = {
    run = function()
      lsp.execute('peerline.unfollow')
    end,
  },
  ['goto'] = {
    run = function(call)
      with_participant(call, follow.go_to)
    end,
    complete = participants.complete,
  },
  participants = { run = participants.open },
  status = {
    run = set_status,
    complete = function(lead)
      return vim.tbl_filter(function(name)
        return vim.startswith(name, lead)
      end, STATUSES)
    end,
  },
}

local function names()
  local found = vim.tbl_keys(M.subcommands)
  table.sort(found)
  return found
end

local function show_usage()
  if status.is_in_session() then
    notify.info(status.describe())
  else
    notify.info('not in a session: :Peerline join <link>; :help peerline')
  end
end

--- Run `:Peerline …`.
--- @param options vim.api.keyset.create_user_command.command_args
function M.run(options)
  local name, rest = options.args:match('^(%S+)%s*(.-)$')
  if not name then
    show_usage()
    return
  end
  local subcommand = M.subcommands[name]
  if not subcommand then
    notify.error(('no sub-command %s; there are %s'):format(name, table.concat(names(), ', ')))
    return
  end
  subcommand.run({ rest = vim.trim(rest), first = options.line1 - 1, last = options.line2 - 1 })
end

--- Complete `:Peerline …`.
--- @param line string the whole command line
--- @param column integer the cursor's place in it
--- @return string[]
function M.complete(line, column)
  local before = line:sub(1, column)
  local name, lead = before:match('Peerline!?%s+(%S+)%s+(.*)$')
  if name then
    local subcommand = M.subcommands[name]
    local found = subcommand and subcommand.complete and subcommand.complete(lead) or {}
    -- Vim replaces the last word only: take off the words before it.
    local kept = #(lead:match('^(.*%s)') or '')
    return vim.tbl_map(function(candidate)
      return candidate:sub(kept + 1)
    end, found)
  end
  local start = before:match('Peerline!?%s+(%S*)$') or ''
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, start)
  end, names())
end

return M
