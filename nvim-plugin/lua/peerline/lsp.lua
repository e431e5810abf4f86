-- The bridge as a language client: starting it, attaching files, commands and notifications.

local config = require('peerline.config')
local notify = require('peerline.notify')

local M = {}

local NAME = 'peerline'

--- What is called with the params of each `peerline/…` notification.
--- @type table<string, fun(params: table)[]>
local listeners = {}
local client_id = nil ---@type integer?
local waiting = {} ---@type fun(client: vim.lsp.Client)[]
local is_stopping = false

--- Call `callback` with the params of every `method` notification from the bridge.
--- @param method string or "exit", for the end of the bridge
--- @param callback fun(params: table)
function M.on(method, callback)
  listeners[method] = listeners[method] or {}
  table.insert(listeners[method], callback)
end

local function emit(method, params)
  for _, callback in ipairs(listeners[method] or {}) do
    callback(params)
  end
end

--- The running client, once it is initialized.
--- @return vim.lsp.Client?
function M.client()
  local client = client_id and vim.lsp.get_client_by_id(client_id)
  if client and client.initialized and not client:is_stopped() then
    return client
  end
  return nil
end

--- The position encoding that was negotiated.
--- @return string
function M.encoding()
  local client = M.client()
  return client and client.offset_encoding or 'utf-16'
end

local function root_of(buf)
  local root = config.options.root_dir
  if type(root) == 'function' then
    root = root(buf)
  end
  return vim.fs.normalize(root or vim.fs.root(buf, '.git') or vim.fn.getcwd())
end

local function is_inside(path, root)
  local real = vim.uv.fs_realpath(path)
  return vim.startswith(path, root .. '/')
    or (real ~= nil and vim.startswith(real, (vim.uv.fs_realpath(root) or root) .. '/'))
end

--- Whether a buffer is a file of the workspace.
--- @param buf integer
--- @param root string
--- @return boolean
local function is_ours(buf, root)
  local name = vim.api.nvim_buf_get_name(buf)
  return vim.api.nvim_buf_is_loaded(buf)
    and vim.bo[buf].buftype == ''
    and name ~= ''
    and not name:find('^%a[%w+.-]*://')
    and is_inside(vim.fs.normalize(name), root)
end

--- Let the bridge see a buffer, if it is a file of the workspace.
--- @param buf integer
function M.attach(buf)
  local client = M.client()
  if client and not client.attached_buffers[buf] and is_ours(buf, client.config.root_dir) then
    vim.lsp.buf_attach_client(buf, client.id)
  end
end

local function attach_all()
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    M.attach(buf)
  end
end

local function make_handlers()
  local handlers = {}
  for method in pairs(listeners) do
    if vim.startswith(method, 'peerline/') then
      handlers[method] = function(_, params)
        emit(method, params or {})
      end
    end
  end
  return handlers
end

local function on_init(client)
  client_id = client.id
  attach_all()
  local callbacks = waiting
  waiting = {}
  for _, callback in ipairs(callbacks) do
    callback(client)
  end
end

local function on_exit(code, signal)
  local was_asked = is_stopping or vim.v.exiting ~= vim.NIL
  client_id, waiting, is_stopping = nil, {}, false
  vim.schedule(function()
    if not was_asked then
      notify.error(('the bridge ended (code %d, signal %d); :checkhealth peerline'):format(code, signal))
    end
    emit('exit', { code = code })
  end)
end

--- Start the bridge unless it runs, then call `callback` with its client.
--- @param callback fun(client: vim.lsp.Client)
function M.start(callback)
  local running = M.client()
  if running then
    callback(running)
    return
  end
  local cmd = config.options.cmd
  if vim.fn.executable(cmd[1]) == 0 then
    notify.error(('cannot run %q: install it or set cmd in setup{}'):format(cmd[1]))
    return
  end
  table.insert(waiting, callback)
  if client_id then
    return
  end
  client_id = vim.lsp.start({
    name = NAME,
    cmd = cmd,
    root_dir = root_of(vim.api.nvim_get_current_buf()),
    init_options = { username = config.options.username },
    -- With a delay, remote edits would meet an older version of the text and be dropped.
    flags = { debounce_text_changes = 0, exit_timeout = 2000 },
    handlers = make_handlers(),
    on_init = on_init,
    on_exit = on_exit,
  }, { attach = false })
  if not client_id then
    waiting = {}
    notify.error('the bridge did not start; :checkhealth peerline')
  end
end

--- End the bridge.
function M.stop()
  local client = client_id and vim.lsp.get_client_by_id(client_id)
  if client then
    is_stopping = true
    client:stop()
  end
end

--- Send a notification; nothing happens while the bridge does not run.
--- @param method string
--- @param params table
function M.send(method, params)
  local client = M.client()
  if client then
    client:notify(method, params)
  end
end

--- Have the bridge carry out a command.
--- @param command string for example "peerline.sendChat"
--- @param arguments table?
--- @param callback fun(failure: string?, result: any)? default: show the failure
function M.execute(command, arguments, callback)
  callback = callback
    or function(failure)
      if failure then
        notify.error(failure)
      end
    end
  local client = M.client()
  if not client then
    callback('not in a session: :Peerline join <link>')
    return
  end
  local params = { command = command, arguments = arguments and { arguments } or nil }
  client:request('workspace/executeCommand', params, function(err, result)
    callback(err and (err.message or 'the bridge refused it') or nil, result)
  end, vim.api.nvim_get_current_buf())
end

--- Attach files as they are opened.
function M.setup()
  local group = vim.api.nvim_create_augroup('peerline.lsp', { clear = true })
  vim.api.nvim_create_autocmd({ 'BufEnter', 'BufFilePost', 'BufWritePost' }, {
    group = group,
    callback = function(event)
      M.attach(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
    group = group,
    -- Later, so that the file type is known.
    callback = vim.schedule_wrap(function(event)
      if vim.api.nvim_buf_is_valid(event.buf) then
        M.attach(event.buf)
      end
    end),
  })
end

return M
