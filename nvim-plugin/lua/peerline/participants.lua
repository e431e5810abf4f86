-- Who is here: the list in a side window, and names for completion.

local config = require('peerline.config')
local highlights = require('peerline.highlights')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local windows = require('peerline.windows')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline.participants')
local current = {} ---@type table[] EditorParticipant, in the order of joining
local buffer = nil ---@type integer?

--- Everybody who is here.
--- @return table[]
function M.all()
  return current
end

--- A participant by user id.
--- @param user_id string
--- @return table?
function M.get(user_id)
  for _, participant in ipairs(current) do
    if participant.user_id == user_id then
      return participant
    end
  end
  return nil
end

--- Another participant by name or user id; the beginning of a name will do if only one has it.
--- @param wanted string
--- @return table? participant
--- @return string? failure
function M.find(wanted)
  local folded = vim.fn.tolower(vim.trim((wanted:gsub('^@', ''))))
  if folded == '' then
    return nil, 'who? give a name'
  end
  local exact, beginning = {}, {}
  for _, participant in ipairs(current) do
    local name = vim.fn.tolower(text.one_line(participant.username))
    if participant.is_me then
      -- Nobody follows or goes to oneself.
    elseif participant.user_id == vim.trim(wanted) then
      return participant
    elseif name == folded then
      table.insert(exact, participant)
    elseif vim.startswith(name, folded) then
      table.insert(beginning, participant)
    end
  end
  local found = #exact > 0 and exact or beginning
  if #found == 0 then
    return nil, ('nobody here is called %s'):format(text.name(wanted))
  elseif #found > 1 then
    local ids = vim.tbl_map(function(one)
      return one.user_id
    end, found)
    return nil, ('several are called that, give an id: %s'):format(table.concat(ids, ', '))
  end
  return found[1]
end

--- The names of the others that begin with `lead`.
--- @param lead string
--- @return string[]
function M.complete(lead)
  local names = {}
  for _, participant in ipairs(current) do
    local name = text.one_line(participant.username)
    if not participant.is_me and vim.startswith(vim.fn.tolower(name), vim.fn.tolower(lead)) then
      table.insert(names, name)
    end
  end
  return names
end

local function describe(participant, width)
  local role = participant.role .. (participant.is_me and ', you' or '')
  local marks = participant.is_followed and ' ⇢ followed' or ''
  local first = ('● %s (%s) %s%s'):format(
    text.name(participant.username),
    role,
    participant.status,
    marks
  )
  local place = participant.file
      and ('    %s:%d'):format(text.one_line(participant.file), participant.line or 1)
    or '    in no file'
  return text.truncate(first, width), text.truncate(place, width)
end

local function render()
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    return
  end
  local win = windows.window_of(buffer)
  local width = win and vim.api.nvim_win_get_width(win) or config.options.participants.width
  local lines = {}
  for _, participant in ipairs(current) do
    vim.list_extend(lines, { describe(participant, width) })
  end
  if #lines == 0 then
    lines = { 'Nobody is here.' }
  end
  windows.set_lines(buffer, 0, -1, lines)
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for index, participant in ipairs(current) do
    local row = 2 * (index - 1)
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, 0, {
      end_col = #lines[row + 1],
      hl_group = highlights.group('Text', participant.color),
    })
    vim.api.nvim_buf_set_extmark(buffer, namespace, row + 1, 0, {
      end_col = #lines[row + 2],
      hl_group = 'PeerlineSystem',
    })
  end
end

local function under_cursor()
  return current[math.ceil(vim.api.nvim_win_get_cursor(0)[1] / 2)]
end

local function map(key, description, action)
  vim.keymap.set('n', key, function()
    local participant = under_cursor()
    if participant and not participant.is_me then
      action(participant)
    end
  end, { buffer = buffer, desc = description })
end

local function create_buffer()
  buffer = windows.new_buffer('peerline-participants')
  map('<CR>', 'Peerline: go there', function(participant)
    require('peerline.follow').go_to(participant)
  end)
  map('f', 'Peerline: follow, or stop', function(participant)
    local command = participant.is_followed and 'peerline.unfollow' or 'peerline.follow'
    local arguments = not participant.is_followed and { user_id = participant.user_id } or nil
    lsp.execute(command, arguments)
  end)
  vim.keymap.set('n', 'r', function()
    lsp.execute('peerline.listParticipants', nil, render)
  end, { buffer = buffer, desc = 'Peerline: refresh' })
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Peerline: close' })
end

--- Open the list, or go to it.
function M.open()
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    create_buffer()
  end
  local win = windows.window_of(buffer)
  if win then
    vim.api.nvim_set_current_win(win)
  else
    local width = math.min(config.options.participants.width, math.floor(vim.o.columns / 2))
    local options = { split = 'right', win = -1, width = width, enter = true }
    win = windows.open_panel(buffer --[[@as integer]], options)
    vim.wo[win].winbar = '%#Title#Participants %#PeerlineSystem#<CR> go  f follow  r refresh'
    vim.wo[win].wrap = false
  end
  render()
end

function M.setup()
  lsp.on('peerline/participants', function(params)
    current = params.participants or {}
    render()
  end)
  lsp.on('exit', function()
    current = {}
    render()
  end)
end

return M
