-- The questions of AI agents: announced, shown whole, and answered.
local float = require('peerline.float')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

M.list = {}

local LABELS = { allow_once = 'Allow once', deny = 'Deny' }
local KEYS = { allow_once = 'a', deny = 'd' }
-- The cells of a line: a longer one is broken here, since one that does not fit is not seen whole.
local WIDTH = 72
-- The question in the open window: { approval, buf, win }.
local shown = nil

local function warn(refusal)
  if refusal then
    text.notify(refusal, vim.log.levels.WARN)
  end
end

local function name_of(approval)
  return text.line(approval.username, 24)
end

--- The questions that the user may answer: all, those of an agent of this name, or with this id.
local function answerable(name)
  return vim.tbl_filter(function(approval)
    local is_meant = name == '' or text.reveal(approval.username) == name or approval.id == name
    return approval.may_answer and is_meant
  end, M.list)
end

--- `Run command (Bash)`: what an agent asks, in one line.
---@param approval table
---@return string
function M.title(approval)
  local tool = approval.tool and (' (' .. text.line(approval.tool, 24) .. ')') or ''
  return text.line(approval.title, 60) .. tool
end

--- The open questions of an agent, in lines.
---@param user_id string
---@return string[]
function M.asked_by(user_id)
  local titles = {}
  for _, approval in ipairs(M.list) do
    if approval.user_id == user_id then
      titles[#titles + 1] = 'asks: ' .. M.title(approval)
    end
  end
  return titles
end

--- The agents whose questions the user may answer, as typed in commands.
---@return string[]
function M.names()
  local names = {}
  for _, approval in ipairs(answerable('')) do
    local name = text.reveal(approval.username)
    if not vim.tbl_contains(names, name) then
      names[#names + 1] = name
    end
  end
  return names
end

local function close()
  local win = shown and shown.win
  shown = nil
  float.close(win)
end

--- Handle peerline/approvals: announce what is new, and what was closed by others.
---@param params {approvals: table[], closed: table[]?}
function M.update(params)
  local known = {}
  for _, approval in ipairs(M.list) do
    known[approval.id] = approval
  end
  M.list = params.approvals or {}
  require('peerline.agents').refresh()
  local open = {}
  for _, approval in ipairs(M.list) do
    open[approval.id] = true
    if approval.may_answer and not (known[approval.id] and known[approval.id].may_answer) then
      local name = name_of(approval)
      text.notify(('%s asks: %s: :Peerline approve %s'):format(name, M.title(approval), name))
    end
  end
  local is_told = false
  for _, closed in ipairs(params.closed or {}) do
    local before = known[closed.id]
    if before and before.may_answer and not closed.is_mine then
      text.notify(text.line(closed.text, 120))
      is_told = true
    end
  end
  if shown and not open[shown.approval.id] then
    close()
    if not is_told and #(params.closed or {}) == 0 then
      text.notify('the question is no longer open')
    end
  end
end

local function send(approval, choice)
  local arguments = { approval_id = approval.id, answer = choice, digest = approval.digest }
  lsp.command('answerApproval', arguments, warn)
end

--- Answer the question that is shown; to allow, its end must be in sight.
local function answer(choice)
  local approval = shown.approval
  if choice == 'allow_once' and vim.fn.line('w$', shown.win) < vim.api.nvim_buf_line_count(shown.buf) then
    text.notify('read it to its end first: <C-f> shows more', vim.log.levels.WARN)
    return
  end
  close()
  send(approval, choice)
end

local function choose()
  vim.ui.select(shown.approval.options, {
    prompt = ('%s asks: %s'):format(name_of(shown.approval), M.title(shown.approval)),
    format_item = function(choice)
      return LABELS[choice]
    end,
  }, function(choice)
    if choice and shown then
      answer(choice)
    end
  end)
end

--- A line in pieces that fit into the window; all but the first begin with a mark.
local function broken(line)
  if vim.fn.strdisplaywidth(line) <= WIDTH then
    return { line }
  end
  local pieces, piece, used = {}, {}, 0
  for _, char in ipairs(vim.fn.split(line, '\\zs')) do
    local cells = vim.fn.strdisplaywidth(char)
    if used + cells > WIDTH then
      pieces[#pieces + 1] = table.concat(piece)
      piece, used = { '↪ ' }, 2
    end
    piece[#piece + 1] = char
    used = used + cells
  end
  pieces[#pieces + 1] = table.concat(piece)
  return pieces
end

local function lines_of(approval)
  local owner = approval.owner ~= '' and (' (agent of %s)'):format(text.line(approval.owner, 24)) or ''
  local lines = { name_of(approval) .. owner .. ' asks: ' .. text.reveal(approval.title) }
  if approval.tool then
    lines[#lines + 1] = 'Tool: ' .. text.reveal(approval.tool)
  end
  if #(approval.files or {}) > 0 then
    lines[#lines + 1] = 'Files: ' .. text.reveal(table.concat(approval.files, ', '))
  end
  if approval.detail ~= '' then
    lines[#lines + 1] = ''
    vim.list_extend(lines, text.lines(approval.detail))
  end
  lines[#lines + 1] = ''
  lines[#lines + 1] = 'No answer until ' .. text.clock(approval.expires_at) .. ' is a no.'
  return vim.iter(lines):map(broken):flatten():totable()
end

local function show(approval)
  close()
  local closing = { close, desc = 'Answer later' }
  local keys = { q = closing, ['<Esc>'] = closing, ['<CR>'] = { choose, desc = 'Choose an answer' } }
  local footer = {}
  for _, choice in ipairs(approval.options) do
    local label = LABELS[choice]
    footer[#footer + 1] = KEYS[choice] .. ' ' .. label:lower()
    keys[KEYS[choice]] = {
      function()
        answer(choice)
      end,
      desc = label,
    }
  end
  footer[#footer + 1] = 'q later'
  local buf = float.buffer('peerline-approval')
  float.set_lines(buf, lines_of(approval))
  local win = float.open(buf, {
    title = 'Question of ' .. name_of(approval),
    footer = table.concat(footer, ' · '),
    keys = keys,
  })
  shown = { approval = approval, buf = buf, win = win }
  vim.api.nvim_create_autocmd('WinClosed', {
    pattern = tostring(win),
    once = true,
    callback = function()
      shown = shown and shown.win ~= win and shown or nil
    end,
  })
end

local function with_question(name, action)
  local none = name == '' and 'no agent asks anything that you may answer'
    or name .. ' asks nothing that you may answer'
  ui.with_one(answerable(name), {
    none = none,
    prompt = 'Which question?',
    format_item = function(approval)
      return name_of(approval) .. ': ' .. M.title(approval)
    end,
  }, action)
end

--- Show a question whole, to be answered.
---@param name string of the agent, or the question's id; empty for any
function M.review(name)
  with_question(name, function(asked)
    lsp.command('getApproval', { approval_id = asked.id }, function(refusal, approval)
      warn(refusal)
      if not refusal then
        show(approval)
      end
    end)
  end)
end

--- Deny what an agent asks.
---@param name string of the agent, or the question's id; empty for any
function M.deny(name)
  with_question(name, function(approval)
    send(approval, 'deny')
  end)
end

--- Whether the user may answer a question of this agent or id, or any if it is empty.
---@param name string
---@return boolean
function M.has(name)
  return #answerable(name) > 0
end

return M
