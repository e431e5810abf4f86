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

--- `agent of alice · claude-code · opus`.
---@param agent table
---@return string
function M.about_text(agent)
  return joined({ M.owner_text(agent), agent.product, agent.model and text.reveal(agent.model) or '' })
end

local function agents()
  return vim.tbl_filter(function(person)
    return person.agent ~= nil
  end, require('peerline.participants').list)
end

--- The names of the agents, as typed in commands.
---@return string[]
function M.names()
  return vim.tbl_map(function(person)
    return text.reveal(person.username)
  end, agents())
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

--- Show the agents again, where they are shown.
function M.refresh()
  require('peerline.agent_view').refresh()
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

--- Show the work of the agent of this name.
local function open_named(name)
  local wanted = vim.fn.tolower((name:gsub('^@', '')))
  for _, person in ipairs(agents()) do
    if vim.fn.tolower(text.reveal(person.username)) == wanted then
      require('peerline.agent_view').open(person)
      return
    end
  end
  text.notify('no agent here is called ' .. name, vim.log.levels.WARN)
end

--- Show each agent with its owner, what it does and takes, its plan, and the prompts that wait for it.
---@param name string of the agent whose work is shown instead; empty for all of them
function M.open(name)
  if name ~= '' then
    open_named(name)
    return
  end
  buffer = float.buffer('peerline-agents')
  render()
  local close = '<Cmd>close<CR>'
  float.open(buffer, {
    title = 'Agents',
    footer = '<CR> its work · p prompt · s stop · x cancel a prompt · q close',
    keys = {
      q = { close, desc = 'Close' },
      ['<Esc>'] = { close, desc = 'Close' },
      ['<CR>'] = {
        at_cursor('agent', function(agent)
          vim.cmd.close()
          require('peerline.agent_view').open(agent)
        end),
        desc = 'Show the work of the agent',
      },
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
