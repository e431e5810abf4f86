-- The window with the work of one AI agent: it is watched while the window is open, and no longer.
local lsp = require('peerline.lsp')
local places = require('peerline.places')
local text = require('peerline.text')
local turn = require('peerline.agent_turn')
local ui = require('peerline.ui')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline_agent')
local WIDTH, LEAST_WIDTH, MOST_WIDTH = 0.45, 48, 90
-- The agent that is shown: { person, is_here, session_id, buf, work, refusal, is_open, at }.
local view = nil

local function is_joined()
  return require('peerline.status').state.state == 'joined'
end

local function note()
  if not is_joined() then
    return 'Not connected. This may be out of date.'
  elseif not view.is_here then
    return 'It has left the session.'
  elseif view.refusal then
    return 'Its work cannot be shown: ' .. text.reveal(view.refusal)
  end
  return view.work and '' or 'Loading the turn…'
end

--- Replace only what differs: the lines that are read stay where they are.
local function set_lines(buf, lines)
  local old = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local first, last = 0, 0
  local most = math.min(#old, #lines)
  while first < most and old[first + 1] == lines[first + 1] do
    first = first + 1
  end
  while last < most - first and old[#old - last] == lines[#lines - last] do
    last = last + 1
  end
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, first, #old - last, false, vim.list_slice(lines, first + 1, #lines - last))
  vim.bo[buf].modifiable = false
  return #old
end

local function render()
  local drawn = turn.view(view.person, view.work, note(), view.is_open)
  local wins = vim.fn.win_findbuf(view.buf)
  local rows = vim.tbl_map(function(win)
    return vim.api.nvim_win_get_cursor(win)[1]
  end, wins)
  vim.api.nvim_buf_clear_namespace(view.buf, namespace, 0, -1)
  local before = set_lines(view.buf, drawn.lines)
  for _, mark in ipairs(drawn.marks) do
    vim.api.nvim_buf_set_extmark(view.buf, namespace, mark[1], mark[2], { end_col = mark[3], hl_group = mark[4] })
  end
  view.at = drawn.at
  for index, win in ipairs(wins) do
    -- At the end one reads on as the answer is written.
    if before > 1 and rows[index] == before then
      vim.api.nvim_win_set_cursor(win, { #drawn.lines, 0 })
    end
  end
end

local function watch()
  local asked = view
  lsp.command('watchAgent', { agent_id = view.person.user_id }, function(refusal)
    if view == asked then
      view.refusal = refusal
      render()
    end
  end)
end

--- Handle peerline/agentWork.
---@param work table
function M.update(work)
  if not view or work.agent_id ~= view.person.user_id then
    return
  end
  if not work.is_whole then
    if not view.work then
      return -- what comes before the whole turn is in it
    end
    work.events = turn.after(view.work.events or {}, work.events or {})
  end
  view.work = work
  render()
end

--- Show the agent again, if it is shown: the participants or their questions have changed.
function M.refresh()
  if not view then
    return
  end
  view.is_here = false
  for _, person in ipairs(require('peerline.participants').list) do
    if person.user_id == view.person.user_id and person.agent then
      view.person, view.is_here = person, true
    end
  end
  render()
end

--- Handle a new state of the session: after an interruption the agent is watched again, since there may
--- be another bridge, or events that were missed.
---@param before table
---@param now table
function M.set_state(before, now)
  if not view then
    return
  end
  if now.session_id and now.session_id ~= view.session_id then
    vim.api.nvim_buf_delete(view.buf, { force = true })
  elseif now.state ~= before.state then
    if now.state == 'joined' then
      view.is_here = true -- until the participants say otherwise
      watch()
    end
    render()
  end
end

local function at_cursor()
  return view.at[vim.fn.line('.')] or {}
end

local function toggle()
  local key = at_cursor().key
  if not key then
    text.notify('the cursor is not on a changed file or a call with output', vim.log.levels.WARN)
    return
  end
  view.is_open[key] = not view.is_open[key]
  render()
  -- From the middle of what is folded now, the cursor goes to the line that unfolds it again.
  for row = 1, vim.api.nvim_buf_line_count(view.buf) do
    if (view.at[row] or {}).key == key and not view.is_open[key] then
      vim.api.nvim_win_set_cursor(0, { row, 0 })
    end
  end
end

local function open_file()
  local at = at_cursor()
  if not at.file then
    text.notify('the cursor is not on a file', vim.log.levels.WARN)
    return
  end
  lsp.act('locate', { file = at.file, line = at.line or 1, column = 1 }, function(place)
    places.show(place, 'cannot open ' .. text.line(at.file, 40))
  end)
end

local function cancel()
  local prompt = at_cursor().prompt
  if prompt then
    require('peerline.prompts').cancel(prompt)
  else
    text.notify('the cursor is not on a prompt', vim.log.levels.WARN)
  end
end

local function set_up(buf)
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].undolevels = -1
  vim.bo[buf].filetype = 'peerline-agent'
  -- A session that was restored may have a buffer of this name.
  pcall(vim.api.nvim_buf_set_name, buf, 'peerline://agent')
  local map = function(key, action, description)
    vim.keymap.set('n', key, action, { buffer = buf, nowait = true, desc = description })
  end
  map('<Tab>', toggle, 'Show or hide the changes of a file, or the output of a call')
  map('<CR>', open_file, 'Open the file')
  map('p', function()
    require('peerline.prompts').give(view.person, '')
  end, 'Prompt the agent')
  map('s', function()
    require('peerline.prompts').stop(text.reveal(view.person.username))
  end, 'Stop the agent')
  map('x', cancel, 'Cancel the prompt')
  map('q', '<Cmd>close<CR>', 'Close')
  ui.hints(buf, 'Agent')
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = buf,
    once = true,
    callback = function()
      if view and view.buf == buf then
        local agent_id = view.person.user_id
        view = nil
        -- Without a session or a bridge nothing is watched anyway.
        lsp.command('unwatchAgent', { agent_id = agent_id }, function() end)
      end
    end,
  })
end

--- Show the work of an agent, or go to it.
---@param person table
function M.open(person)
  local win = view and view.person.user_id == person.user_id and ui.window_of(view.buf)
  if win then
    vim.api.nvim_set_current_win(win)
    return
  end
  if view then
    vim.api.nvim_buf_delete(view.buf, { force = true })
  end
  local buf = vim.api.nvim_create_buf(false, true)
  local session_id = require('peerline.status').state.session_id
  view = { person = person, is_here = true, session_id = session_id, buf = buf, is_open = {}, at = {} }
  vim.cmd('botright vertical ' .. ui.side_width(WIDTH, LEAST_WIDTH, MOST_WIDTH) .. 'split')
  vim.api.nvim_win_set_buf(0, buf)
  set_up(buf)
  vim.wo.wrap = true
  vim.wo.linebreak = true
  vim.wo.breakindent = true
  vim.wo.number = false
  vim.wo.relativenumber = false
  vim.wo.signcolumn = 'no'
  vim.wo.winbar = '%< <Tab> changes · <CR> open · g? keys'
  render()
  watch()
end

return M
