-- The work of an AI agent in lines: what it was asked, its calls, the files it changed, what it uses. Pure.
local highlights = require('peerline.highlights')
local text = require('peerline.text')

local M = {}

-- Of the changes of a file, and of the output of a call, the first lines are drawn.
local MOST_LINES = 1000
-- The events that a turn keeps: as many as the bridge sends.
local MOST_EVENTS = 200
local KINDS = {
  read = 'Read',
  edit = 'Edit',
  delete = 'Delete',
  move = 'Move',
  search = 'Search',
  execute = 'Run',
  think = 'Think',
  fetch = 'Fetch',
  switch_mode = 'Mode',
}
local SIGNS = { completed = '✓', failed = '✗', denied = '✗', pending = '…', running = '…' }
local ENDS = { failed = 'failed', denied = 'denied', pending = 'waits', running = 'runs' }
local MARKS = { pending = '[ ] ', in_progress = '[>] ', completed = '[x] ' }

---@class peerline.AgentLines
---@field lines string[]
---@field marks {[1]: integer, [2]: integer, [3]: integer, [4]: string}[] row, from, to, group
---@field at table<integer, {key: string?, file: string?, line: integer?, prompt: table?}> by line, from 1

--- The lines of diffs and outputs, by what has them: long texts are gone through once.
local lines_of = setmetatable({}, { __mode = 'k' })

local function lines_once(holder, content)
  lines_of[holder] = lines_of[holder] or text.code_lines((content:gsub('\n$', '')))
  return lines_of[holder]
end

