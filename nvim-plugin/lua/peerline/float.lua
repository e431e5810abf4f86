-- The floating windows of comments: their size, where they fit, their keys.
local text = require('peerline.text')
local ui = require('peerline.ui')

local M = {}

local WIDTH = 76

local function limited(height, least)
  local most = math.max(1, math.floor(vim.o.lines * 0.6))
  return math.max(math.min(least or 1, most), math.min(height, most))
end

local function size(buf, least)
  local width = math.max(1, math.min(WIDTH, vim.o.columns - 4))
  local height = ui.lines_height(vim.api.nvim_buf_get_lines(buf, 0, -1, false), width)
  return width, limited(height, least)
end

--- Below the cursor if there is room for it, else above: the line at the cursor stays visible.
local function place(height)
  local above = vim.fn.screenrow() - 1
  local below = vim.o.lines - vim.o.cmdheight - vim.fn.screenrow()
  if below >= height + 2 or below >= above then
    return { relative = 'cursor', row = 1, col = 0 }
  end
  return { relative = 'cursor', row = 0, col = 0, anchor = 'SW' }
end

--- Open a window on a buffer, and enter it. `g?` in it shows the keys.
---@param buf integer
---@param options {title: string, footer: string, least: integer?,
---keys: table<string, {[1]: fun(), desc: string}>}
---@return integer win
function M.open(buf, options)
  local width, height = size(buf, options.least)
  local win = vim.api.nvim_open_win(
    buf,
    true,
    vim.tbl_extend('error', place(height), {
      width = width,
      height = height,
      style = 'minimal',
      border = 'rounded',
      title = ' ' .. text.line(options.title, width - 4) .. ' ',
      footer = ' ' .. text.truncate(options.footer, width - 4) .. ' ',
    })
  )
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.wo[win].breakindent = true
  for key, action in pairs(options.keys) do
    vim.keymap.set('n', key, action[1], { buffer = buf, nowait = true, desc = action.desc })
  end
  ui.hints(buf, options.title)
  M.fit(win, options.least)
  return win
end

--- Adapt the height of a window to its text.
---@param win integer
---@param least integer?
function M.fit(win, least)
  vim.api.nvim_win_set_height(win, limited(vim.api.nvim_win_text_height(win, {}).all, least))
end

--- Change the title of a window.
---@param win integer
---@param title string
function M.set_title(win, title)
  local width = vim.api.nvim_win_get_width(win)
  vim.api.nvim_win_set_config(win, { title = ' ' .. text.line(title, width - 4) .. ' ' })
end

--- Close a window that may be closed already.
---@param win integer?
function M.close(win)
  if win and vim.api.nvim_win_is_valid(win) then
    vim.api.nvim_win_close(win, true)
  end
end

--- A buffer to read, which ends with its window.
---@param filetype string
---@return integer
function M.buffer(filetype)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = filetype
  return buf
end

--- Replace the lines of a buffer that the user cannot change.
---@param buf integer
---@param lines string[]
function M.set_lines(buf, lines)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
end

--- Highlight Markdown in parts of a buffer, each on its own: nothing that one of them leaves open
--- reaches the next.
---@param buf integer
---@param parts {[1]: integer, [2]: integer}[]? rows from and before; all rows if it is left out
function M.markdown(buf, parts)
  -- The parsers of Markdown come with Neovim, but may be missing in a build of one's own.
  pcall(function()
    local parser = vim.treesitter.get_parser(buf, 'markdown', { error = false })
    if not parser then
      return
    end
    if parts then
      local regions = {}
      for _, part in ipairs(parts) do
        regions[#regions + 1] = { { part[1], 0, part[2], 0 } }
      end
      -- Without a region, the parser would take the whole text.
      parser:set_included_regions(#regions > 0 and regions or { { { 0, 0, 0, 0 } } })
    end
    vim.treesitter.start(buf, 'markdown')
  end)
end

return M
