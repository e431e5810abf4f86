-- Shows other people's text as text: nothing in it may act on the terminal or the layout.
local M = {}

-- The cells of a message at most: what others wrote in it may be long.
local MOST = 1000

-- A joiner and the variation selectors 15 and 16 are not among them: the bridge leaves those of
-- pictures, and has written out the others.
local invisible = {
  { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c },
  { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200c },
  { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x2800, 0x2800 },
  { 0x3164, 0x3164 }, { 0xd800, 0xf8ff }, { 0xfe00, 0xfe0d }, { 0xfeff, 0xfeff },
  { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 }, { 0x1d159, 0x1d159 },
  { 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
}

local function is_invisible(code)
  for _, range in ipairs(invisible) do
    if code >= range[1] and code <= range[2] then
      return true
    end
  end
  return false
end

-- The flags of England, Scotland and Wales: a black flag and tags, all of one picture (UTS 51).
local flags = { gbeng = true, gbsct = true, gbwls = true }

-- The codes of such a flag that begins at a place of the text, or nil.
local function flag_at(codes, start)
  if codes[start] ~= 0x1f3f4 or codes[start + 6] ~= 0xe007f then
    return nil
  end
  local region = ''
  for place = start + 1, start + 5 do
    local letter = codes[place] - 0xe0000
    if letter < 0x61 or letter > 0x7a then
      return nil
    end
    region = region .. string.char(letter)
  end
  return flags[region] and vim.list_slice(codes, start, start + 6) or nil
end

--- The text with control, bidi, zero-width and tag characters written as <U+XXXX>.
---@param text string
---@param keep_newlines boolean? whether newlines stay
---@return string
function M.reveal(text, keep_newlines)
  local parts = {}
  local codes = vim.fn.str2list(text)
  local after_flag = 0
  for place, code in ipairs(codes) do
    local flag = flag_at(codes, place)
    if place < after_flag then
      -- It is part of the flag.
    elseif flag then
      parts[#parts + 1] = vim.fn.list2str(flag, true)
      after_flag = place + #flag
    elseif code == 0x0a and keep_newlines then
      parts[#parts + 1] = '\n'
    elseif code == 0x0a or code == 0x09 then
      parts[#parts + 1] = ' '
    elseif is_invisible(code) then
      parts[#parts + 1] = ('<U+%04X>'):format(code)
    else
      parts[#parts + 1] = vim.fn.nr2char(code, true)
    end
  end
  return table.concat(parts)
end

--- The text cut to a number of cells, with an ellipsis if anything is missing.
---@param text string
---@param width integer
---@return string
function M.truncate(text, width)
  if vim.fn.strdisplaywidth(text) <= width then
    return text
  end
  local result, used = {}, 0
  for _, char in ipairs(vim.fn.split(text, '\\zs')) do
    local cells = vim.fn.strdisplaywidth(char)
    if used + cells > width - 1 then
      break
    end
    result[#result + 1] = char
    used = used + cells
  end
  return table.concat(result) .. '…'
end

--- Other people's text in one line of at most `width` cells.
---@param text string
---@param width integer
---@return string
function M.line(text, width)
  return M.truncate(M.reveal(text), width)
end

--- Other people's text as lines.
---@param text string
---@return string[]
function M.lines(text)
  return vim.split(M.reveal(text:gsub('\r\n?', '\n'), true), '\n', { plain = true })
end

--- Other people's text as lines; tabs stay, since code may begin with them.
---@param text string
---@return string[]
function M.code_lines(text)
  return vim.tbl_map(function(line)
    return table.concat(vim.tbl_map(M.reveal, vim.split(line, '\t', { plain = true })), '\t')
  end, vim.split(text, '\n', { plain = true }))
end

--- The first character of a name, for a sign of at most two cells.
---@param name string
---@return string
function M.initial(name)
  local chars = vim.fn.split(M.reveal(name), '\\zs')
  local first = chars[1] or '?'
  return vim.fn.strdisplaywidth(first) <= 2 and first or '?'
end

--- Seconds since 1970 of a timestamp of the bridge, which is in UTC; nil if it is none.
---@param timestamp string
---@return integer?
function M.epoch(timestamp)
  local year, month, day, hour, minute, second =
    timestamp:match('^(%d%d%d%d)-(%d%d)-(%d%d)T(%d%d):(%d%d):(%d%d)')
  if not year then
    return nil
  end
  -- os.time takes local time, so the days are counted here: from 1 March, leap days come last.
  local from_march = (month + 9) % 12
  local years = year - (month <= '02' and 1 or 0)
  local days = 365 * years + math.floor(years / 4) - math.floor(years / 100) + math.floor(years / 400)
  days = days + math.floor((153 * from_march + 2) / 5) + day - 719469
  return days * 86400 + hour * 3600 + minute * 60 + second
end

local function formatted(format, timestamp)
  local epoch = M.epoch(timestamp)
  return epoch and os.date(format, epoch) or ''
end

--- The local time of a timestamp: 09:45.
---@param timestamp string
---@return string
function M.clock(timestamp)
  return formatted('%H:%M', timestamp)
end

--- The local date and time of a timestamp: 2026-01-31 09:45.
---@param timestamp string
---@return string
function M.moment(timestamp)
  return formatted('%Y-%m-%d %H:%M', timestamp)
end

--- The local date of a timestamp: 2026-01-31.
---@param timestamp string
---@return string
function M.date(timestamp)
  return formatted('%Y-%m-%d', timestamp)
end

--- The local day of a timestamp, as a heading: Today, Yesterday, or the date.
---@param timestamp string
---@param now integer seconds since 1970
---@return string
function M.day(timestamp, now)
  local day = M.date(timestamp)
  if day == os.date('%Y-%m-%d', now) then
    return 'Today'
  end
  local today = os.date('*t', now)
  local yesterday = os.time({ year = today.year, month = today.month, day = today.day - 1, hour = 12 })
  if day == os.date('%Y-%m-%d', yesterday) then
    return 'Yesterday'
  end
  return formatted(day:sub(1, 4) == os.date('%Y', now) and '%A, %d %B' or '%A, %d %B %Y', timestamp)
end

--- Put a text into the unnamed register and, if there is one, into the clipboard.
---@param text string
---@return boolean is_in_clipboard
function M.copy(text)
  vim.fn.setreg('"', text)
  return vim.fn.has('clipboard') == 1 and (pcall(vim.fn.setreg, '+', text))
end

--- Show a message without a prompt to press ENTER, which would swallow what is typed next: what is
--- longer than a line is in a window above the command line, and whole in `:messages`.
---@param message string
---@param level integer? one of vim.log.levels
function M.notify(message, level)
  vim.schedule(function()
    require('peerline.message').show(M.line('Peerline: ' .. message, MOST), level)
  end)
end

return M
