//! `vremena sandbox`: the gallery's backend by itself.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use vremena_core::ports::{Entropy as _, SystemEntropy};
use vremena_sandbox::{Config, Sandbox};

#[derive(clap::Args)]
pub struct Arguments {
    /// Where the gallery's API listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where /admin listens; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    admin_listen: SocketAddr,
    /// The SQLite file, made if it is not there
    #[arg(long, default_value = "target/sandbox/gallery.db")]
    db: PathBuf,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The instant at which the gallery's clock starts, RFC 3339; the machine's clock if it is left out
    #[arg(long)]
    start: Option<DateTime<Utc>>,
    /// What /admin takes as its bearer token; made up and printed if it is left out
    #[arg(long)]
    admin_token: Option<String>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let admin_token = match arguments.admin_token {
        Some(token) => token,
        None => made_up_token()?,
    };
    if let Some(folder) = arguments.db.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let config = Config {
        listen: arguments.listen,
        admin_listen: arguments.admin_listen,
        database: arguments.db,
        seed: arguments.seed,
        start: arguments.start,
        admin_token: admin_token.clone(),
    };
    let sandbox = Sandbox::start(config).await.context("the sandbox cannot start")?;
    anstream::println!("gallery      {}", sandbox.base_url());
    anstream::println!("admin        {}", sandbox.admin_url());
    anstream::println!("admin token  {admin_token}");
    asked_to_stop().await?;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Ctrl-C, or what a supervisor sends.
#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// A token that nobody knows beforehand.
pub fn made_up_token() -> anyhow::Result<String> {
    let mut bytes = [0u8; 16];
    SystemEntropy.fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
