-- What the user may set, with its defaults; checks the types of what `setup` is given.

local M = {}

--- @class peerline.Config
--- @field cmd string[] how to start the bridge
--- @field username string? the name that a guest joins with
--- @field auth_token (string|fun(): string?)? an account's token, or what returns it
--- @field root_dir (string|fun(buf: integer): string?)? the workspace; default: .git, then cwd
--- @field cursor peerline.CursorConfig
--- @field chat { width: integer }
--- @field participants { width: integer }
--- @field comments { virtual_text: boolean }
--- @field notify boolean whether messages are shown with vim.notify

--- @class peerline.CursorConfig
--- @field debounce integer milliseconds between two sent positions
--- @field viewport boolean whether the edges of others' viewports are shown
--- @field names boolean whether names are shown beside cursors

--- @type peerline.Config
M.defaults = {
  cmd = { 'peerline', 'lsp', '--stdio' },
  username = nil,
  auth_token = nil,
  root_dir = nil,
  cursor = { debounce = 50, viewport = true, names = true },
  chat = { width = 44 },
  participants = { width = 40 },
  comments = { virtual_text = true },
  notify = true,
}

--- @type peerline.Config
M.options = vim.deepcopy(M.defaults)

local function check(name, value, expected, is_optional)
  if value == nil and is_optional then
    return
  end
  if not vim.list_contains(expected, type(value)) then
    local wanted = table.concat(expected, ' or ')
    error(('peerline.setup: %s must be a %s, got %s'):format(name, wanted, type(value)), 0)
  end
end

local function check_known(name, given, known)
  for key in pairs(given) do
    if not vim.list_contains(known, key) then
      error(('peerline.setup: there is no option %s%s'):format(name, tostring(key)), 0)
    end
  end
end

local function check_positive(name, value)
  if value ~= math.floor(value) or value < 1 then
    error(('peerline.setup: %s must be a positive integer, got %s'):format(name, value), 0)
  end
end

local function check_command(cmd)
  check('cmd', cmd, { 'table' })
  if not vim.islist(cmd) or #cmd == 0 then
    error('peerline.setup: cmd must be a list with at least the program', 0)
  end
  for index, word in ipairs(cmd) do
    check(('cmd[%d]'):format(index), word, { 'string' })
  end
end

--- Check the user's options and keep them, over the defaults.
--- @param options table? raises an error that names the first field that is wrong
function M.set(options)
  options = options or {}
  check('options', options, { 'table' })
  local known = vim.tbl_keys(M.defaults)
  vim.list_extend(known, { 'username', 'auth_token', 'root_dir' })
  check_known('', options, known)
  for _, group in ipairs({ 'cursor', 'chat', 'participants', 'comments' }) do
    check(group, options[group], { 'table' }, true)
    check_known(group .. '.', options[group] or {}, vim.tbl_keys(M.defaults[group]))
  end
  local merged = vim.tbl_deep_extend('force', vim.deepcopy(M.defaults), options)
  check_command(merged.cmd)
  check('username', merged.username, { 'string' }, true)
  check('auth_token', merged.auth_token, { 'string', 'function' }, true)
  check('root_dir', merged.root_dir, { 'string', 'function' }, true)
  check('notify', merged.notify, { 'boolean' })
  check('cursor.debounce', merged.cursor.debounce, { 'number' })
  check('cursor.viewport', merged.cursor.viewport, { 'boolean' })
  check('cursor.names', merged.cursor.names, { 'boolean' })
  check('chat.width', merged.chat.width, { 'number' })
  check('participants.width', merged.participants.width, { 'number' })
  check('comments.virtual_text', merged.comments.virtual_text, { 'boolean' })
  check_positive('cursor.debounce', merged.cursor.debounce)
  check_positive('chat.width', merged.chat.width)
  check_positive('participants.width', merged.participants.width)
  M.options = merged
end

return M
