-- The window in which comments, replies and edits are written. A text that was not sent is kept.
local float = require('peerline.float')
local text = require('peerline.text')

local M = {}

-- The texts that were not sent, by what they are for.
local kept = {}

local function complete_or(key, otherwise)
  return function()
    return vim.fn.pumvisible() == 1 and key or otherwise
  end
end

--- Open a window to write in, with what was kept for the same thing.
---
--- <CR> sends, <C-j> breaks the line, <Tab> completes a name after @, <C-s> inserts a suggestion.
--- If sending is refused, the window stays open with the text.
---@param options {key: string, title: string, content: string?, suggest: (fun(): string[]?)?,
---send: fun(content: string, done: fun(refusal: string?))}
function M.open(options)
  local buf = float.buffer('peerline-input')
  local before = kept[options.key]
  local start = before or options.content
  if start then
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(start, '\n', { plain = true }))
  end
  vim.bo[buf].omnifunc = "v:lua.require'peerline.chat'.complete"
  vim.bo[buf].completefunc = "v:lua.require'peerline.chat'.complete"
  local win
  local is_sending, is_sent = false, false
  local function content()
    return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n')
  end
  local function close()
    float.close(win)
    vim.cmd.stopinsert()
  end
  local function send()
    if vim.fn.pumvisible() == 1 then
      vim.api.nvim_feedkeys(vim.keycode('<C-y>'), 'n', false)
      return
    end
    local body = content()
    if is_sending or body:match('^%s*$') then
      return
    end
    is_sending = true
    options.send(body, function(refusal)
      is_sending = false
      if refusal then
        text.notify(refusal, vim.log.levels.WARN)
        return
      end
      is_sent = true
      kept[options.key] = nil
      close()
    end)
  end
  local function suggest()
    local lines = options.suggest and options.suggest() or { '' }
    local fence = '```'
    while vim.iter(lines):any(function(line)
      return line:find(fence, 1, true) ~= nil
    end) do
      fence = fence .. '`'
    end
    local row = vim.fn.line('.')
    local is_empty = vim.api.nvim_get_current_line() == ''
    local block = vim.list_extend({ fence .. 'suggestion' }, lines)
    block[#block + 1] = fence
    vim.api.nvim_buf_set_lines(buf, is_empty and row - 1 or row, row, false, block)
    vim.api.nvim_win_set_cursor(win, { (is_empty and row or row + 1) + 1, 0 })
  end
  win = float.open(buf, {
    title = options.title .. (before and ' (not sent yet)' or ''),
    footer = '<CR> send · <C-j> new line · <C-s> suggest · <Esc> close · g? keys',
    least = 4,
    keys = {
      q = { close, desc = 'Close; the text is kept' },
      ['<Esc>'] = { close, desc = 'Close; the text is kept' },
    },
  })
  float.markdown(buf)
  vim.keymap.set({ 'n', 'i' }, '<CR>', send, { buffer = buf, desc = 'Send' })
  vim.keymap.set('i', '<C-j>', function()
    vim.api.nvim_put({ '', '' }, 'c', false, true)
  end, { buffer = buf, desc = 'New line' })
  vim.keymap.set(
    'i',
    '<Tab>',
    complete_or('<C-n>', '<C-x><C-o>'),
    { buffer = buf, expr = true, desc = 'Complete a name after @' }
  )
  vim.keymap.set({ 'n', 'i' }, '<C-s>', suggest, { buffer = buf, desc = 'Suggest other lines' })
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI' }, {
    buffer = buf,
    callback = function()
      float.fit(win, 4)
    end,
  })
  -- However the window is closed.
  vim.api.nvim_create_autocmd('BufWinLeave', {
    buffer = buf,
    once = true,
    callback = function()
      local body = content()
      if is_sent or body == (options.content or '') or body:match('^%s*$') then
        kept[options.key] = nil
      else
        kept[options.key] = body
      end
    end,
  })
  vim.cmd.startinsert({ bang = true })
end

return M
