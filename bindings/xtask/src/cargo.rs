//! Calls of cargo from within a program that cargo itself runs.

use std::path::Path;
use std::process::Command;

/// `cargo` with these arguments, as if typed in a shell at the workspace's root.
pub fn cargo(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(arguments);
    // What is built is looked for there.
    command.env("CARGO_TARGET_DIR", root.join("target")).env_remove("CARGO_BUILD_TARGET");
    // Build scripts that watch these variables would run again at each change between a call from
    // here and one from a shell, and with them all that is built upon them.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}
