-- The prompts of shared agents: given, taken back, and their turns stopped.
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

local namespace = vim.api.nvim_create_namespace('peerline_prompt')

local function warn(refusal)
  if refusal then
    text.notify(refusal, vim.log.levels.WARN)
  end
end

local function name_of(agent)
  return text.reveal(agent.username)
end

--- The shared agents of whose queue this holds.
---@param right 'may_prompt'|'may_stop'
local function agents(right)
  return vim.tbl_filter(function(person)
    local queue = person.agent and person.agent.queue
    return queue ~= nil and queue[right] == true
  end, require('peerline.participants').list)
end

--- The names of agents that the user may prompt, or stop, as typed in commands.
---@param right 'may_prompt'|'may_stop'
---@return string[]
function M.names(right)
  return vim.tbl_map(name_of, agents(right))
end

--- A prompt of a queue in one line.
---@param prompt table
---@return string
function M.line(prompt)
  return prompt.state .. ': ' .. text.line(prompt.username, 24) .. ': ' .. text.line(prompt.text, 200)
end

--- The agent whose name a text begins with, the longest one, and the rest of the text.
local function named(rest)
  local found, after = nil, rest
  for _, person in ipairs(require('peerline.participants').list) do
    local name = person.agent and person.agent.queue and name_of(person)
    local words = vim.startswith(rest, '@') and rest:sub(2) or rest
    if name and (not found or #name > #name_of(found)) then
      local ends = words:sub(#name + 1, #name + 1)
      if vim.fn.tolower(words:sub(1, #name)) == vim.fn.tolower(name) and ends:match('^[%s:,]?$') then
        found, after = person, words:sub(#name + 1):gsub('^[%s:,]+', '')
      end
    end
  end
  return found, after
end

--- Lines of the current buffer as arguments, wherever they have moved; nil if it is no file of the session.
local function lines_of(options)
  if not options or (options.range or 0) == 0 then
    return function()
      return {}
    end
  end
  local buf = vim.api.nvim_get_current_buf()
  if not lsp.is_attached(buf) then
    text.notify('this buffer is not a file of the session', vim.log.levels.WARN)
    return nil
  end
  -- Those of a prompt that was not sent.
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  local ids = vim.tbl_map(function(row)
    return vim.api.nvim_buf_set_extmark(buf, namespace, row - 1, 0, {})
  end, { options.line1, options.line2 })
  return function()
    if not vim.api.nvim_buf_is_loaded(buf) then
      return nil
    end
    local rows = vim.tbl_map(function(id)
      return vim.api.nvim_buf_get_extmark_by_id(buf, namespace, id, {})[1]
    end, ids)
    return { uri = vim.uri_from_bufnr(buf), line = rows[1], end_line = rows[2] }
  end
end

--- Give an agent a prompt; without a text, in a window.
---@param agent table
---@param content string
---@param lines (fun(): table)? the lines that are quoted behind it
function M.give(agent, content, lines)
  local name = text.line(agent.username, 24)
  local function send(body, done)
    local arguments = {}
    if lines then
      arguments = lines()
      if not arguments then
        done('the buffer of the lines was closed: prompt without them, or select them again')
        return
      end
    end
    arguments.agent_id, arguments.text = agent.user_id, body
    lsp.command('promptAgent', arguments, done)
  end
  if content ~= '' then
    send(content, warn)
    return
  end
  require('peerline.draft').open({
    key = 'prompt ' .. agent.user_id,
    title = 'Prompt ' .. name,
    send = send,
  })
end

--- Give a prompt to the agent that the text names first, to the only one, or to the one that the user chooses.
---@param rest string
---@param options table as nvim_create_user_command gives it
function M.prompt(rest, options)
  local lines = lines_of(options)
  if not lines then
    return
  end
  local agent, content = named(rest)
  if agent then
    M.give(agent, content, lines)
    return
  end
  ui.with_one(agents('may_prompt'), {
    none = 'no agent here takes prompts from you',
    prompt = 'Prompt which agent?',
    format_item = name_of,
  }, function(chosen)
    M.give(chosen, rest, lines)
  end)
end

--- Stop the turn of an agent.
---@param name string empty for any
function M.stop(name)
  local meant = vim.tbl_filter(function(agent)
    local is_named = vim.fn.tolower(name_of(agent)) == vim.fn.tolower((name:gsub('^@', '')))
    return name == '' or is_named
  end, agents('may_stop'))
  ui.with_one(meant, {
    none = name == '' and 'no agent is at work that you may stop' or name .. ' is not at work, or you may not stop it',
    prompt = 'Stop which agent?',
    format_item = name_of,
  }, function(agent)
    local running = vim.tbl_filter(function(prompt)
      return prompt.state == 'running'
    end, agent.agent.queue.prompts)
    lsp.command('stopAgent', { agent_id = agent.user_id, prompt_id = (running[1] or {}).id }, warn)
  end)
end

--- Take a prompt that waits out of the queue.
---@param prompt table
function M.cancel(prompt)
  if prompt.state ~= 'waiting' then
    text.notify('it does not wait any more: `s` stops the turn of the agent', vim.log.levels.WARN)
  elseif prompt.may_cancel then
    lsp.command('cancelPrompt', { prompt_id = prompt.id }, warn)
  else
    text.notify('only its author, the owner of the agent and hosts can cancel it', vim.log.levels.WARN)
  end
end

return M
