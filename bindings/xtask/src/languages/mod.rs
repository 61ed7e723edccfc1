//! The tests in the languages that call the core.

pub mod bench;
pub mod kotlin;
pub mod library;
pub mod maven;
pub mod swift;

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Runs a command to its end, its output let through.
fn succeed(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("`{program}` does not start"))?;
    ensure!(status.success(), "`{program}` ended with {status}");
    Ok(())
}
