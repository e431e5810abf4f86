-- Highlights of a message's Markdown: by treesitter where its parsers are, else by simple patterns.
local M = {}

-- A longer message is shown with the patterns alone.
local MOST_PARSED = 20000

local quiet = { spell = true, nospell = true, none = true, conceal = true }

--- The tree-sitter parsers that messages need and that are missing.
---@return string[]
function M.missing_parsers()
  return vim.tbl_filter(function(language)
    return not pcall(vim.treesitter.language.inspect, language)
  end, { 'markdown', 'markdown_inline' })
end

--- Rows of fenced code, the fences included, as a set of 0-based rows; an unclosed fence goes to the end.
local function fenced_rows(lines)
  local rows, fence = {}, nil
  for row, line in ipairs(lines) do
    local mark = line:match('^ ? ? ?(```+)') or line:match('^ ? ? ?(~~~+)')
    if fence then
      rows[row - 1] = true
      if mark and vim.startswith(mark, fence) and line:match('^%s*[`~]+%s*$') then
        fence = nil
      end
    elseif mark then
      fence, rows[row - 1] = mark, true
    end
  end
  return rows
end

local function by_treesitter(lines)
  local content = table.concat(lines, '\n') .. '\n'
  local parser = vim.treesitter.get_string_parser(content, 'markdown')
  parser:parse(true)
  local marks = {}
  parser:for_each_tree(function(tree, part)
    local language = part:lang()
    local query = vim.treesitter.query.get(language, 'highlights')
    if not query then
      return
    end
    for id, node in query:iter_captures(tree:root(), content, 0, -1) do
      local capture = query.captures[id]
      if not quiet[capture] and not vim.startswith(capture, '_') then
        local row, column, end_row, end_column = node:range()
        if end_row >= #lines then
          end_row, end_column = #lines - 1, #lines[#lines]
        end
        if end_row > row or end_column > column then
          marks[#marks + 1] = { row, column, end_row, end_column, '@' .. capture .. '.' .. language }
        end
      end
    end
  end)
  return marks
end

local patterns = {
  { '`[^`]+`', '@markup.raw' },
  { '%*%*[^*]+%*%*', '@markup.strong' },
  { 'https?://%S+', '@markup.link.url' },
}

local function by_patterns(lines, fenced)
  local marks = {}
  for row, line in ipairs(lines) do
    if fenced[row - 1] then
      marks[#marks + 1] = { row - 1, 0, row - 1, #line, '@markup.raw.block' }
    else
      for _, pattern in ipairs(patterns) do
        local from, to = line:find(pattern[1])
        while from do
          marks[#marks + 1] = { row - 1, from - 1, row - 1, to, pattern[2] }
          from, to = line:find(pattern[1], to + 1)
        end
      end
    end
  end
  return marks
end

--- The highlights of a message, and which of its rows are code.
---@param lines string[]
---@return {[1]: integer, [2]: integer, [3]: integer, [4]: integer, [5]: string}[] marks row, column,
---end row, end column and group, 0-based and with exclusive ends
---@return table<integer, true> code rows
function M.marks(lines)
  local fenced = fenced_rows(lines)
  local size = 0
  for _, line in ipairs(lines) do
    size = size + #line + 1
  end
  local is_parsed, marks = false, nil
  if size <= MOST_PARSED then
    is_parsed, marks = pcall(by_treesitter, lines)
  end
  return is_parsed and marks or by_patterns(lines, fenced), fenced
end

return M
