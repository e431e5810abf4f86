-- The unread messages of each session: those of others behind the last one that was seen.
local M = {}

--- How many messages are unread in the session at hand, and the id of the first.
M.count = 0
M.first = nil

-- The place of the last message that was seen, by session.
local seen = {}
local session = nil
-- The messages belong to a session whose id arrives with its state.
local is_unknown = true

local function counts(message)
  return message.kind == 'chat' and not message.is_me and not message.is_deleted
end

local function last_place(messages)
  local last = 0
  for _, message in ipairs(messages) do
    last = math.max(last, message.seq or 0)
  end
  return last
end

--- The messages were replaced: they may be those of another session.
function M.reset()
  is_unknown = true
end

--- A session is joined: its messages count from what was seen of it before.
---@param session_id string
---@param messages table[]
function M.begin(session_id, messages)
  if session_id == session and not is_unknown then
    return
  end
  session, is_unknown = session_id, false
  seen[session_id] = seen[session_id] or last_place(messages)
  M.update(messages)
end

--- Count again.
---@param messages table[]
function M.update(messages)
  if is_unknown then
    return
  end
  M.count, M.first = 0, nil
  for _, message in ipairs(messages) do
    if counts(message) and (message.seq or 0) > seen[session] then
      M.count = M.count + 1
      M.first = M.first or message.id
    end
  end
end

--- All messages were seen.
---@param messages table[]
function M.read(messages)
  if not is_unknown then
    seen[session] = math.max(seen[session], last_place(messages))
    M.count, M.first = 0, nil
  end
end

--- The session was left.
function M.finish()
  session, is_unknown = nil, true
  M.count, M.first = 0, nil
end

return M
