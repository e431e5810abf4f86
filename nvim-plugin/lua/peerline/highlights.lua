-- The highlight groups: a colour per participant, and links for the rest.
local config = require('peerline.config')
local palette = require('peerline.palette')

local M = {}

M.COUNT = #palette.dark

local function blend(color, background, share)
  local function channel(shift)
    local from = bit.band(bit.rshift(color, shift), 0xff)
    local to = bit.band(bit.rshift(background, shift), 0xff)
    return math.floor(from * share + to * (1 - share) + 0.5)
  end
  return ('#%02x%02x%02x'):format(channel(16), channel(8), channel(0))
end

-- By `high_contrast` and 'background': the palette's name, and how much of a colour its selection has.
local themes = {
  [false] = {
    dark = { palette = 'dark', background = 0x1c1c1c, share = 0.3 },
    light = { palette = 'light', background = 0xffffff, share = 0.3 },
  },
  [true] = {
    dark = { palette = 'high_contrast', background = 0x000000, share = 0.38 },
    light = { palette = 'high_contrast_light', background = 0xffffff, share = 0.31 },
  },
}

-- The groups as they were set here: what the user or a colour scheme has set stays.
local ours = {}

local function current(name)
  local group = vim.api.nvim_get_hl(0, { name = name })
  group.default = nil
  return group
end

local function set_hue(name, value)
  local now = current(name)
  local is_ours = vim.deep_equal(now, ours[name])
  value.default = not is_ours
  vim.api.nvim_set_hl(0, name, value)
  if is_ours or vim.tbl_isempty(now) then
    ours[name] = current(name)
  end
end

local function define()
  local theme = themes[config.options.high_contrast][vim.o.background]
  for index, hue in ipairs(palette[theme.palette]) do
    local color = hue.color
    local set = function(name, value)
      set_hue(name .. index, value)
    end
    local selection = blend(tonumber(color:sub(2), 16), theme.background, theme.share)
    set('PeerlineCursor', { bg = color, fg = hue.text, ctermbg = index, ctermfg = hue.text == '#ffffff' and 15 or 0 })
    set('PeerlineName', { fg = color, bold = true, ctermfg = index })
    set('PeerlineSelection', { bg = selection, ctermbg = 8 })
  end
  local link = function(name, target)
    vim.api.nvim_set_hl(0, name, { link = target, default = true })
  end
  link('PeerlineComment', 'DiagnosticInfo')
  link('PeerlineSuggestionOld', 'DiffDelete')
  link('PeerlineSuggestionNew', 'DiffAdd')
  link('PeerlineMention', 'Search')
  link('PeerlineMentionOther', 'Special')
  link('PeerlineSystem', 'Comment')
  link('PeerlineDay', 'NonText')
  link('PeerlineNew', 'WarningMsg')
  link('PeerlineCode', 'CursorLine')
  link('PeerlineHeading', 'Title')
  link('PeerlineReaction', 'Comment')
  link('PeerlineReactionMine', 'Special')
  link('PeerlineUnread', 'DiagnosticInfo')
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

--- Define the groups now and whenever the colour scheme or its background changes.
function M.setup()
  define()
  local group = vim.api.nvim_create_augroup('peerline_highlights', { clear = true })
  vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = define })
  vim.api.nvim_create_autocmd('OptionSet', { group = group, pattern = 'background', callback = define })
end

return M
