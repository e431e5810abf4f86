-- The threads of a line in a window, and the actions on a thread.
local actions = require('peerline.comment_actions')
local comments = require('peerline.comments')
local draft = require('peerline.draft')
local files = require('peerline.files')
local float = require('peerline.float')
local lsp = require('peerline.lsp')
local reactions = require('peerline.reactions')
local text = require('peerline.text')
local thread_view = require('peerline.thread_view')
local ui = require('peerline.ui')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline_thread')

-- The open window: its threads by id, in order, as they were last seen.
local open = nil
-- The threads that the user has resolved, the last one at the end.
local resolved = {}

local function is_open()
  return open ~= nil and vim.api.nvim_win_is_valid(open.win)
end

local function is_in_window()
  return is_open() and vim.api.nvim_get_current_win() == open.win
end

local function close()
  if open then
    float.close(open.win)
  end
  open = nil
end

--- Forget the session's threads.
function M.forget()
  close()
  resolved = {}
end

local function title_of(threads)
  return #threads == 1 and 'Comment' or ('%d comments'):format(#threads)
end

local function render()
  local threads, uri = {}, nil
  for _, id in ipairs(open.ids) do
    local now, where = comments.by_id(id)
    if now then
      open.seen[id], uri = now, where
    elseif not open.stays[id] then
      open.seen[id] = nil
    elseif open.seen[id] and open.resolved[id] ~= nil then
      open.seen[id] = vim.tbl_extend('force', open.seen[id], { resolved = open.resolved[id] })
    end
    threads[#threads + 1] = open.seen[id]
  end
  if #threads == 0 then
    close()
    return
  end
  local buf = files.loaded(uri)
  local view = thread_view.layout(threads, buf, vim.api.nvim_win_get_width(open.win))
  open.at = view.at
  float.set_lines(open.buf, view.lines)
  vim.api.nvim_buf_clear_namespace(open.buf, namespace, 0, -1)
  for _, mark in ipairs(view.marks) do
    vim.api.nvim_buf_set_extmark(open.buf, namespace, mark[1], mark[2], { end_col = mark[3], hl_group = mark[4] })
  end
  float.markdown(open.buf, view.markdown)
  float.set_title(open.win, open.title or title_of(threads))
  float.fit(open.win)
end

comments.on_change(function()
  if is_open() then
    render()
  end
end)

--- Call `action` with the thread at the cursor; ask which one if the line has several.
local function with_thread(action)
  if is_in_window() then
    local at = open.at[vim.fn.line('.')]
    if at then
      action(at.thread)
    end
    return
  end
  ui.with_one(comments.at_cursor(), {
    none = 'there is no comment on this line',
    prompt = 'Which comment?',
    format_item = function(thread)
      return thread_view.summary(thread, 80)
    end,
  }, action)
end

--- Call `action` with the comment or reply at the cursor of the window.
local function on_item(action)
  return function()
    local at = open and open.at[vim.fn.line('.')]
    if at then
      action(at.item, at.thread)
    end
  end
end

--- Apply the suggestion at the cursor; ask which one if there are several.
function M.apply()
  local at = is_in_window() and open.at[vim.fn.line('.')]
  if at and at.suggestion then
    actions.apply(at.item, at.suggestion)
  elseif at then
    actions.choose_suggestion({ at.thread })
  else
    actions.choose_suggestion(comments.at_cursor())
  end
end

--- Show a line of a document, and remember in the jump list where the cursor was.
local function show_line(uri, line)
  local win = ui.file_window()
  vim.api.nvim_set_current_win(win)
  vim.cmd("normal! m'")
  local reason = files.show(win, vim.uri_to_fname(uri))
  if reason then
    text.notify('cannot go to the comment: ' .. reason, vim.log.levels.WARN)
    return
  end
  vim.api.nvim_win_set_cursor(win, { math.min(line + 1, vim.api.nvim_buf_line_count(0)), 0 })
  vim.cmd('normal! ^zv')
end

--- Go to the line of the thread, in a window for files.
local function go_to()
  local at = open and open.at[vim.fn.line('.')]
  local thread, uri = nil, nil
  if at then
    thread, uri = comments.by_id(at.thread.id)
    uri = uri or at.thread.uri
    thread = thread or at.thread
  end
  if not thread or not uri or thread.outdated then
    text.notify('the comment has no line in a file here', vim.log.levels.WARN)
    return
  end
  close()
  show_line(uri, thread.line)
end

--- Move to the next comment or reply in the window, or to a previous one.
local function step(by)
  local row, last = vim.fn.line('.'), vim.fn.line('$')
  local at = open.at[row]
  local from = at and at.item
  while row + by >= 1 and row + by <= last and open.at[row].item == from do
    row = row + by
  end
  -- To its first line.
  while by < 0 and row > 1 and open.at[row - 1].item == open.at[row].item do
    row = row - 1
  end
  vim.api.nvim_win_set_cursor(0, { row, 0 })
end

--- Show threads in a window.
---@param threads table[]
---@param title string? how many they are if it is left out
function M.show(threads, title)
  close()
  open = { ids = {}, seen = {}, stays = {}, resolved = {}, at = {}, title = title }
  for _, thread in ipairs(threads) do
    open.ids[#open.ids + 1] = thread.id
    open.seen[thread.id] = thread
    -- Threads of closed files, and resolved ones, are in no list that is kept up to date.
    open.stays[thread.id] = comments.by_id(thread.id) == nil
  end
  open.buf = float.buffer('peerline-thread')
  -- For the first guess of the height.
  float.set_lines(open.buf, thread_view.layout(threads, nil, 1).lines)
  open.win = float.open(open.buf, {
    title = title or title_of(threads),
    footer = 'r reply · x resolve · a apply · g? keys · q close',
    keys = {
      r = {
        function()
          M.reply('')
        end,
        desc = 'Reply',
      },
      x = { M.toggle_resolved, desc = 'Resolve the thread, or reopen it' },
      a = { M.apply, desc = 'Apply the suggestion' },
      e = { on_item(actions.edit), desc = 'Edit what you wrote; what was refused is sent again' },
      d = { on_item(actions.delete), desc = 'Delete the comment or reply' },
      ['+'] = { on_item(reactions.toggle), desc = 'Add or remove a reaction' },
      y = { on_item(actions.yank), desc = 'Copy the text' },
      ['<CR>'] = { go_to, desc = 'Go to the line' },
      [']]'] = {
        function()
          step(1)
        end,
        desc = 'Next comment or reply',
      },
      ['[['] = {
        function()
          step(-1)
        end,
        desc = 'Previous comment or reply',
      },
      q = { close, desc = 'Close' },
      ['<Esc>'] = { close, desc = 'Close' },
    },
  })
  render()
end

--- Show the threads at the cursor.
function M.open()
  local threads = comments.at_cursor()
  if #threads == 0 then
    text.notify('there is no comment on this line', vim.log.levels.WARN)
    return
  end
  M.show(threads)
end

--- Reply to the thread at the cursor; without text, in a window.
---@param content string
function M.reply(content)
  with_thread(function(thread)
    local function send(body, done)
      lsp.command('reply', { comment_id = thread.id, content = body }, done)
    end
    if content ~= '' then
      send(content)
      return
    end
    local _, uri = comments.by_id(thread.id)
    local buf = files.loaded(uri)
    draft.open({
      key = 'reply ' .. thread.id,
      title = 'Reply to ' .. thread.username,
      suggest = function()
        return thread_view.present_lines(comments.by_id(thread.id) or thread, buf)
      end,
      send = send,
    })
  end)
end

local function set_resolved(thread, wanted, done)
  lsp.act('resolve', { comment_id = thread.id, resolved = wanted }, function()
    resolved = vim.tbl_filter(function(id)
      return id ~= thread.id
    end, resolved)
    if wanted then
      resolved[#resolved + 1] = thread.id
      text.notify('resolved; :Peerline reopen takes it back')
    else
      text.notify('the thread is open again')
    end
    if is_open() and open.seen[thread.id] then
      open.resolved[thread.id] = wanted
      render()
    end
    if done then
      done()
    end
  end)
end

--- Resolve the thread at the cursor.
function M.resolve()
  with_thread(function(thread)
    set_resolved(thread, true)
  end)
end

--- Reopen a resolved thread.
---@param thread {id: string}
---@param done fun()?
function M.reopen_thread(thread, done)
  set_resolved(thread, false, done)
end

--- Reopen the thread that the user has resolved last; without one, list the resolved ones.
function M.reopen()
  local id = resolved[#resolved]
  if id then
    set_resolved({ id = id }, false)
  else
    require('peerline.comment_lists').resolved()
  end
end

--- In the window: resolve the thread at the cursor, or reopen it.
function M.toggle_resolved()
  with_thread(function(thread)
    -- It stays in the window, so that the same key takes it back.
    open.stays[thread.id] = true
    set_resolved(thread, not thread.resolved)
  end)
end

return M
