-- `:checkhealth peerline`: Neovim, the bridge's program, the running bridge and its session.

local M = {}

local function check_neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok('Neovim ' .. version)
  else
    vim.health.error('Neovim ' .. version .. ' is too old', 'Install Neovim 0.11 or newer.')
  end
end

local function check_program()
  local cmd = require('peerline.config').options.cmd
  local program = vim.fn.exepath(cmd[1])
  if program == '' then
    local advice = 'Install Peerline (pip install peerline), or set cmd in setup{}.'
    vim.health.error(('cannot find the program %q'):format(cmd[1]), advice)
    return
  end
  vim.health.ok('bridge: ' .. table.concat(cmd, ' ') .. ' (' .. program .. ')')
  if not cmd[1]:find('peerline') then
    return
  end
  local ok, process = pcall(vim.system, { program, '--version' }, { text = true, timeout = 5000 })
  local result = ok and process:wait()
  if result and result.code == 0 then
    vim.health.ok('version: ' .. vim.trim(result.stdout))
  else
    vim.health.warn('the program did not tell its version')
  end
end

local function check_client()
  local client = require('peerline.lsp').client()
  if not client then
    vim.health.info('the bridge does not run; it starts with :Peerline join')
    return
  end
  local files = vim.tbl_count(client.attached_buffers)
  local info = client.server_info or {}
  vim.health.ok(
    ('the bridge runs (%s %s), %d files attached, positions in %s'):format(
      info.name or 'peerline',
      info.version or '',
      files,
      client.offset_encoding
    )
  )
end

local function check_session()
  local status = require('peerline.status')
  if status.current.state == 'joined' then
    vim.health.ok('session: ' .. status.describe())
  else
    vim.health.info('session: ' .. status.describe())
  end
end

function M.check()
  vim.health.start('peerline')
  check_neovim()
  check_program()
  check_client()
  check_session()
end

return M
