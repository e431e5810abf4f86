import { defineConfig } from "vitest/config";

export default defineConfig({
  // The workspaces are used as they are written, not as they are published.
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  // A browser on a busy machine may need seconds for what takes milliseconds on a quiet one.
  test: { expect: { poll: { timeout: 20_000 } } },
});
