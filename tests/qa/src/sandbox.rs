//! `vremena sandbox`: the gallery's backend by itself.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use vremena_core::ports::{Entropy as _, SystemEntropy};
use vremena_sandbox::{Certificate, Config, Sandbox};

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
    /// Serve the gallery's API over TLS; its authority's certificate is written beside the database
    #[arg(long)]
    tls: bool,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let admin_token = match arguments.admin_token {
        Some(token) => token,
        None => made_up_token()?,
    };
    if let Some(folder) = arguments.db.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let root = arguments.db.with_file_name("sandbox-ca.pem");
    let config = Config {
        listen: arguments.listen,
        admin_listen: arguments.admin_listen,
        database: arguments.db,
        seed: arguments.seed,
        start: arguments.start,
        admin_token: admin_token.clone(),
        tls: arguments.tls.then_some(Certificate::Good),
    };
    let sandbox = Sandbox::start(config).await.context("the sandbox cannot start")?;
    anstream::println!("gallery      {}", sandbox.base_url());
    anstream::println!("admin        {}", sandbox.admin_url());
    anstream::println!("admin token  {admin_token}");
    if let Some(trust) = sandbox.trust() {
        std::fs::write(&root, pem(&trust.root)).with_context(|| root.display().to_string())?;
        anstream::println!("root         {}", root.display());
        anstream::println!("pin          {}", STANDARD.encode(trust.pin));
        anstream::println!("backup pin   {}", STANDARD.encode(trust.backup_pin));
    }
    asked_to_stop().await?;
    sandbox.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// A certificate as every tool reads it (RFC 7468).
fn pem(der: &[u8]) -> String {
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push_str("\n-----END CERTIFICATE-----\n");
    text
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
