import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Two pages: the main window, and the bar above the authorization page.
// Nothing is inlined, so that the window's content security policy needs no exception.
export default defineConfig({
  plugins: [react()],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "bar.html"] },
  },
});
