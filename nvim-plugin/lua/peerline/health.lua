-- :checkhealth peerline
local M = {}

local function check_views()
  local health = vim.health
  local missing = require('peerline.markdown').missing_parsers()
  if #missing == 0 then
    health.ok('Markdown in the chat is highlighted by tree-sitter')
  else
    health.warn('no tree-sitter parser for ' .. table.concat(missing, ' and ') .. ': Markdown is highlighted in part', {
      ':TSInstall markdown markdown_inline, with nvim-treesitter',
    })
  end
  if vim.fn.has('clipboard') == 1 then
    health.ok('links are copied to the clipboard')
  else
    health.warn('no clipboard: links are yanked to the register "" only; see :help clipboard')
  end
  if vim.o.encoding ~= 'utf-8' then
    health.warn("'encoding' is not utf-8: names and signs may be shown wrongly")
  end
  local status = require('peerline.status')
  if status.is_shown() then
    health.ok('a statusline shows the session')
  elseif not require('peerline.config').options.unread_sign then
    health.info('nothing shows unread messages: see :help peerline-statusline')
  elseif vim.o.cmdheight == 0 then
    health.info("'cmdheight' is 0: the sign of unread messages is at the end of the last statusline")
  else
    health.ok('unread messages show in the last line of the screen')
  end
  if vim.o.signcolumn == 'no' then
    health.info("'signcolumn' is \"no\": comments and the edges of others' views have no sign")
  end
end

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
  check_views()
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
    if require('peerline.approvals').has('') then
      health.info('an AI agent waits for your answer: :Peerline approve')
    end
  else
    health.info(state.state .. reason)
  end
end

return M
