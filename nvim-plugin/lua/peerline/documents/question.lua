-- The question about a file whose text differs from the shared one: a diff, and three answers.
local float = require('peerline.float')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local files = require('peerline.files')

local M = {}

-- The questions without an answer, by URI.
local open = {}
-- The URI of the question on the screen.
local shown = nil

-- A question asked amid typing would take the next keys for its answer.
local QUIET_MILLISECONDS = 500
local namespace = vim.api.nvim_create_namespace('peerline_document_question')
local last_key = -QUIET_MILLISECONDS
local is_waiting = false

local function choices_of(question)
  local own = question.kind == 'disk' and 'share the text of the file' or 'offer mine'
  local choices = { { 'shared', 'use the shared text (yours is kept in a file)' } }
  if question.can_offer then
    choices[#choices + 1] = { 'mine', own .. ' (the difference becomes your edits)' }
  end
  choices[#choices + 1] = { 'later', question.kind == 'disk' and 'stop sharing here' or 'not now' }
  return choices
end

local function prompt_of(question)
  local name = text.line(question.file, 40)
  local change = ('+%d -%d lines'):format(question.lines_added, question.lines_removed)
  if question.kind == 'disk' then
    return ('%s has changed on the disk (%s):'):format(name, change)
  end
  return ('%s differs from the text that %s shares (%s):'):format(
    name,
    text.line(question.shared_by_name, 24),
    change
  )
end

--- Show the difference in a tab page of its own; returns a function that closes it.
local function preview(question)
  local back = vim.api.nvim_get_current_tabpage()
  local buf = float.buffer('diff')
  local lines = vim.split((question.diff:gsub('\n$', '')), '\n', { plain = true })
  float.set_lines(buf, lines)
  vim.cmd.tabnew()
  local tab, win = vim.api.nvim_get_current_tabpage(), vim.api.nvim_get_current_win()
  local empty = vim.api.nvim_win_get_buf(win)
  vim.api.nvim_win_set_buf(win, buf)
  vim.api.nvim_buf_delete(empty, { force = true })
  vim.cmd.redraw()
  return function()
    if vim.api.nvim_tabpage_is_valid(tab) and #vim.api.nvim_list_tabpages() > 1 then
      vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(tab))
    end
    if vim.api.nvim_tabpage_is_valid(back) then
      vim.api.nvim_set_current_tabpage(back)
    end
  end
end

--- Ask now.
local function ask(question)
  shown = question.uri
  local close = preview(question)
  vim.ui.select(choices_of(question), {
    prompt = prompt_of(question),
    kind = 'peerline-document',
    format_item = function(choice)
      return choice[2]
    end,
  }, function(choice)
    shown = nil
    close()
    -- The texts may have become the same meanwhile, or the question another one.
    if open[question.uri] ~= question then
      M.check()
      return
    end
    question.is_answered = true
    local answer = choice and choice[1] or 'later'
    lsp.command('answerDocument', { uri = question.uri, choice = answer })
    if answer == 'later' then
      text.notify(('%s keeps your text; :Peerline share asks again'):format(text.line(question.file, 40)))
    end
  end)
end

--- The milliseconds until the user types no more; 0 if they do not type.
local function until_quiet()
  if vim.fn.getchar(1) ~= 0 then
    return QUIET_MILLISECONDS
  end
  return math.max(0, last_key + QUIET_MILLISECONDS - vim.uv.now())
end

--- Ask the question about the current buffer, unless the user is amid something: keys that are
--- typed for the text must not answer it.
function M.check()
  local mode = vim.api.nvim_get_mode()
  if shown or mode.mode ~= 'n' or mode.blocking then
    return
  end
  local question = open[vim.uri_from_bufnr(0)]
  if not question or question.is_answered then
    return
  end
  local wait = until_quiet()
  if wait == 0 then
    ask(question)
  elseif not is_waiting then
    is_waiting = true
    vim.defer_fn(function()
      is_waiting = false
      M.check()
    end, wait)
  end
end

--- Ask again a question that was put off.
---@param uri string
---@return boolean whether there is one
function M.again(uri)
  local question = open[uri]
  if question then
    question.is_answered = false
    last_key = -QUIET_MILLISECONDS
    vim.schedule(M.check)
  end
  return question ~= nil
end

--- Handle peerline/documentQuestion.
---@param question table
function M.update(question)
  if question.is_settled then
    open[question.uri] = nil
    return
  end
  local before = open[question.uri]
  -- Only the diff is new: the user has said that it is not to be asked now.
  question.is_answered = before and before.is_answered and before.kind == question.kind or false
  open[question.uri] = question
  local buf = files.loaded(question.uri)
  if buf and buf ~= vim.api.nvim_get_current_buf() then
    text.notify(text.line(question.file, 40) .. ' differs from the shared text; go there to choose', vim.log.levels.WARN)
  end
  M.check()
end

--- Ask when the user is back in a buffer, or in normal mode, and types no more.
function M.setup()
  vim.on_key(function()
    last_key = vim.uv.now()
  end, namespace)
  vim.api.nvim_create_autocmd({ 'BufEnter', 'ModeChanged' }, {
    group = vim.api.nvim_create_augroup('peerline_document_question', { clear = true }),
    callback = function()
      if next(open) then
        vim.schedule(M.check)
      end
    end,
  })
end

--- Forget the questions.
function M.clear()
  open, shown, last_key = {}, nil, -QUIET_MILLISECONDS
  vim.on_key(nil, namespace)
  pcall(vim.api.nvim_del_augroup_by_name, 'peerline_document_question')
end

return M
