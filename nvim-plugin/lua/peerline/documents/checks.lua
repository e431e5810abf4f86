-- Compares the real text of shared buffers with the bridge's, when the typing pauses.
local defaults = require('peerline.defaults')
local edits = require('peerline.documents.edits')
local lsp = require('peerline.lsp')
local versions = require('peerline.versions')

local M = {}

--- How long a buffer is quiet before it is checked.
M.QUIET_MS = defaults.check_quiet_seconds * 1000
--- How long two checks of a buffer are apart.
M.INTERVAL_MS = defaults.check_interval_seconds * 1000

-- By buffer: the timer, when the last change and the last check were.
local watched = {}

local function send(buf)
  lsp.notify('peerline/check', {
    uri = vim.uri_from_bufnr(buf),
    version = versions.of(buf),
    hash = 'sha256:' .. vim.fn.sha256(edits.text_of(buf)),
  })
end

--- When the next check is due, in milliseconds since an arbitrary moment.
local function due(state)
  local checked = state.checked and state.checked + M.INTERVAL_MS or 0
  return math.max(state.changed + M.QUIET_MS, checked)
end

local function wait(buf, state)
  state.timer = vim.defer_fn(function()
    state.timer = nil
    if watched[buf] ~= state or not vim.api.nvim_buf_is_loaded(buf) then
      return
    end
    if vim.uv.now() < due(state) then
      wait(buf, state)
      return
    end
    state.checked = vim.uv.now()
    send(buf)
    state.on_quiet()
  end, math.max(1, due(state) - vim.uv.now()))
end

local function changed(buf, state)
  state.changed = vim.uv.now()
  if not state.timer then
    wait(buf, state)
  end
end

--- Check a buffer after each pause from now on, and call `on_quiet` then.
---@param buf integer
---@param on_quiet fun()
function M.watch(buf, on_quiet)
  if watched[buf] then
    return
  end
  local state = { on_quiet = on_quiet }
  watched[buf] = state
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      if watched[buf] ~= state then
        return true
      end
      changed(buf, state)
    end,
  })
  changed(buf, state)
end

--- Stop that.
---@param buf integer
function M.stop(buf)
  local state = watched[buf]
  watched[buf] = nil
  if state and state.timer and not state.timer:is_closing() then
    state.timer:stop()
    state.timer:close()
  end
end

return M
