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
    #[arg(long, default_value = "sandbox.db")]
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
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// A token that nobody knows beforehand.
pub fn made_up_token() -> anyhow::Result<String> {
    let mut bytes = [0u8; 16];
    SystemEntropy.fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
