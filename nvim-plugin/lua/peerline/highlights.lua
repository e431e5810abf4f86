-- A colour per participant that can be read on dark and on light backgrounds.
local M = {}

M.COUNT = 12

-- Mid-tones, in an order in which neighbours differ also without red and green.
local colors = {
  '#0072b2', '#d55e00', '#008f6b', '#b3589a', '#9a6f00', '#2f8fc4',
  '#c04f4f', '#5b6ee1', '#4d8c2b', '#8a5cc9', '#b0543b', '#3d7f86',
}

local function blend(color, background, share)
  local function channel(shift)
    local from = bit.band(bit.rshift(color, shift), 0xff)
    local to = bit.band(bit.rshift(background, shift), 0xff)
    return math.floor(from * share + to * (1 - share) + 0.5)
  end
  return ('#%02x%02x%02x'):format(channel(16), channel(8), channel(0))
end

local function define()
  local background = vim.o.background == 'light' and 0xffffff or 0x1c1c1c
  for index, color in ipairs(colors) do
    local set = function(name, value)
      value.default = true
      vim.api.nvim_set_hl(0, name .. index, value)
    end
    local selection = blend(tonumber(color:sub(2), 16), background, 0.3)
    set('PeerlineCursor', { bg = color, fg = '#ffffff', ctermbg = index, ctermfg = 15 })
    set('PeerlineName', { fg = color, bold = true, ctermfg = index })
    set('PeerlineSelection', { bg = selection, ctermbg = 8 })
  end
  local link = function(name, target)
    vim.api.nvim_set_hl(0, name, { link = target, default = true })
  end
  link('PeerlineComment', 'DiagnosticInfo')
  link('PeerlineMention', 'Search')
  link('PeerlineSystem', 'Comment')
  link('PeerlineTime', 'NonText')
  link('PeerlineViewport', 'NonText')
  link('PeerlineError', 'ErrorMsg')
  link('PeerlineRefused', 'DiagnosticWarn')
end

--- The highlight group of a participant's colour.
---@param kind 'Cursor'|'Name'|'Selection'
---@param color integer index from 0
---@return string
function M.group(kind, color)
  return 'Peerline' .. kind .. (color % M.COUNT + 1)
end

--- Define the groups now and whenever the colour scheme changes.
function M.setup()
  define()
  vim.api.nvim_create_autocmd('ColorScheme', {
    group = vim.api.nvim_create_augroup('peerline_highlights', { clear = true }),
    callback = define,
  })
end

return M
