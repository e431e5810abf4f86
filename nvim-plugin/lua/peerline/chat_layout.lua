-- The chat as lines: days, groups of one author, the "New" line. The same messages, the same lines.
local highlights = require('peerline.highlights')
local markdown = require('peerline.markdown')
local mentions = require('peerline.mentions')
local pending = require('peerline.pending')
local text = require('peerline.text')

local M = {}

--- Messages of one author that are farther apart than this make two groups.
M.GROUP_GAP_SECONDS = 300

local INDENT = '  '

--- A block is one message with what stands above it.
---@class peerline.ChatBlock
---@field id string the message's
---@field lines string[]
---@field marks {[1]: integer, [2]: integer, [3]: table}[] row, column and options of an extmark
---@field body integer the row of the first line that belongs to the message

-- The blocks that were made of a message; messages that are gone take theirs along, so a block must
-- not refer to its message.
local made = setmetatable({}, { __mode = 'k' })

local function add(block, line, group)
  block.lines[#block.lines + 1] = line
  if group and #line > 0 then
    block.marks[#block.marks + 1] = { #block.lines - 1, 0, { end_col = #line, hl_group = group } }
  end
end

local function mark(block, from, to, group, priority)
  local options = { end_col = to, hl_group = group, priority = priority }
  block.marks[#block.marks + 1] = { #block.lines - 1, from, options }
end

local function add_content(block, message, me)
  local lines = text.lines(message.content)
  local first = #block.lines
  local found, code = markdown.marks(lines)
  for index, line in ipairs(lines) do
    add(block, INDENT .. line)
    if code[index - 1] then
      block.marks[#block.marks + 1] = { #block.lines - 1, 0, { line_hl_group = 'PeerlineCode' } }
    else
      for _, one in ipairs(mentions.find(line, message.mentions or {})) do
        local group = one[3] == me and 'PeerlineMention' or 'PeerlineMentionOther'
        mark(block, #INDENT + one[1] - 1, #INDENT + one[2], group, 130)
      end
    end
  end
  for _, one in ipairs(found) do
    local ends = one[4] == 0 and one[3] > one[1] and { one[3] - 1, #lines[one[3]] } or { one[3], one[4] }
    block.marks[#block.marks + 1] = {
      first + one[1],
      #INDENT + one[2],
      { end_row = first + ends[1], end_col = #INDENT + ends[2], hl_group = one[5], priority = 110 },
    }
  end
end

--- Put a note behind the last line, or below it if that is code.
local function add_note(block, note, group)
  local last = block.lines[#block.lines]
  if #block.lines <= block.body or last:match('^%s*[`~][`~][`~]') or last:match('^%s*$') then
    add(block, INDENT .. note, group)
  else
    block.lines[#block.lines] = last .. ' ' .. note
    mark(block, #last + 1, #last + 1 + #note, group, 140)
  end
end

local function add_reactions(block, message)
  local line, marks = '', {}
  for _, reaction in ipairs(message.reactions or {}) do
    local from = #line + 2
    line = ('%s  %s %d'):format(line, text.line(reaction.emoji, 16), #reaction.names)
    marks[#marks + 1] = { from, #line, reaction.is_mine and 'PeerlineReactionMine' or 'PeerlineReaction' }
  end
  if #marks == 0 then
    return
  end
  add(block, line)
  for _, one in ipairs(marks) do
    mark(block, one[1], one[2], one[3])
  end
end

local function add_chat(block, message, above, me)
  if above.is_head then
    local name, clock = text.line(message.username, 24), text.clock(message.timestamp)
    add(block, name .. INDENT .. clock)
    mark(block, 0, #name, highlights.group('Name', message.color))
    mark(block, #name + 2, #name + 2 + #clock, 'PeerlineTime')
  end
  if above.parent then
    local quote = text.line(above.parent.username .. ': ' .. above.parent.content, 60)
    add(block, INDENT .. '↳ ' .. quote, 'PeerlineSystem')
  end
  if not message.is_deleted then
    add_content(block, message, me)
  end
  local note, group = pending.note(message, 60)
  note = note or message.is_deleted and '(deleted)' or message.is_edited and '(edited)' or nil
  if note then
    add_note(block, note, group or 'PeerlineSystem')
  end
end

local function build(message, above, me)
  local block = { id = message.id, lines = {}, marks = {}, body = 0 }
  local is_apart = above.day or above.is_new or above.is_head
  if is_apart and not above.is_first then
    add(block, '')
  end
  if above.day then
    add(block, '── ' .. above.day .. ' ──', 'PeerlineDay')
  end
  if above.is_new then
    add(block, '── New ──', 'PeerlineNew')
  end
  block.body = #block.lines
  if message.kind == 'system' then
    local name = text.line(message.username, 24)
    add(block, ('%s  %s %s'):format(text.clock(message.timestamp), name, text.reveal(message.content)), 'PeerlineSystem')
  else
    add_chat(block, message, above, me)
  end
  add_reactions(block, message)
  return block
end

local function is_head(before, message, above)
  if message.kind == 'system' then
    return not before or before.kind ~= 'system'
  end
  if not before or above.day or above.is_new or before.kind ~= 'chat' or before.user_id ~= message.user_id then
    return true
  end
  local now, earlier = text.epoch(message.timestamp), text.epoch(before.timestamp)
  return now ~= nil and earlier ~= nil and now - earlier > M.GROUP_GAP_SECONDS
end

--- The blocks of messages in their order; one that has not changed is the same table as before.
---@param messages table[]
---@param options {divider: string?, me: string?, now: integer}
---@return peerline.ChatBlock[]
function M.blocks(messages, options)
  local by_id = {}
  for _, message in ipairs(messages) do
    by_id[message.id] = message
  end
  local blocks, before, date = {}, nil, ''
  for index, message in ipairs(messages) do
    local above = {
      is_first = index == 1,
      is_new = message.id == options.divider,
      parent = message.parent_id and by_id[message.parent_id],
    }
    local its_date = text.date(message.timestamp)
    if its_date ~= date then
      date = its_date
      above.day = text.day(message.timestamp, options.now)
    end
    above.is_head = is_head(before, message, above)
    local variant = table.concat({
      above.is_first and 'f' or '',
      above.is_new and 'n' or '',
      above.is_head and 'h' or '',
      above.day or '',
      tostring(above.parent),
      options.me or '',
    }, '|')
    local known = made[message]
    if not known or known.variant ~= variant then
      known = { variant = variant, block = build(message, above, options.me) }
      made[message] = known
    end
    blocks[index] = known.block
    before = message
  end
  return blocks
end

return M
