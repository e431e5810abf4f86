import { defineConfig } from "vitest/config";

// The workspaces are used as they are written, not as they are published.
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
});