--- The events of a turn with those that follow; a prompt among them begins another turn.
---@param known table[]
---@param news table[]
---@return table[]
function M.after(known, news)
  local last = known[#known] and known[#known].seq or 0
  local all = vim.list_slice(known)
  for _, event in ipairs(news) do
    if event.seq > last then
      all = event.data.kind == 'prompt' and {} or all
      all[#all + 1] = event
    end
  end
  return vim.list_slice(all, math.max(1, #all - MOST_EVENTS + 1))
end

--- 41 ms, 1.4 s, 42 s, 1:05 min.
local function duration(took)
  if took < 1000 then
    return ('%d ms'):format(took)
  elseif took < 10000 then
    return (('%.1f s'):format(took / 1000):gsub('%.0 ', ' '))
  end
  local seconds = math.floor(took / 1000 + 0.5)
  return seconds < 60 and seconds .. ' s' or ('%d:%02d min'):format(math.floor(seconds / 60), seconds % 60)
end

--- 51,234.
local function grouped(count)
  local digits = ('%d'):format(count):reverse():gsub('(%d%d%d)', '%1,'):reverse()
  return (digits:gsub('^,', ''))
end

local function tokens(count)
  return grouped(count) .. ' tokens'
end

--- A tool and what it was called with; many a title begins with the tool.
local function called(kind, name, title)
  if not title or title == '' then
    return text.reveal(name)
  end
  local start = vim.fn.tolower(name) .. ' '
  local is_told = vim.startswith(vim.fn.tolower(kind) .. ' ', start)
    or vim.startswith(vim.fn.tolower(title) .. ' ', start)
  return text.reveal(is_told and title or name .. ' ' .. title)
end

local Out = {}
Out.__index = Out

function Out:add(line, group, at)
  self.lines[#self.lines + 1] = line
  self.at[#self.lines] = at
  if group and line ~= '' then
    self.marks[#self.marks + 1] = { #self.lines - 1, 0, #line, group }
  end
end

function Out:part(title)
  self:add('')
  self:add(title, 'PeerlineHeading')
end

--- The lines of a diff or an output; those of a diff lead to where they are in the file.
function Out:code(holder, content, at, is_diff)
  local lines = lines_once(holder, content)
  local number = nil
  for index, line in ipairs(lines) do
    if index > MOST_LINES then
      local more = #lines - MOST_LINES
      self:add(('    … and %d more %s'):format(more, more == 1 and 'line' or 'lines'), 'PeerlineSystem', at)
      return
    end
    local first, group = is_diff and line:sub(1, 1) or '', nil
    if first == '@' then
      number = tonumber(line:match('^@@ %-[%d,]+ %+(%d+)'))
      group = 'PeerlineSystem'
    elseif first == '+' then
      group = 'PeerlineSuggestionNew'
    elseif first == '-' then
      group = 'PeerlineSuggestionOld'
    end
    self:add('    ' .. line, group, vim.tbl_extend('force', at, { line = number and math.max(1, number) }))
    if number and (first == '+' or first == ' ') then
      number = number + 1
    end
  end
end

local function add_call(out, call, key, is_open)
  local files = call.files or {}
  local kind = KINDS[call.tool_kind or call.kind] or 'Tool'
  local title = call.title ~= '' and call.title or nil
  local what = called(kind, call.name, title or (files[1] and files[1].file))
  local parts = { ('  %s %s %s'):format(SIGNS[call.status] or '·', kind, what) }
  parts[#parts + 1] = ENDS[call.status]
  if call.duration_ms then
    parts[#parts + 1] = duration(call.duration_ms)
  end
  local has_output = (call.output or '') ~= ''
  if has_output then
    parts[#parts + 1] = is_open and '▾ output' or '▸ output'
  end
  local is_bad = call.status == 'failed' or call.status == 'denied'
  local at = { key = has_output and key or nil, file = files[1] and files[1].file }
  out:add(table.concat(parts, '  '), is_bad and 'PeerlineRefused' or nil, at)
  if has_output and is_open then
    out:code(call, call.output, at, false)
  end
end

local function add_turn(out, events, tool, is_open)
  local prompt, ended, calls = nil, nil, {}
  for _, event in ipairs(events) do
    local kind = event.data.kind
    if kind == 'prompt' then
      prompt = event.data
    elseif kind == 'turn_end' then
      ended = event.data
    elseif kind == 'tool_call' then
      calls[#calls + 1] = event
    end
  end
  local is_at_one = tool and (tool.status == 'pending' or tool.status == 'running')
  out:part(ended and 'Last turn' or 'This turn')
  for _, line in ipairs(prompt and text.lines(prompt.text) or {}) do
    out:add('  > ' .. line, 'PeerlineSystem')
  end
  for _, event in ipairs(calls) do
    local key = 'call ' .. event.seq
    add_call(out, event.data, key, is_open[key])
  end
  if is_at_one then
    add_call(out, tool, '', false)
  end
  if #calls == 0 and not is_at_one then
    out:add('  No tool was called.', 'PeerlineSystem')
  end
  if ended then
    local after = ended.duration_ms and ' after ' .. duration(ended.duration_ms) or ''
    out:add(('  Turn ended%s: %s'):format(after, text.reveal(ended.reason)), 'PeerlineSystem')
  end
end

--- Each changed file once, with its lines summed up, in the order of the last change.
local function changed_files(events)
  local names, found = {}, {}
  for _, event in ipairs(events) do
    for _, file in ipairs(event.data.files or {}) do
      local one = found[file.file] or { file = file.file, diffs = {} }
      found[file.file] = one
      one.added = file.lines_added and (one.added or 0) + file.lines_added or one.added
      one.removed = file.lines_removed and (one.removed or 0) + file.lines_removed or one.removed
      if (file.diff or '') ~= '' then
        one.diffs[#one.diffs + 1] = file
      end
      names = vim.tbl_filter(function(name)
        return name ~= file.file
      end, names)
      names[#names + 1] = file.file
    end
  end
  return vim.tbl_map(function(name)
    return found[name]
  end, names)
end

local function add_files(out, events, is_open)
  local files = changed_files(events)
  if #files > 0 then
    out:part('File changes')
  end
  for _, file in ipairs(files) do
    local key = #file.diffs > 0 and 'file ' .. file.file or nil
    local fold = not key and ' ' or is_open[key] and '▾' or '▸'
    local counts = (file.added and '  +' .. file.added or '') .. (file.removed and '  −' .. file.removed or '')
    local at = { key = key, file = file.file }
    out:add(('%s %s%s'):format(fold, text.reveal(file.file), counts), nil, at)
    for _, change in ipairs(key and is_open[key] and file.diffs or {}) do
      out:code(change, change.diff, at, true)
    end
  end
end

local function add_usage(out, usage)
  local used, limit = usage.context_used, usage.context_limit
  local share = used and (limit or 0) > 0 and ('%.0f %%, '):format(100 * used / limit) or ''
  local rows = {
    { 'Context', used and share .. grouped(used) .. (limit and ' of ' .. grouped(limit) or '') .. ' tokens' },
    { 'Input', usage.input_tokens and tokens(usage.input_tokens) },
    { 'Output', usage.output_tokens and tokens(usage.output_tokens) },
    { 'Cached', usage.cached_tokens and tokens(usage.cached_tokens) },
    { 'Cost', usage.cost and vim.trim(('%.2f %s'):format(usage.cost, usage.currency or '')) },
  }
  local is_begun = false
  for _, row in ipairs(rows) do
    if row[2] then
      if not is_begun then
        out:part('Usage')
      end
      is_begun = true
      out:add(('  %-8s %s'):format(row[1], row[2]))
    end
  end
end

local function add_plan(out, plan)
  local done = 0
  for _, entry in ipairs(plan) do
    done = done + (entry.status == 'completed' and 1 or 0)
  end
  if #plan > 0 then
    out:part(('Plan: %d of %d done'):format(done, #plan))
  end
  for _, entry in ipairs(plan) do
    out:add('  ' .. (MARKS[entry.status] or MARKS.pending) .. text.reveal(entry.text))
  end
end

--- All that is shown of an agent.
---@param person table
---@param work table? what the bridge sent of its work; nil before that
---@param note string what is said above it; empty for nothing
---@param is_open table<string, boolean> what is unfolded, by key
---@return peerline.AgentLines
function M.view(person, work, note, is_open)
  local agents = require('peerline.agents')
  local agent = person.agent
  local out = setmetatable({ lines = {}, marks = {}, at = {} }, Out)
  local name = '● ' .. text.line(person.username, 24)
  out:add(name .. '  ' .. agents.about_text(agent))
  out.marks[1] = { 0, 0, #name, highlights.group('Name', person.color) }
  local doing = agents.doing_text(agent)
  out:add('  ' .. (doing ~= '' and doing or 'No activity reported yet.'))
  if note ~= '' then
    out:add('  ' .. note, 'PeerlineNew')
  end
  for _, asked in ipairs(require('peerline.approvals').asked_by(person.user_id)) do
    out:add('  ' .. asked, 'PeerlineNew')
  end
  local prompts = agent.queue and agent.queue.prompts or {}
  if #prompts > 0 then
    out:part('Prompts')
  end
  for _, prompt in ipairs(prompts) do
    out:add('  ' .. require('peerline.prompts').line(prompt), nil, { prompt = prompt })
  end
  add_plan(out, agent.plan or {})
  if work then
    add_turn(out, work.events or {}, work.tool, is_open)
    add_files(out, work.events or {}, is_open)
    add_usage(out, work.usage or {})
  end
  if agent.health then
    out:part(('Health %.0f of 100'):format(agent.health))
    for _, reason in ipairs(agent.health_reasons or {}) do
      out:add('  ' .. text.reveal(reason))
    end
  end
  if work and (work.answer or '') ~= '' then
    -- The last part: it grows, and nothing moves by that.
    out:part('Answer so far')
    for _, line in ipairs(text.code_lines(work.answer)) do
      out:add('  ' .. line)
    end
  end
  return { lines = out.lines, marks = out.marks, at = out.at }
end

return M
