-- The participants: a side window with their role, status and place, to go to or follow one.
local agents = require('peerline.agents')
local config = require('peerline.config')
local float = require('peerline.float')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local places = require('peerline.places')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.list = {}

local namespace = vim.api.nvim_create_namespace('peerline_participants')
local buffer = nil
-- More names than these are counted.
local MOST_NAMES = 3
local LEAST_WIDTH, MOST_WIDTH = 28, 48

--- The advice to ask the hosts for what only they may do: `ask alice, the host, for a link`.
---@param wanted string
---@return string
function M.ask_hosts(wanted)
  local hosts = {}
  for _, person in ipairs(M.list) do
    if person.role == 'host' and not person.agent then
      hosts[#hosts + 1] = text.reveal(person.username)
    end
  end
  if #hosts == 0 then
    return 'ask a host ' .. wanted
  elseif #hosts == 1 then
    return ('ask %s, the host, %s'):format(hosts[1], wanted)
  elseif #hosts == 2 then
    return ('ask %s or %s, the hosts, %s'):format(hosts[1], hosts[2], wanted)
  end
  return ('ask a host, such as %s, %s'):format(hosts[1], wanted)
end

--- The name of a participant, or the id of somebody who is not here.
---@param user_id string
---@return string
function M.name_of(user_id)
  for _, person in ipairs(M.list) do
    if person.user_id == user_id then
      return person.username
    end
  end
  return user_id
end

--- The other participants' names, as typed in commands.
---@return string[]
function M.names()
  local names = {}
  for _, person in ipairs(M.list) do
    if not person.is_me then
      names[#names + 1] = text.reveal(person.username)
    end
  end
  return names
end

--- The participant with a name or an id; without a name, the first other participant.
---
--- A name that nobody has exactly may differ in its case.
---@param name string
---@return table? person
function M.find(name)
  local others = vim.iter(M.list):filter(function(person)
    return not person.is_me
  end):totable()
  if name == '' then
    return others[1]
  end
  local alike = nil
  for _, person in ipairs(others) do
    local shown = text.reveal(person.username)
    if person.user_id == name or shown == name then
      return person
    end
    if vim.fn.tolower(shown) == vim.fn.tolower(name) then
      alike = alike or person
    end
  end
  return alike
end

local function render()
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    return
  end
  local lines, marks, links = {}, {}, {}
  for _, person in ipairs(M.list) do
    local name = text.line(person.username, 20)
    local head = ('● %s%s  %s%s%s'):format(
      name,
      person.is_me and ' (you)' or '',
      person.agent and agents.owner_text(person.agent) .. '  ' or '',
      person.role,
      person.is_followed and '  → following' or ''
    )
    local at = person.cell and ', cell %d, line %d' or ':%d'
    local place = person.file
      and text.reveal(person.file) .. at:format(person.cell or person.line, person.line)
    if not place then
      -- The server does not send the user's own place.
      place = person.is_me and 'here' or 'in no file of the session'
    end
    lines[#lines + 1] = head
    local doing = person.agent and agents.doing_text(person.agent) or ''
    lines[#lines + 1] = '  ' .. (doing ~= '' and doing or person.status .. ' · ' .. place)
    links[#lines - 1] = require('peerline.moderation').link_text(person.user_id)
    marks[#marks + 1] = { #lines - 2, #('● ' .. name), highlights.group('Name', person.color) }
  end
  if #lines == 0 then
    lines = { 'Nobody is here.' }
  end
  float.set_lines(buffer, lines)
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, mark[1], 0, { end_col = mark[2], hl_group = mark[3] })
  end
  for row, link in pairs(links) do
    -- Not a line of its own: a participant has two.
    local below = { { '  ' .. link, 'PeerlineSystem' } }
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, { virt_lines = { below } })
  end
  for row = 1, #lines - 1, 2 do
    if M.list[1] then
      vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, { end_row = row + 1, hl_group = 'PeerlineSystem' })
    end
  end
end

--- Show the list again: what hosts know about its people has changed.
function M.refresh()
  render()
end

local function names_of(people)
  local names = {}
  for index, person in ipairs(people) do
    if index > MOST_NAMES then
      names[#names + 1] = ('%d more'):format(#people - MOST_NAMES)
      break
    end
    names[#names + 1] = text.line(person.username, 24)
  end
  return table.concat(names, ', ')
end

--- Say quietly who has come and gone; new roles are in the bridge's notices and in the chat.
local function announce(params)
  local joined, left, removed = params.joined or {}, {}, {}
  for _, person in ipairs(params.left or {}) do
    table.insert(person.was_removed and removed or left, person)
  end
  local news = {}
  for _, change in ipairs({ { joined, 'joined' }, { left, 'left' }, { removed, 'was removed' } }) do
    if #change[1] > 0 then
      local verb = change[2] == 'was removed' and #change[1] > 1 and 'were removed' or change[2]
      news[#news + 1] = names_of(change[1]) .. ' ' .. verb
    end
  end
  if #news > 0 then
    text.notify(table.concat(news, '; '))
  end
end

--- Handle peerline/participants.
---@param params {participants: table[], joined: table[]?, left: table[]?}
function M.update(params)
  M.list = params.participants or {}
  render()
  agents.refresh()
  if config.options.announce then
    announce(params)
  end
  require('peerline.chat').update_title()
end

--- Go to where a participant is.
---@param person table
function M.go_to(person)
  lsp.act('gotoParticipant', { user_id = person.user_id }, function(place)
    places.show(place, 'cannot go to ' .. text.line(person.username, 24))
  end)
end

local function under_cursor()
  return M.list[math.floor((vim.fn.line('.') + 1) / 2)]
end

local set_up

--- The user has deleted the buffer, or has edited it again and sees it empty now.
local function gone(buf)
  buffer = nil
  vim.schedule(function()
    if vim.api.nvim_buf_is_loaded(buf) and ui.window_of(buf) then
      set_up()
      render()
    end
  end)
end

function set_up()
  buffer = ui.scratch('peerline://participants', 'peerline-participants', gone)
  local map = function(key, action, description)
    vim.keymap.set('n', key, action, { buffer = buffer, nowait = true, desc = description })
  end
  map('<CR>', function()
    local person = under_cursor()
    if person and not person.is_me then
      M.go_to(person)
    end
  end, 'Go to the participant')
  map('f', function()
    local person = under_cursor()
    if person and not person.is_me then
      require('peerline.follow').start(person)
    end
  end, 'Follow the participant')
  map('q', '<Cmd>close<CR>', 'Close')
  ui.hints(buffer, 'Participants')
  -- The room that becomes free belongs to the code, not to the chat beside it.
  vim.api.nvim_create_autocmd('BufWinLeave', {
    buffer = buffer,
    callback = vim.schedule_wrap(require('peerline.chat_window').resize),
  })
end

--- Show the list, or go to it.
function M.open()
  if not buffer then
    set_up()
  end
  local win = ui.window_of(buffer)
  if win then
    vim.api.nvim_set_current_win(win)
  else
    local width = ui.side_width(config.options.participants_width, LEAST_WIDTH, MOST_WIDTH)
    vim.cmd('botright vertical ' .. width .. 'split')
    vim.api.nvim_win_set_buf(0, buffer)
    vim.wo.winfixwidth = true
    vim.wo.number = false
    vim.wo.relativenumber = false
    vim.wo.signcolumn = 'no'
    vim.wo.winbar = '%< <CR> go · f follow · g? keys'
  end
  render()
end

return M
