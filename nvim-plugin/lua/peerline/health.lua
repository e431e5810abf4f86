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

-- The keys that lead to Peerline, by mode and key; another map of a buffer hides them there.
local function check_maps()
  local health = vim.health
  local count, taken = 0, {}
  for _, mode in ipairs({ 'n', 'x', 'o' }) do
    local ours = {}
    for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
      if (map.rhs or ''):find('<Plug>(peerline-', 1, true) then
        ours[map.lhs], count = true, count + 1
      end
    end
    for _, buf in ipairs(vim.api.nvim_list_bufs()) do
      for _, map in ipairs(vim.bo[buf].buflisted and vim.api.nvim_buf_get_keymap(buf, mode) or {}) do
        if ours[map.lhs] and not (map.rhs or ''):find('<Plug>(peerline-', 1, true) then
          local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ':t')
          table.insert(taken, ('%s (mode %s) is taken in %s'):format(map.lhs, mode, name))
        end
      end
    end
  end
  if #taken > 0 then
    health.warn('keys of Peerline are mapped otherwise: ' .. table.concat(taken, ', '), {
      'map others, or map them for these buffers too: see :help peerline-mappings',
    })
  elseif count == 0 then
    health.info('no key leads to comments: see :help peerline-mappings')
  else
    health.ok('the keys of Peerline are not taken by other maps')
  end
end

local function check_surroundings()
  local health = vim.health
  if type(vim.ui.select) ~= 'function' then
    health.error('vim.ui.select is no function: nothing can be chosen from a list')
  else
    local source = debug.getinfo(vim.ui.select, 'S').source:gsub('^@', '')
    local is_own = source:find('vim/ui.lua', 1, true) ~= nil
    health.ok('lists are shown by ' .. (is_own and "Neovim's own vim.ui.select" or source))
  end
  if vim.tbl_contains(vim.fn.getcompletion('peerline-commands', 'help'), 'peerline-commands') then
    health.ok(':help peerline is found')
  else
    health.warn(':help peerline is not found', { ':helptags ALL' })
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
  check_maps()
  check_surroundings()
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
