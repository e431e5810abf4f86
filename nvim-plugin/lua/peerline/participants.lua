-- The participants: a side window with their role, status and place, to go to or follow one.
local config = require('peerline.config')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.list = {}

local namespace = vim.api.nvim_create_namespace('peerline_participants')
local buffer = nil

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
  local lines, marks = {}, {}
  for _, person in ipairs(M.list) do
    local name = text.line(person.username, 20)
    local head = ('● %s%s  %s%s'):format(
      name,
      person.is_me and ' (you)' or '',
      person.role,
      person.is_followed and '  → following' or ''
    )
    local place = person.file and ('%s:%d'):format(text.reveal(person.file), person.line)
    if not place then
      -- The server does not send the user's own place.
      place = person.is_me and 'here' or 'nowhere yet'
    end
    lines[#lines + 1] = head
    lines[#lines + 1] = '  ' .. person.status .. ' · ' .. place
    marks[#marks + 1] = { #lines - 2, #('● ' .. name), highlights.group('Name', person.color) }
  end
  if #lines == 0 then
    lines = { 'Nobody is here.' }
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, mark[1], 0, { end_col = mark[2], hl_group = mark[3] })
  end
  for row = 1, #lines - 1, 2 do
    if M.list[1] then
      vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, { end_row = row + 1, hl_group = 'PeerlineSystem' })
    end
  end
end

--- Handle peerline/participants.
---@param params {participants: table[]}
function M.update(params)
  M.list = params.participants or {}
  render()
end

--- Go to where a participant is.
---@param person table
function M.go_to(person)
  lsp.command('gotoParticipant', { user_id = person.user_id }, function(refusal, place)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
      return
    end
    vim.api.nvim_set_current_win(ui.file_window())
    vim.cmd("normal! m'")
    vim.cmd.edit(vim.fn.fnameescape(vim.uri_to_fname(place.uri)))
    local row, column = lsp.place(0, place.position)
    vim.api.nvim_win_set_cursor(0, { row + 1, column })
  end)
end

local function under_cursor()
  return M.list[math.floor((vim.fn.line('.') + 1) / 2)]
end

--- Show the list, or go to it.
function M.open()
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    buffer = ui.scratch('peerline://participants', 'peerline-participants')
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
  end
  local win = ui.window_of(buffer)
  if win then
    vim.api.nvim_set_current_win(win)
  else
    vim.cmd('botright vertical ' .. config.options.participants_width .. 'split')
    vim.api.nvim_win_set_buf(0, buffer)
    vim.wo.winfixwidth = true
    vim.wo.number = false
    vim.wo.relativenumber = false
    vim.wo.signcolumn = 'no'
    vim.wo.winbar = ' <CR> go · f follow · q close'
  end
  render()
end

return M
