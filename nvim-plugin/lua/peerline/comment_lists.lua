-- Lists of comments: of all files in the quickfix list, outdated ones, resolved ones.
local float = require('peerline.float')
local lsp = require('peerline.lsp')
local text = require('peerline.text')
local thread_view = require('peerline.thread_view')

local M = {}

-- The outdated thread that the next :Peerline reattach attaches.
local picked = nil

--- Forget the thread that was picked.
function M.forget()
  picked = nil
end

local function ask(arguments, none, done)
  lsp.act('listComments', arguments, function(result)
    if #result.threads == 0 then
      text.notify(none)
    else
      done(result.threads, result.has_more)
    end
  end)
end

local function where(thread)
  return ('%s:%d'):format(text.reveal(thread.file), thread.line + 1)
end

--- Show threads with the lines they are about; `keys` get the thread at the cursor and `close`.
local function show(threads, options)
  local lines, thread_at, heads = {}, {}, {}
  local function add(line, thread)
    lines[#lines + 1] = line
    thread_at[#lines] = thread
  end
  for number, thread in ipairs(threads) do
    if number > 1 then
      add('', thread)
    end
    add(where(thread) .. (thread.uri and '' or '  (no such file here)'), thread)
    heads[#heads + 1] = #lines
    for _, line in ipairs(text.lines(thread.code_snippet)) do
      add('│ ' .. line, thread)
    end
    add('  ' .. thread_view.summary(thread, 120), thread)
  end
  local buf = float.buffer('peerline-thread')
  float.set_lines(buf, lines)
  local win
  local function close()
    float.close(win)
  end
  local keys = { q = { close, desc = 'Close' }, ['<Esc>'] = { close, desc = 'Close' } }
  for key, action in pairs(options.keys) do
    keys[key] = {
      function()
        action[1](thread_at[vim.fn.line('.')], close)
      end,
      desc = action.desc,
    }
  end
  win = float.open(buf, { title = options.title, footer = options.footer, keys = keys })
  local namespace = vim.api.nvim_create_namespace('peerline_thread')
  for _, row in ipairs(heads) do
    vim.api.nvim_buf_set_extmark(buf, namespace, row - 1, 0, { end_row = row, hl_group = 'PeerlineComment' })
  end
end

local function show_thread(thread, close)
  close()
  require('peerline.thread').show({ thread }, where(thread))
end

--- List the outdated comments of all files with their lines; <CR> picks one to reattach.
function M.outdated()
  ask({ outdated_only = true }, 'no comment is outdated', function(threads)
    show(threads, {
      title = 'Outdated comments',
      footer = '<CR> reattach · o open · g? keys · q close',
      keys = {
        ['<CR>'] = {
          function(thread, close)
            picked = thread
            close()
            text.notify('go to its line, or select lines, then :Peerline reattach')
          end,
          desc = 'Pick the comment for :Peerline reattach',
        },
        o = { show_thread, desc = 'Open the thread' },
      },
    })
  end)
end

--- List the resolved threads of all files; `u` reopens one.
function M.resolved()
  ask({ resolved = true }, 'no comment is resolved', function(threads, has_more)
    show(threads, {
      title = 'Resolved comments' .. (has_more and ' (the first ones)' or ''),
      footer = '<CR> open · u reopen · g? keys · q close',
      keys = {
        ['<CR>'] = { show_thread, desc = 'Open the thread' },
        u = {
          function(thread, close)
            require('peerline.thread').reopen_thread(thread, close)
          end,
          desc = 'Reopen the thread',
        },
      },
    })
  end)
end

--- Attach an outdated thread to lines of the current buffer: the picked one, or one to choose.
---@param first integer 1-based
---@param last integer 1-based
function M.reattach(first, last)
  local buf = vim.api.nvim_get_current_buf()
  if not lsp.is_attached(buf) then
    text.notify('this buffer is not a file of the session', vim.log.levels.WARN)
    return
  end
  local function send(thread)
    if not thread then
      return
    end
    picked = nil
    local arguments = { comment_id = thread.id, uri = vim.uri_from_bufnr(buf), line = first - 1 }
    if last > first then
      arguments.end_line = last - 1
    end
    lsp.command('reattach', arguments)
  end
  if picked then
    send(picked)
    return
  end
  ask({ outdated_only = true }, 'no comment is outdated', function(threads)
    vim.ui.select(threads, {
      prompt = 'Comment to attach here',
      format_item = function(thread)
        return where(thread) .. '  ' .. thread_view.summary(thread, 80)
      end,
    }, send)
  end)
end

local function item_of(thread)
  -- The lines an outdated comment was about; its line number is not one of this text.
  local was = thread.outdated and '[outdated: ' .. text.line(thread.code_snippet, 40) .. '] ' or ''
  local said = was .. thread_view.summary(thread, 120)
  if not thread.uri then
    return { text = text.reveal(thread.file) .. ' (no such file here): ' .. said }
  end
  local is_several = not thread.outdated and thread.end_line > thread.line
  return {
    filename = vim.uri_to_fname(thread.uri),
    lnum = thread.outdated and 0 or thread.line + 1,
    end_lnum = is_several and thread.end_line + 1 or nil,
    text = said,
    type = 'I',
    user_data = thread.id,
  }
end

--- List the open threads of all files in the quickfix list, or those of the current file in its
--- location list.
---@param is_here boolean
function M.list(is_here)
  local uri = vim.uri_from_bufnr(0)
  local win = vim.api.nvim_get_current_win()
  ask(nil, 'there are no unresolved comments', function(threads)
    local items = {}
    for _, thread in ipairs(threads) do
      if not is_here or thread.uri == uri then
        items[#items + 1] = item_of(thread)
      end
    end
    local list = { title = 'Peerline comments', items = items }
    if #items == 0 then
      text.notify('this file has no unresolved comments')
    elseif is_here then
      vim.fn.setloclist(win, {}, ' ', list)
      vim.cmd('lopen')
    else
      vim.fn.setqflist({}, ' ', list)
      vim.cmd('botright copen')
    end
  end)
end

return M
