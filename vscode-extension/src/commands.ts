// Registers the commands, and shows why one was refused.

import { CommandRefused } from "@peerline/ui/refusal";
import { failed } from "@peerline/ui/supervise";
import { commands, Disposable, type LogOutputChannel } from "vscode";
import { show } from "./shared/tell";

/** The function of each command in package.json. */
export type CommandTable = { readonly [name: string]: (...args: never[]) => unknown };

/** Register `peerline.NAME` for each entry. */
export function registerCommands(table: CommandTable, log: LogOutputChannel): Disposable {
  return Disposable.from(
    ...Object.entries(table).map(([name, run]) =>
      commands.registerCommand(`peerline.${name}`, async (...args: never[]) => {
        try {
          return await run(...args);
        } catch (error) {
          if (error instanceof CommandRefused) {
            log.warn(`${name}: ${error.code}`);
            show.warning(`Peerline: ${error.message}`);
          } else {
            failed(`peerline.${name}`, error);
          }
          return undefined;
        }
      }),
    ),
  );
}
