//! `vremena capture`: an app without any screen, which may be killed at any moment.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::json;
use vremena_core::{
    app::{Config, Vremena},
    events::RegistrationChange,
    ids::EventId,
    receipts::Capture,
    scan,
};
use vremena_qa::platform::{Desktop, LogLines};

#[derive(clap::Args)]
pub struct Arguments {
    /// The member's folder, with the databases and the session of somebody who is signed in
    #[arg(long)]
    directory: PathBuf,
    /// The gallery's API
    #[arg(long)]
    base_url: String,
    /// A certificate (PEM) that is trusted beside the usual roots, for instance a sandbox's
    #[arg(long)]
    root: Option<PathBuf>,
    /// What the phone's clock shows, RFC 3339; the machine's clock if it is left out
    #[arg(long)]
    now: Option<DateTime<Utc>>,
    /// Register for this event, too; may stand several times
    #[arg(long)]
    register: Vec<String>,
    /// Go on until killed, as an app does
    #[arg(long)]
    hold: bool,
    /// Photographs of receipts
    #[arg(required_unless_present = "register")]
    files: Vec<PathBuf>,
}

/// Prints one JSON line a file and an event: `{"file" | "event", "outcome"}`; `captured` and `queued` are printed after
/// the commit is on the disk. A file that cannot be read is a line too, and no stop; the exit code is 1 then.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = &arguments.directory;
    ensure!(
        directory.is_dir(),
        "{}: no such folder; `vremena demo --directory` makes a member's folder",
        directory.display()
    );
    let desktop = Desktop::new(directory, arguments.now.unwrap_or_else(Utc::now))
        .logging_to(LogLines::to_file(&directory.join("core.log"))?);
    let mut config = Config::new(directory, &arguments.base_url);
    if let Some(root) = &arguments.root {
        let certificate = CertificateDer::from_pem_file(root).with_context(|| root.display().to_string())?;
        config.extra_roots.push(certificate.to_vec());
    }
    let app = Vremena::open(config, desktop.ports()).await?;
    let nobody =
        || format!("nobody is signed in in {}: `vremena demo --directory` signs a member in", directory.display());
    ensure!(app.account().member().await?.is_some(), nobody());
    let mut all_read = true;
    for file in &arguments.files {
        let outcome = match std::fs::read(file) {
            Ok(bytes) => capture(&app, &bytes).await?,
            Err(_) => "unreadable_file",
        };
        all_read &= outcome != "unreadable_file";
        anstream::println!("{}", json!({ "file": file.to_string_lossy(), "outcome": outcome }));
    }
    for event_id in &arguments.register {
        let outcome = match app.events().register(&EventId::new(event_id)).await? {
            RegistrationChange::Queued(_) => "queued",
            RegistrationChange::Unchanged(_) => "unchanged",
            RegistrationChange::NotAccepted { reason, .. } => reason.code(),
        };
        anstream::println!("{}", json!({ "event": event_id, "outcome": outcome }));
    }
    if arguments.hold {
        std::future::pending::<()>().await;
    }
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn capture(app: &Vremena, bytes: &[u8]) -> anyhow::Result<&'static str> {
    let found = match scan::scan_image(bytes) {
        Ok(found) => found,
        Err(fault) => return Ok(fault.code()),
    };
    let Some(code) = found.best.and_then(|best| found.codes.get(best)) else { return Ok("no_code") };
    Ok(match app.receipts().capture_text(&code.text).await? {
        Capture::Captured(_) => "captured",
        Capture::AlreadyKnown(_) => "already_known",
        Capture::NotAccepted { reason, .. } => reason,
    })
}
