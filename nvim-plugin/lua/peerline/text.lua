-- Text from other people, made safe to show: visible controls, one line, a width that fits.

local M = {}

-- Code points that show nothing or change how their neighbours are shown, as in
-- peerline/protocol/text.py: control, format, surrogate, private, unassigned, line separators;
-- and the letters and selectors that are invisible though they count as letters or marks.
local INVISIBLE = {
  { 0x00, 0x1F },
  { 0x7F, 0x9F },
  { 0xAD, 0xAD },
  { 0x34F, 0x34F },
  { 0x600, 0x605 },
  { 0x61C, 0x61C },
  { 0x6DD, 0x6DD },
  { 0x70F, 0x70F },
  { 0x890, 0x891 },
  { 0x8E2, 0x8E2 },
  { 0x115F, 0x1160 },
  { 0x17B4, 0x17B5 },
  { 0x180B, 0x180F },
  { 0x200B, 0x200F },
  { 0x2028, 0x202E },
  { 0x2060, 0x206F },
  { 0x3164, 0x3164 },
  { 0xD800, 0xF8FF },
  { 0xFDD0, 0xFDEF },
  { 0xFE00, 0xFE0D },
  { 0xFEFF, 0xFEFF },
  { 0xFFA0, 0xFFA0 },
  { 0xFFF0, 0xFFFB },
  { 0xFFFE, 0xFFFF },
  { 0x110BD, 0x110BD },
  { 0x110CD, 0x110CD },
  { 0x13430, 0x1343F },
  { 0x1BCA0, 0x1BCA3 },
  { 0x1D173, 0x1D17A },
  { 0x1FFFE, 0x1FFFF },
  { 0x2FFFE, 0x2FFFF },
  { 0x3FFFE, 0x10FFFF },
}
local ZERO_WIDTH_JOINER = 0x200D
local PLAIN = '^[\32-\126]*$'

local function is_invisible(code)
  for _, range in ipairs(INVISIBLE) do
    if code < range[1] then
      return false
    end
    if code <= range[2] then
      return true
    end
  end
  return false
end

local function is_symbol(code)
  return code ~= nil
    and (
      (code >= 0x2190 and code <= 0x2BFF)
      or (code >= 0x1F000 and code <= 0x1FAFF)
      or code == 0x3030
    )
end

local function joins_emoji(codes, index)
  if codes[index] ~= ZERO_WIDTH_JOINER then
    return false
  end
  local before = codes[index - 1]
  if before == 0xFE0E or before == 0xFE0F then
    before = codes[index - 2]
  end
  return is_symbol(before) and is_symbol(codes[index + 1])
end

--- The text with every invisible character written as `<U+XXXX>`.
--- @param text string
--- @param keep string? plain characters to leave as they are, for example "\n"
--- @return string
function M.reveal(text, keep)
  if text:find(PLAIN) then
    return text
  end
  -- A string with a NUL would reach vim.fn as a Blob.
  local codes = vim.fn.str2list((text:gsub('%z', '\1<NUL>')))
  local parts = {}
  for index, code in ipairs(codes) do
    local char = vim.fn.nr2char(code)
    local is_kept = keep ~= nil and keep:find(char, 1, true) ~= nil
    if is_invisible(code) and not is_kept and not joins_emoji(codes, index) then
      char = ('<U+%04X>'):format(code)
    end
    parts[#parts + 1] = char
  end
  return (table.concat(parts):gsub('<U%+0001><NUL>', '<U+0000>'))
end

--- The text on one line: line breaks and tabs become spaces, what is invisible is revealed.
--- @param text string
--- @return string
function M.one_line(text)
  local flat = vim.trim(text):gsub('%s*\r?\n%s*', ' '):gsub('\t', ' ')
  return M.reveal(flat)
end

--- The text split into its lines, tabs expanded, what is invisible revealed.
--- @param text string
--- @return string[]
function M.lines(text)
  local lines = vim.split((text:gsub('\r\n?', '\n')), '\n', { plain = true })
  for index, line in ipairs(lines) do
    lines[index] = M.reveal((line:gsub('\t', '    ')))
  end
  return lines
end

--- The longest beginning of a one-line text that fits, with "…" where something was cut.
--- @param text string
--- @param width integer display cells
--- @return string
function M.truncate(text, width)
  if vim.fn.strdisplaywidth(text) <= width then
    return text
  end
  local kept, used = {}, 1
  for _, char in ipairs(vim.fn.split(text, '\\zs')) do
    used = used + vim.fn.strdisplaywidth(char)
    if used > width then
      break
    end
    kept[#kept + 1] = char
  end
  return table.concat(kept) .. '…'
end

--- The text broken into lines of at most `width` cells, at spaces where there are any.
--- @param line string one line
--- @param width integer
--- @return string[]
function M.wrap(line, width)
  local wrapped, current, used = {}, '', 0
  for _, word in ipairs(vim.split(line, ' ', { plain = true })) do
    local size = vim.fn.strdisplaywidth(word)
    if used > 0 and used + 1 + size > width then
      wrapped[#wrapped + 1], current, used = current, '', 0
    elseif used > 0 or #wrapped > 0 and current ~= '' then
      current, used = current .. ' ', used + 1
    end
    while size > width do
      local head = M.truncate(word, width + 1):gsub('…$', '')
      if head == '' then
        break
      end
      wrapped[#wrapped + 1] = head
      word = word:sub(#head + 1)
      size = vim.fn.strdisplaywidth(word)
    end
    current, used = current .. word, used + size
  end
  wrapped[#wrapped + 1] = current
  return wrapped
end

--- A name as it is shown: one line, short.
--- @param name string
--- @return string
function M.name(name)
  return M.truncate(M.one_line(name), 24)
end

--- What stands for a name in the sign column: its first character, at most two cells wide.
--- @param name string
--- @return string
function M.initial(name)
  local first = vim.fn.strcharpart(vim.trim(name), 0, 1, 1)
  local width = vim.fn.strdisplaywidth(first)
  if width < 1 or width > 2 or M.reveal(first) ~= first then
    return '@'
  end
  return vim.fn.toupper(first)
end

--- The text with its `%` doubled, for a status line that expands items.
--- @param text string
--- @return string
function M.escape_statusline(text)
  return (text:gsub('%%', '%%%%'))
end

--- An RFC 3339 timestamp in UTC as the local time of day; empty if it is none.
--- @param timestamp string
--- @return string HH:MM
function M.clock(timestamp)
  local year, month, day, hour, minute, second =
    timestamp:match('^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)')
  if not year then
    return ''
  end
  local as_local = os.time({
    year = tonumber(year),
    month = tonumber(month),
    day = tonumber(day),
    hour = tonumber(hour),
    min = tonumber(minute),
    sec = tonumber(second),
    isdst = false,
  })
  local utc = os.date('!*t', as_local)
  utc.isdst = false
  return os.date('%H:%M', as_local + os.difftime(as_local, os.time(utc))) --[[@as string]]
end

return M
