-- The command :Peerline and its sub-commands.
local text = require('peerline.text')

local M = {}

local statuses = { 'active', 'idle', 'away' }
local roles = { 'host', 'editor', 'viewer' }

local function person_named(name, action)
  local person = require('peerline.participants').find(name)
  if person then
    action(person)
  else
    text.notify(name == '' and 'nobody else is here' or 'nobody here is called ' .. name, vim.log.levels.WARN)
  end
end

--- Ask the bridge for something that only a host may do.
local function moderate(name, command, arguments)
  person_named(name, function(person)
    arguments.user_id = person.user_id
    require('peerline.lsp').command(command, arguments)
  end)
end

local function other_names()
  return require('peerline.participants').names()
end

--- Names, and behind a whole name its role.
local function names_and_roles(rest)
  local candidates = other_names()
  for _, name in ipairs(other_names()) do
    if vim.startswith(rest:lower(), name:lower() .. ' ') then
      for _, role in ipairs(roles) do
        candidates[#candidates + 1] = rest:sub(1, #name) .. ' ' .. role
      end
    end
  end
  return candidates
end

M.subcommands = {
  start = {
    usage = 'start [title]',
    run = function(rest)
      require('peerline.session').start(rest ~= '' and rest or nil)
    end,
  },
  join = {
    usage = 'join <link> [name]',
    run = function(rest)
      -- A link is often pasted with the words before it; what follows it is the name.
      local link, name = rest:match('^(.-://%S+)%s*(.*)$')
      if not link then
        link, name = rest:match('^(%S+)%s*(.*)$')
      end
      if not link then
        text.notify('Usage: :Peerline join <link> [name]', vim.log.levels.WARN)
        return
      end
      require('peerline.session').join(link, name ~= '' and name or nil)
    end,
  },
  restart = {
    usage = 'restart',
    run = function()
      require('peerline.lsp').restart()
    end,
  },
  log = {
    usage = 'log',
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
      vim.cmd.normal({ 'G', bang = true })
    end,
  },
  recent = {
    usage = 'recent [forget]',
    run = function(rest)
      require('peerline.recent')[rest == 'forget' and 'forget' or 'join']()
    end,
  },
  leave = {
    usage = 'leave',
    run = function()
      require('peerline.session').leave()
    end,
  },
  chat = {
    usage = 'chat [text]',
    run = function(rest)
      local chat = require('peerline.chat')
      if rest == '' then
        chat.open()
        return
      end
      chat.send(rest)
    end,
  },
  comment = {
    usage = '[range]comment [text]',
    run = function(rest, options)
      local first = options.range > 0 and options.line1 or vim.fn.line('.')
      local last = options.range > 0 and options.line2 or first
      require('peerline.comment_actions').add(rest, first, last)
    end,
  },
  thread = {
    usage = 'thread',
    run = function()
      require('peerline.thread').open()
    end,
  },
  reply = {
    usage = 'reply [text]',
    run = function(rest)
      require('peerline.thread').reply(rest)
    end,
  },
  resolve = {
    usage = 'resolve',
    run = function()
      require('peerline.thread').resolve()
    end,
  },
  reopen = {
    usage = 'reopen',
    run = function()
      require('peerline.thread').reopen()
    end,
  },
  resolved = {
    usage = 'resolved',
    run = function()
      require('peerline.comment_lists').resolved()
    end,
  },
  apply = {
    usage = 'apply',
    run = function()
      require('peerline.thread').apply()
    end,
  },
  outdated = {
    usage = 'outdated',
    run = function()
      require('peerline.comment_lists').outdated()
    end,
  },
  reattach = {
    usage = '[range]reattach',
    run = function(_, options)
      local first = options.range > 0 and options.line1 or vim.fn.line('.')
      local last = options.range > 0 and options.line2 or first
      require('peerline.comment_lists').reattach(first, last)
    end,
  },
  comments = {
    usage = 'comments [here]',
    complete = function()
      return { 'here' }
    end,
    run = function(rest)
      if rest ~= '' and rest ~= 'here' then
        text.notify('Usage: :Peerline comments [here]', vim.log.levels.WARN)
        return
      end
      require('peerline.comment_lists').list(rest == 'here')
    end,
  },
  pending = {
    usage = 'pending',
    run = function()
      require('peerline.pending').open()
    end,
  },
  token = {
    usage = 'token',
    run = function()
      require('peerline.session').renew_token()
    end,
  },
  follow = {
    usage = 'follow [name]',
    complete = other_names,
    run = function(rest)
      person_named(rest, require('peerline.follow').start)
    end,
  },
  summon = {
    usage = 'summon',
    run = function()
      require('peerline.lsp').command('summon')
    end,
  },
  unfollow = {
    usage = 'unfollow',
    run = function()
      require('peerline.follow').stop()
    end,
  },
  ['goto'] = {
    usage = 'goto [name]',
    complete = other_names,
    run = function(rest)
      person_named(rest, require('peerline.participants').go_to)
    end,
  },
  role = {
    usage = 'role <name> <host|editor|viewer>',
    complete = names_and_roles,
    run = function(rest)
      local name, role = rest:match('^(.+)%s+(%S+)$')
      if not name or not vim.tbl_contains(roles, role) then
        text.notify('Usage: :Peerline role <name> <host|editor|viewer>', vim.log.levels.WARN)
        return
      end
      moderate(name, 'changeRole', { role = role })
    end,
  },
  remove = {
    usage = 'remove <name>',
    complete = other_names,
    run = function(rest, options)
      if rest == '' then
        text.notify('Usage: :Peerline remove <name>', vim.log.levels.WARN)
        return
      end
      person_named(rest, function(person)
        require('peerline.moderation').remove(person, options.bang or false)
      end)
    end,
  },
  invite = {
    usage = 'invite [editor|viewer|host]',
    complete = function()
      return roles
    end,
    run = function(rest, options)
      local role = rest == '' and 'editor' or rest
      if not vim.tbl_contains(roles, role) then
        text.notify('Usage: :Peerline invite [editor|viewer|host]', vim.log.levels.WARN)
        return
      end
      require('peerline.moderation').invite(role, not options.bang)
    end,
  },
  revoke = {
    usage = 'revoke',
    run = function()
      require('peerline.moderation').revoke()
    end,
  },
  unban = {
    usage = 'unban <name>',
    complete = function()
      return require('peerline.moderation').banned_names()
    end,
    run = function(rest)
      require('peerline.moderation').unban(rest)
    end,
  },
  approval = {
    usage = 'approval <on|off>',
    complete = function()
      return { 'on', 'off' }
    end,
    run = function(rest)
      if rest ~= 'on' and rest ~= 'off' then
        text.notify('Usage: :Peerline approval <on|off>', vim.log.levels.WARN)
        return
      end
      require('peerline.moderation').approval(rest == 'on')
    end,
  },
  search = {
    usage = 'search <words>',
    run = function(rest)
      require('peerline.search').run(rest)
    end,
  },
  ['end'] = {
    usage = 'end',
    run = function()
      if vim.fn.confirm('End the session for everybody?', '&End\n&Cancel', 2) == 1 then
        require('peerline.lsp').command('endSession')
      end
    end,
  },
  name = {
    usage = 'name <new name>',
    run = function(rest)
      if rest == '' then
        text.notify('Usage: :Peerline name <new name>', vim.log.levels.WARN)
        return
      end
      require('peerline.session').rename(rest)
    end,
  },
  agents = {
    usage = 'agents [name]',
    complete = function()
      return require('peerline.agents').names()
    end,
    run = function(rest)
      require('peerline.agents').open(rest)
    end,
  },
  participants = {
    usage = 'participants',
    run = function()
      require('peerline.participants').open()
    end,
  },
  status = {
    usage = 'status [active|idle|away]',
    complete = function()
      return statuses
    end,
    run = function(rest)
      if rest == '' then
        local line = require('peerline.status').sentence()
        text.notify(line ~= '' and line or 'not in a session')
      elseif vim.tbl_contains(statuses, rest) then
        require('peerline.lsp').command('setStatus', { status = rest })
      else
        text.notify('Usage: :Peerline status [' .. table.concat(statuses, '|') .. ']', vim.log.levels.WARN)
      end
    end,
  },
}

for _, module in ipairs({ 'peerline.documents.commands', 'peerline.answer_commands' }) do
  for name, subcommand in pairs(require(module)) do
    M.subcommands[name] = subcommand
  end
end

local function names()
  local result = vim.tbl_keys(M.subcommands)
  table.sort(result)
  return result
end

--- Run :Peerline.
---@param options table as nvim_create_user_command gives it
function M.run(options)
  local name, rest = options.args:match('^%s*(%S*)%s*(.-)%s*$')
  if name == '' then
    name = 'status'
  end
  local subcommand = M.subcommands[name]
  if not subcommand then
    text.notify('there is no command ' .. text.line(name, 16) .. '; see :help :Peerline', vim.log.levels.WARN)
    return
  end
  subcommand.run(rest, options)
end

--- Complete sub-commands and their arguments.
---@param lead string the word before the cursor, which the completion replaces
---@param line string
---@param position integer? the cursor in the line
---@return string[]
function M.complete(lead, line, position)
  -- The command may be abbreviated, with a bang, and behind a range or a modifier.
  local after = line:sub(1, position or #line):match('%f[%a]P%a*!?%s+(.*)$') or ''
  local name, rest = after:match('^(%S+)%s+(.*)$')
  local subcommand = name and M.subcommands[name]
  local candidates, wanted
  if not name then
    candidates, wanted = names(), lead
  else
    candidates, wanted = subcommand and subcommand.complete and subcommand.complete(rest) or {}, rest
  end
  -- Names have spaces, and only the last word is replaced: the words before it are there already.
  local before = math.max(0, #wanted - #lead)
  return vim.iter(candidates)
    :filter(function(candidate)
      return vim.startswith(vim.fn.tolower(candidate), vim.fn.tolower(wanted))
    end)
    :map(function(candidate)
      return candidate:sub(before + 1)
    end)
    :totable()
end

return M
