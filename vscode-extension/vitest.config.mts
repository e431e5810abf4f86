import { defineConfig } from "vitest/config";

// A browser on a busy machine may need seconds for what takes milliseconds on a quiet one.
export default defineConfig({ test: { expect: { poll: { timeout: 20_000 } } } });
