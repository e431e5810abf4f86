-- The options of the plugin, with defaults and checks.
local defaults = require('peerline.defaults')

local M = {}

M.defaults = {
  --- The command that starts the bridge.
  cmd = { 'peerline', 'lsp', '--stdio' },
  --- The name that others see; nil takes the system's user name.
  username = nil,
  --- The server for `:Peerline start`, such as 'peerlines://peerline.example.org'; nil is
  --- this computer.
  server = nil,
  --- From where sessions on this computer can be joined: 'computer' or 'network'.
  listen = 'computer',
  --- The people who can join them: 'computer', 'network', 'ssh' (needs ssh_host) or 'tunnel'; nil asks once.
  reach = nil,
  ssh_host = nil,
  --- A function that is given a server (HOST:PORT) and returns the token of the account there, or
  --- nil; nil looks into PEERLINE_TOKEN, tokens.toml and the keyring.
  token = nil,
  --- The folder from which paths in sessions start: absolute, or relative to the workspace; nil
  --- takes the nearest folder with .peerline.toml, else the repository.
  root = nil,
  --- Seconds without input until others see one as idle and as away.
  idle_seconds = defaults.idle_seconds,
  away_seconds = defaults.away_seconds,
  --- Width of the chat and of the list of participants: a share of the screen below 1, else cells.
  chat_width = 0.4,
  participants_width = 0.3,
  --- Whether a message says who joins, leaves or is removed.
  announce = true,
  --- Whether unread messages and a lost connection show in the last line of the screen; they do not
  --- while a statusline shows them.
  unread_sign = true,
  --- How much of a comment is shown at its line, in cells; 0 shows the sign only.
  comment_width = 50,
  --- Whether the colours of people are those for a colour scheme of high contrast.
  high_contrast = false,
  --- Whether a shared file is written here too when another person saves the text that you have:
  --- 'own' or 'together'.
  save = 'own',
}

M.options = vim.deepcopy(M.defaults)

local types = {
  cmd = 'table',
  username = 'string',
  server = 'string',
  listen = 'string',
  reach = 'string',
  ssh_host = 'string',
  token = 'function',
  root = 'string',
  idle_seconds = 'number',
  away_seconds = 'number',
  chat_width = 'number',
  participants_width = 'number',
  comment_width = 'number',
  announce = 'boolean',
  unread_sign = 'boolean',
  high_contrast = 'boolean',
  save = 'string',
}

--- The smallest and the largest value of a number; nothing of a comment is seen behind the screen's edge.
local ranges = {
  idle_seconds = { defaults.min_quiet_seconds, defaults.max_quiet_seconds },
  away_seconds = { defaults.min_quiet_seconds, defaults.max_quiet_seconds },
  comment_width = { 0, 1000 },
}

--- Apply the user's options.
--- Raises an error that names the field if one is unknown, has the wrong type or is out of its range.
---@param options table?
function M.set(options)
  options = options or {}
  if type(options) ~= 'table' then
    error('peerline.setup: a table is expected, got ' .. type(options), 0)
  end
  for name, value in pairs(options) do
    local wanted = types[name]
    if wanted == nil then
      error('peerline.setup: there is no option `' .. tostring(name) .. '`', 0)
    end
    if type(value) ~= wanted then
      error(('peerline.setup: `%s` must be a %s, got a %s'):format(name, wanted, type(value)), 0)
    end
  end
  for _, part in ipairs(options.cmd or {}) do
    if type(part) ~= 'string' then
      error('peerline.setup: `cmd` must be a list of strings', 0)
    end
  end
  for _, name in ipairs({ 'chat_width', 'participants_width' }) do
    if options[name] and options[name] <= 0 then
      error(('peerline.setup: `%s` must be above 0: a share of the screen or a number of cells'):format(name), 0)
    end
  end
  for name, range in pairs(ranges) do
    local value = options[name]
    if value and not (value >= range[1] and value <= range[2]) then
      error(('peerline.setup: `%s` must be from %d to %d'):format(name, range[1], range[2]), 0)
    end
  end
  if not vim.tbl_contains({ 'computer', 'network' }, options.listen or 'computer') then
    error("peerline.setup: `listen` must be 'computer' or 'network'", 0)
  end
  if not vim.tbl_contains({ 'own', 'together' }, options.save or 'own') then
    error("peerline.setup: `save` must be 'own' or 'together'", 0)
  end
  if options.reach and not vim.tbl_contains({ 'computer', 'network', 'ssh', 'tunnel' }, options.reach) then
    error("peerline.setup: `reach` must be 'computer', 'network', 'ssh' or 'tunnel'", 0)
  end
  if options.reach == 'ssh' and not options.ssh_host then
    error("peerline.setup: `reach` 'ssh' needs `ssh_host`, as in `ssh HOST`", 0)
  end
  M.options = vim.tbl_extend('force', vim.deepcopy(M.defaults), options)
end

return M
