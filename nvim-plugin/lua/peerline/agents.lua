-- The AI agents among the participants: the words about them, and a window with their plans and prompts.
local float = require('peerline.float')
local highlights = require('peerline.highlights')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

local STATES = {
  waiting_approval = 'waits for approval',
  waiting_input = 'waits for an answer',
}
local MARKS = { pending = '[ ] ', in_progress = '[>] ', completed = '[x] ' }
local namespace = vim.api.nvim_create_namespace('peerline_agents')
local buffer = nil
-- The agent and the prompt in each row of the window: { agent, prompt }.
local rows = {}

local function joined(parts)
  return table.concat(
    vim.tbl_filter(function(part)
      return part ~= ''
    end, parts),
    ' · '
  )
end

--- `agent of alice`.
---@param agent table
---@return string
function M.owner_text(agent)
  return agent.owner == '' and 'agent' or 'agent of ' .. text.line(agent.owner, 24)
end

--- `working: Editing src/cart.py`; empty before the agent has told anything.
---@param agent table
---@return string
function M.doing_text(agent)
  local state = agent.state and (STATES[agent.state] or agent.state) or ''
  local doing = agent.doing and text.reveal(agent.doing) or ''
  return state ~= '' and doing ~= '' and state .. ': ' .. doing or state .. doing
end

--- The reasons why its health is not whole, in parentheses behind it.
local function reasons(agent)
  local told = vim.tbl_map(text.reveal, agent.health_reasons or {})
  return #told > 0 and ' (' .. table.concat(told, ', ') .. ')' or ''
end

--- `51 % of context · 0.17 USD · health 92 (a call failed)`, of these what is known.
---@param agent table
---@return string
function M.usage_text(agent)
  return joined({
    agent.context_percent and agent.context_percent .. ' % of context' or '',
    agent.cost and vim.trim(('%.2f %s'):format(agent.cost, agent.currency or '')) or '',
    agent.health and ('health %.0f'):format(agent.health) .. reasons(agent) or '',
  })
end

local function agents()
  return vim.tbl_filter(function(person)
    return person.agent ~= nil
  end, require('peerline.participants').list)
end

local function render()
  local lines, heads = {}, {}
  rows = {}
  for _, person in ipairs(agents()) do
    local agent = person.agent
    if #lines > 0 then
      lines[#lines + 1] = ''
    end
    local name = text.line(person.username, 24)
    lines[#lines + 1] = ('● %s  %s'):format(name, M.owner_text(agent))
    heads[#heads + 1] = { #lines - 1, #('● ' .. name), highlights.group('Name', person.color) }
    local kind = { agent.product, agent.model and text.reveal(agent.model) or '', M.usage_text(agent) }
    for _, line in ipairs({ M.doing_text(agent), joined(kind) }) do
      if line ~= '' then
        lines[#lines + 1] = '  ' .. line
      end
    end
    for _, asked in ipairs(require('peerline.approvals').asked_by(person.user_id)) do
      lines[#lines + 1] = '  ' .. asked
    end
    for _, entry in ipairs(agent.plan or {}) do
      lines[#lines + 1] = '  ' .. MARKS[entry.status] .. text.reveal(entry.text)
    end
    for _, prompt in ipairs(agent.queue and agent.queue.prompts or {}) do
      lines[#lines + 1] = '  ' .. require('peerline.prompts').line(prompt)
      rows[#lines] = { agent = person, prompt = prompt }
    end
    for row = heads[#heads][1] + 1, #lines do
      rows[row] = rows[row] or { agent = person }
    end
  end
  if #lines == 0 then
    lines = { 'No agent is here.' }
  end
  float.set_lines(buffer, lines)
  for _, head in ipairs(heads) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, head[1], 0, { end_col = head[2], hl_group = head[3] })
  end
end

--- Show the agents again, if their window is open.
function M.refresh()
  local win = buffer and ui.window_of(buffer)
  if win then
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
    render()
    float.fit(win)
  end
end

--- Do something about the agent, or the prompt, at the cursor.
local function at_cursor(what, action)
  return function()
    local row = rows[vim.fn.line('.')] or {}
    if row[what] then
      action(row[what])
    else
      text.notify('the cursor is not on ' .. (what == 'prompt' and 'a prompt' or 'an agent'), vim.log.levels.WARN)
    end
  end
end

--- Show each agent with its owner, what it does and takes, its plan, and the prompts that wait for it.
function M.open()
  buffer = float.buffer('peerline-agents')
  render()
  local close = '<Cmd>close<CR>'
  float.open(buffer, {
    title = 'Agents',
    footer = 'p prompt · s stop · x cancel a prompt · q close',
    keys = {
      q = { close, desc = 'Close' },
      ['<Esc>'] = { close, desc = 'Close' },
      p = {
        at_cursor('agent', function(agent)
          require('peerline.prompts').give(agent, '')
        end),
        desc = 'Prompt the agent',
      },
      s = {
        at_cursor('agent', function(agent)
          require('peerline.prompts').stop(text.reveal(agent.username))
        end),
        desc = 'Stop the agent',
      },
      x = {
        at_cursor('prompt', function(prompt)
          require('peerline.prompts').cancel(prompt)
        end),
        desc = 'Cancel the prompt',
      },
    },
  })
end

return M
