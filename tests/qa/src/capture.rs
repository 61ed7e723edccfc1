//! `vremena capture`: an app without any screen, which may be killed at any moment.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
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
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Prints one JSON line a file and an event: `{"file" | "event", "outcome"}`; `captured` is printed after the commit is on the disk.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let desktop = Desktop::new(&arguments.directory, arguments.now.unwrap_or_else(Utc::now))
        .logging_to(LogLines::to_file(&arguments.directory.join("core.log"))?);
    let config = Config::new(arguments.directory, arguments.base_url);
    let app = Vremena::open(config, desktop.ports()).await?;
    for file in &arguments.files {
        let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
        let outcome = match scan::scan_image(&bytes) {
            Err(fault) => fault.code(),
            Ok(outcome) => match outcome.best.and_then(|best| outcome.codes.get(best)) {
                None => "no_code",
                Some(code) => match app.receipts().capture_text(&code.text).await? {
                    Capture::Captured(_) => "captured",
                    Capture::AlreadyKnown(_) => "already_known",
                    Capture::NotAccepted { reason, .. } => reason,
                },
            },
        };
        anstream::println!(
            "{}",
            json!({ "file": file.file_name().map(|name| name.to_string_lossy()), "outcome": outcome })
        );
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
    Ok(ExitCode::SUCCESS)
}
