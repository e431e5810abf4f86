-- The mentions of names in a text: not in code or in a URL, and of two names the longer one. The rules are
-- those of peerline/protocol/mentions.py; tests/cases/mentions.json holds them all to the same.
local M = {}

local URL = vim.regex(
  [=[\%([A-Za-z0-9_]\)\@1<!\%([A-Za-z][A-Za-z0-9+.-]*:\/\/\|www\.\|mailto:\)[^[:space:]<>"'`]\+]=]
)

-- Scripts in which words, or a name and its particle, follow each other without a space.
local without_spaces = {
  { 0x0e00, 0x0eff }, { 0x1000, 0x109f }, { 0x1100, 0x11ff }, { 0x1780, 0x17ff }, { 0x3005, 0x3007 },
  { 0x3040, 0x30ff }, { 0x3130, 0x318f }, { 0x31f0, 0x31ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff },
  { 0xa960, 0xa97f }, { 0xac00, 0xd7ff }, { 0xf900, 0xfaff }, { 0xff66, 0xffdc }, { 0x20000, 0x3ffff },
}

local joiners = { ['-'] = true, ['.'] = true, ['@'] = true }

local function is_without_spaces(char)
  local code = char ~= '' and vim.fn.char2nr(char, true) or 0
  return vim.iter(without_spaces):any(function(range)
    return code >= range[1] and code <= range[2]
  end)
end

local function is_word(char)
  if char == '' then
    return false
  end
  -- 0 is a blank, 1 punctuation, 3 an emoji.
  local class = vim.fn.charclass(char)
  return class == 2 or class > 3
end

--- The character that begins at a byte, from 1; empty behind the end.
local function char_at(line, at)
  return vim.fn.matchstr(line:sub(at, at + 31), '^.')
end

--- The character that ends before a byte, from 1; empty at the beginning.
local function char_before(line, at)
  return vim.fn.matchstr(line:sub(math.max(1, at - 32), at - 1), '.$')
end

local function ends_word(line, last)
  local end_char = char_before(line, last + 1)
  local after = char_at(line, last + 1)
  if after == '' or not is_word(end_char) then
    return true
  end
  local following = joiners[after] and char_at(line, last + 1 + #after) or after
  if not is_word(following) then
    return true
  end
  return is_without_spaces(following) or (following == after and is_without_spaces(end_char))
end

--- The inline code of a line: spans of first and last byte, from 1.
local function code_spans(line)
  local spans, opened, start = {}, {}, 1
  while true do
    local from, to = line:find('`+', start)
    if not from then
      return spans
    end
    local length = to - from + 1
    local first = opened[length]
    if not first or line:sub(first[2] + 1, from - 1):match('^%s*$') then
      opened[length] = { from, to }
    else
      spans[#spans + 1] = { first[1], to }
      opened = {}
    end
    start = to + 1
  end
end

local function add_urls(line, spans)
  local start = 0
  while start < #line do
    local from, to = URL:match_str(line:sub(start + 1))
    if not from then
      return
    end
    spans[#spans + 1] = { start + from + 1, start + to }
    start = start + to
  end
end

local function span_at(spans, at)
  for _, span in ipairs(spans) do
    if at >= span[1] and at <= span[2] then
      return span
    end
  end
end

--- The mentions in a line that is not in a block of code.
---@param line string
---@param names string[]
---@return {[1]: integer, [2]: integer, [3]: string}[] first and last byte, from 1, and the name
function M.find(line, names)
  local found = {}
  if not line:find('@', 1, true) then
    return found
  end
  local sorted = vim.deepcopy(names)
  table.sort(sorted, function(one, other)
    return #one > #other
  end)
  local spans = code_spans(line)
  add_urls(line, spans)
  local from = 1
  while true do
    local at = line:find('@', from, true)
    if not at then
      return found
    end
    from = at + 1
    local before = char_before(line, at)
    local may_begin = before ~= '@' and (not is_word(before) or is_without_spaces(before))
    for _, name in ipairs(may_begin and not span_at(spans, at) and sorted or {}) do
      local last = at + #name
      local fits = vim.fn.tolower(line:sub(at + 1, last)) == vim.fn.tolower(name)
      if fits and not span_at(spans, last) and ends_word(line, last) then
        found[#found + 1] = { at, last, name }
        from = last + 1
        break
      end
    end
  end
end

return M
