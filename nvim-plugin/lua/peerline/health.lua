-- :checkhealth peerline
local M = {}

--- Report the requirements and whether they are met.
function M.check()
  local health = vim.health
  local options = require('peerline.config').options
  health.start('peerline')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. tostring(vim.version()))
  else
    health.error('Neovim 0.11 or newer is required')
  end
  local process = require('peerline.process')
  local program, missing = process.find(options.cmd[1], require('peerline.lsp').root_dir())
  if program then
    local done = vim
      .system({ program, '--version' }, { text = true, timeout = 10000, env = process.env() })
      :wait()
    if done.code == 0 then
      health.ok(('bridge: %s (%s)'):format(vim.trim(done.stdout), program))
    else
      health.warn(program .. ' --version failed: ' .. vim.trim(done.stderr or ''))
    end
  else
    health.error(missing, {
      'pip install peerline, in an environment that is on the PATH',
      "or say where it is: require('peerline').setup{ cmd = { '/path/to/peerline', 'lsp', '--stdio' } }",
    })
  end
  local client = require('peerline.lsp').client()
  if not client then
    health.info('the bridge is not running: :Peerline join <link> starts it')
    return
  end
  health.ok('the bridge runs; position encoding ' .. client.offset_encoding)
  local state = require('peerline.status').state
  local reason = state.reason and (': ' .. require('peerline.text').reveal(state.reason)) or ''
  if state.state == 'joined' then
    health.ok(('in a session of %d as %s'):format(state.participants, state.role))
  else
    health.info(state.state .. reason)
  end
end

return M
