//! What Tauri makes of `tauri.conf.json`, for the empty window.

fn main() {
    tauri_build::build();
}
