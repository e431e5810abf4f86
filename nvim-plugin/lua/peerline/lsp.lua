-- The bridge as a language server: starts it, attaches buffers, carries messages both ways.
local config = require('peerline.config')
local failures = require('peerline.failures')
local files = require('peerline.files')
local keeper = require('peerline.keeper')
local process = require('peerline.process')
local restart = require('peerline.restart')
local text = require('peerline.text')
local versions = require('peerline.versions')

local M = {}

local client_id = nil
local handlers = {}
local answers = {}
local on_attach = {}
local on_exit = {}
local on_restart = {}
local is_stopping = false
local pending_start = nil
local has_told = {}

--- Have `handler(params)` called with each notification of a method.
---@param method string
---@param handler fun(params: table)
function M.on(method, handler)
  handlers[method] = handler
end

--- Have `answer(params)` called with each request of a method; its result is the answer.
---@param method string
---@param answer fun(params: table): table
function M.on_request(method, answer)
  answers[method] = answer
end

--- Have `callback(buf)` called with each buffer that the bridge is attached to.
---@param callback fun(buf: integer)
function M.on_attach(callback)
  on_attach[#on_attach + 1] = callback
end

--- Have `callback()` called when the bridge has ended.
---@param callback fun()
function M.on_exit(callback)
  on_exit[#on_exit + 1] = callback
end

--- Have `callback()` called when a bridge that crashed runs again.
---@param callback fun()
function M.on_restart(callback)
  on_restart[#on_restart + 1] = callback
end

--- Call a handler without letting its failure stop others; report the first failure of a kind.
---@param what string
---@param handler function
---@param ... any
function M.protect(what, handler, ...)
  local is_done, _, place = failures.call(handler, ...)
  if is_done then
    return
  end
  vim.lsp.log.error('peerline', what, place)
  if not has_told[what] then
    has_told[what] = true
    text.notify(('%s could not be shown; :Peerline log has the details'):format(what), vim.log.levels.WARN)
  end
end

--- Pass a notification of the bridge to its handlers.
---@param method string
---@param params table
function M.dispatch(method, params)
  M.protect(method, handlers[method], params)
end

--- The running client, if there is one.
---@return vim.lsp.Client?
function M.client()
  local client = client_id and vim.lsp.get_client_by_id(client_id)
  if client and not client:is_stopped() then
    return client
  end
end

--- Paths in a session are relative to the workspace: the nearest folder with one of the markers.
---@return string
function M.root_dir()
  local here = vim.fn.getcwd()
  local found = vim.fs.root(here, { '.peerline.toml', '.git' })
  local home = vim.uv.os_homedir()
  -- A repository of the user's settings is not the one that they work in.
  if not found or (home and vim.fs.relpath(found, home)) then
    return here
  end
  return found
end

local function belongs(buf, root)
  if not vim.api.nvim_buf_is_loaded(buf) or not files.is_file(buf) then
    return false
  end
  local name = vim.api.nvim_buf_get_name(buf)
  if files.is_shared_only(buf) then
    return vim.b[buf].peerline_read == true
  end
  if name == '' or name:match('^%a[%w+.-]*://') then
    return false
  end
  -- The bridge checks paths itself; this keeps files of other projects from being sent to it.
  return vim.fs.relpath(vim.uv.fs_realpath(root) or root, vim.uv.fs_realpath(name) or name) ~= nil
end

--- Attach the bridge to a buffer, if it is one of the session's files.
---@param buf integer
function M.attach(buf)
  local client = M.client()
  if not client or client.attached_buffers[buf] or not belongs(buf, client.config.root_dir) then
    return
  end
  if vim.lsp.buf_attach_client(buf, client.id) then
    for _, callback in ipairs(on_attach) do
      M.protect('a buffer', callback, buf)
    end
  end
end

--- Detach the bridge from a buffer.
---@param buf integer
function M.detach(buf)
  local client = M.client()
  if client and client.attached_buffers[buf] then
    vim.lsp.buf_detach_client(buf, client.id)
  end
end

local function lsp_handlers()
  local wrapped = {}
  for method in pairs(handlers) do
    wrapped[method] = function(_, params)
      M.dispatch(method, params)
    end
  end
  for method, answer in pairs(answers) do
    wrapped[method] = function(_, params)
      local is_done, result, place = failures.call(answer, params)
      if is_done then
        return result
      end
      vim.lsp.log.error('peerline', method, place)
      return nil, vim.lsp.rpc_response_error(vim.lsp.protocol.ErrorCodes.InvalidParams, result)
    end
  end
  return wrapped
end

local function cancel_start()
  if pending_start then
    pending_start:stop()
    pending_start:close()
    pending_start = nil
  end
end

-- The bridge has ended: start it again after a crash, unless it crashes again and again.
local function ended(code, signal)
  client_id = nil
  for _, callback in ipairs(on_exit) do
    M.protect('the end of the bridge', callback)
  end
  if is_stopping or vim.v.exiting ~= vim.NIL or (code == 0 and signal == 0) then
    is_stopping = false
    return
  end
  local wait = restart.next_start(vim.uv.now() / 1000)
  if not wait then
    text.notify(
      'the bridge keeps crashing; see :help peerline-crashes',
      vim.log.levels.ERROR
    )
    return
  end
  text.notify('the bridge crashed and is being restarted', vim.log.levels.WARN)
  pending_start = vim.defer_fn(function()
    pending_start = nil
    if M.start() then
      for _, callback in ipairs(on_restart) do
        M.protect('the session', callback)
      end
    end
  end, wait * 1000)
end

--- Start the bridge again, also if it has crashed too often to be started automatically.
function M.restart()
  restart.forget()
  cancel_start()
  has_told = {}
  local client = M.client()
  local function start()
    if M.start() then
      for _, callback in ipairs(on_restart) do
        M.protect('the session', callback)
      end
    end
  end
  if not client then
    start()
    return
  end
  is_stopping = true
  M.once_stopped = start
  client:stop()
end

--- Start the bridge unless it runs; nil if it cannot be started.
---@return vim.lsp.Client?
function M.start()
  local running = M.client()
  if running then
    return running
  end
  cancel_start()
  local root = M.root_dir()
  local cmd = vim.deepcopy(config.options.cmd)
  local program, missing = process.find(cmd[1], root)
  if not program then
    text.notify(missing .. '; see :checkhealth peerline', vim.log.levels.ERROR)
    return nil
  end
  cmd[1] = program
  local exit = { code = 0, signal = 0 }
  client_id = vim.lsp.start({
    name = 'peerline',
    cmd = function(dispatchers)
      local on_ended = dispatchers.on_exit
      local function on_exit(code, signal)
        exit = { code = code, signal = signal }
        -- Neovim would report a crash in a line that asks to press ENTER, in the middle of typing.
        on_ended(0, 0)
      end
      dispatchers = vim.tbl_extend('force', dispatchers, { on_exit = on_exit })
      return versions.told(vim.lsp.rpc.start(cmd, dispatchers, { env = process.env() }))
    end,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fs.basename(root) } },
    init_options = {
      plugin = true,
      marks_edits = true,
      username = config.options.username,
      server = config.options.server,
      root = config.options.root,
      idle_seconds = config.options.idle_seconds,
      away_seconds = config.options.away_seconds,
      comment_changes = true,
    },
    -- With the default of 150 ms, positions that arrive earlier do not match the text.
    flags = { debounce_text_changes = 0 },
    handlers = lsp_handlers(),
    on_exit = vim.schedule_wrap(function()
      ended(exit.code, exit.signal)
      local once_stopped = M.once_stopped
      M.once_stopped = nil
      if once_stopped then
        once_stopped()
      end
    end),
  }, { attach = false, silent = true })
  local client = M.client()
  if not client then
    text.notify('the bridge could not be started; see :LspLog', vim.log.levels.ERROR)
    return nil
  end
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    M.attach(buf)
  end
  local group = vim.api.nvim_create_augroup('peerline_attach', { clear = true })
  -- A buffer without a name gets one when it is written, without any other event.
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufEnter', 'BufFilePost', 'BufWritePost' }, {
    group = group,
    callback = function(event)
      M.attach(event.buf)
    end,
  })
  -- In the same moment: a change that comes before the next bridge finds somebody attached.
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = function(event)
      if event.data.client_id == client.id then
        keeper.keep(event.buf)
      end
    end,
  })
  -- The bridge knows a buffer by its name, which is about to change.
  vim.api.nvim_create_autocmd('BufFilePre', {
    group = group,
    callback = function(event)
      M.detach(event.buf)
    end,
  })
  return client
