-- The highlight groups: a colour for each participant, on dark and on light backgrounds.

local M = {}

M.COUNT = 12

-- Mid-tones, far apart in hue, with their nearest colours of the 256-colour palette.
local COLORS = {
  { 0x3B82F6, 69 },
  { 0xE0563F, 167 },
  { 0x2FA36B, 35 },
  { 0xA855F7, 135 },
  { 0xD98A00, 172 },
  { 0x0FA3B1, 37 },
  { 0xE0489A, 169 },
  { 0x7C9A1A, 106 },
  { 0x6366F1, 63 },
  { 0xB7791F, 136 },
  { 0x14967F, 30 },
  { 0xC2410C, 130 },
}
local SELECTION_STRENGTH = 0.32

local function channels(color)
  return math.floor(color / 0x10000) % 0x100, math.floor(color / 0x100) % 0x100, color % 0x100
end

local function luminance(color)
  local red, green, blue = channels(color)
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
end

local function blend(color, background, strength)
  local r1, g1, b1 = channels(color)
  local r2, g2, b2 = channels(background)
  local function mix(a, b)
    return math.floor(a * strength + b * (1 - strength) + 0.5)
  end
  return mix(r1, r2) * 0x10000 + mix(g1, g2) * 0x100 + mix(b1, b2)
end

local function editor_background()
  local normal = vim.api.nvim_get_hl(0, { name = 'Normal', link = false })
  return normal.bg or (vim.o.background == 'light' and 0xFFFFFF or 0x14161B)
end

local function define(name, attributes)
  attributes.default = true
  vim.api.nvim_set_hl(0, name, attributes)
end

--- Define every group that the user or the colour scheme has not defined.
function M.define()
  local background = editor_background()
  for index, color in ipairs(COLORS) do
    local rgb, cterm = color[1], color[2]
    local is_bright = luminance(rgb) > 0.55
    define('PeerlineCursor' .. index, {
      fg = is_bright and 0x000000 or 0xFFFFFF,
      bg = rgb,
      ctermfg = is_bright and 16 or 231,
      ctermbg = cterm,
      bold = true,
    })
    define('PeerlineName' .. index, { link = 'PeerlineCursor' .. index })
    define('PeerlineText' .. index, { fg = rgb, ctermfg = cterm })
    define('PeerlineSelection' .. index, {
      bg = blend(rgb, background, SELECTION_STRENGTH),
      ctermfg = 231,
      ctermbg = cterm,
    })
  end
  define('PeerlineSystem', { link = 'Comment' })
  define('PeerlineTime', { link = 'NonText' })
  define('PeerlineMention', { link = 'IncSearch' })
  define('PeerlineComment', { link = 'DiagnosticVirtualTextInfo' })
  define('PeerlineOutdated', { link = 'DiagnosticVirtualTextWarn' })
end

--- The group of a kind for a colour index of the protocol (from 0).
--- @param kind "Cursor"|"Name"|"Text"|"Selection"
--- @param color integer
--- @return string
function M.group(kind, color)
  return ('Peerline%s%d'):format(kind, color % M.COUNT + 1)
end

--- Keep the groups through changes of the colour scheme.
function M.setup()
  M.define()
  vim.api.nvim_create_autocmd({ 'ColorScheme' }, {
    group = vim.api.nvim_create_augroup('peerline.highlights', { clear = true }),
    callback = M.define,
  })
end

return M
