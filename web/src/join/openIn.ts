// The other ways into a session: links and commands for editors and terminals. Pure.

/** Editors that take the links of VS Code's extensions, by the scheme of those links. */
export const VSCODE_LIKE = [
  { scheme: "vscode", name: "VS Code" },
  { scheme: "vscode-insiders", name: "VS Code Insiders" },
  { scheme: "cursor", name: "Cursor" },
  { scheme: "vscodium", name: "VSCodium" },
] as const;

/** The link that opens a session in an editor with the extension. */
export function editorLink(scheme: string, link: string): string {
  return `${scheme}://peerline.peerline/join?link=${encodeURIComponent(link)}`;
}

/** The command for Neovim. */
export function neovimCommand(link: string): string {
  return `:Peerline join ${link}`;
}

/** The command for a terminal. The link is quoted: shells take `&`, `#` and `?` for their own. */
export function terminalCommand(link: string): string {
  return `peerline watch '${link}'`;
}
