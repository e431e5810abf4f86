-- Defines the command :Peerline; everything else is loaded when it is first used.
if vim.g.loaded_peerline then
  return
end
vim.g.loaded_peerline = true

vim.api.nvim_create_user_command('Peerline', function(options)
  require('peerline.commands').run(options)
end, {
  nargs = '*',
  range = true,
  bang = true,
  desc = 'Peerline: collaborate in a session',
  complete = function(lead, line, position)
    return require('peerline.commands').complete(lead, line, position)
  end,
})