end

--- Whether the bridge knows a buffer.
---@param buf integer
---@return boolean
function M.is_attached(buf)
  local client = M.client()
  local known = buf == 0 and vim.api.nvim_get_current_buf() or buf
  return client ~= nil and client.attached_buffers[known] == true
end

--- Run a command of the bridge.
---@param name string without the prefix `peerline.`
---@param arguments table? its one argument
---@param done fun(refusal: string?, result: table?, code: string?)? called with the reason and its
---code if it was refused
function M.command(name, arguments, done)
  done = done or function(refusal)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
    end
  end
  local client = M.client()
  if not client then
    done('join a session first: :Peerline join <link>')
    return
  end
  client:request('workspace/executeCommand', {
    command = 'peerline.' .. name,
    arguments = arguments and { arguments } or nil,
  }, function(refusal, result)
    done(refusal and refusal.message, result, refusal and refusal.data and refusal.data.error_code)
  end)
end

--- Run a command, and tell the user the reason if it is refused.
---@param name string without the prefix `peerline.`
---@param arguments table? its one argument
---@param done fun(result: table?) called if it was carried out
function M.act(name, arguments, done)
  M.command(name, arguments, function(refusal, result)
    if refusal then
      text.notify(refusal, vim.log.levels.WARN)
    else
      done(result)
    end
  end)
end

--- Send a notification.
---@param method string
---@param params table
function M.notify(method, params)
  local client = M.client()
  if client then
    client:notify(method, params)
  end
end

--- How the bridge counts characters in a line.
---@return 'utf-8'|'utf-16'|'utf-32'
function M.encoding()
  local client = M.client()
  return client and client.offset_encoding or 'utf-16'
end

--- The byte column of an LSP character in a line of a buffer, moved to where there is text.
---@param buf integer
---@param position {line: integer, character: integer}
---@return integer row 0-based
---@return integer column 0-based, in bytes
function M.place(buf, position)
  local row = math.min(position.line, vim.api.nvim_buf_line_count(buf) - 1)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  if row < position.line then
    return row, #line
  end
  return row, vim.str_byteindex(line, M.encoding(), position.character, false)
end

--- The LSP position of a byte column.
---@param buf integer
---@param row integer 0-based
---@param column integer 0-based, in bytes
---@return {line: integer, character: integer}
function M.position(buf, row, column)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  local index = math.min(column, #line)
  return { line = row, character = vim.str_utfindex(line, M.encoding(), index, false) }
end

return M
