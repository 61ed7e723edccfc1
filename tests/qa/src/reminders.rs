//! `vremena reminders`: what a phone would remind its member of, from its files alone.

use std::process::ExitCode;

use owo_colors::OwoColorize as _;
use vremena_core::app::Vremena;

use crate::files::Files;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// The same as JSON
    #[arg(long)]
    json: bool,
}

/// Prints the plan as it is at that time. Nothing of it is handed out: a phone's own plan stays as it was.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let app = arguments.files.open().await?;
    let told = tell(&app, arguments.json).await;
    app.shut_down().await?;
    told
}

async fn tell(app: &Vremena, json: bool) -> anyhow::Result<ExitCode> {
    let plan = app.reminders().plan().await?;
    if json {
        anstream::println!("{}", serde_json::to_string_pretty(&plan)?);
        return Ok(ExitCode::SUCCESS);
    }
    let texts = app.texts();
    for reminder in &plan {
        let (from, until) = (texts.instant(reminder.fire_at), texts.instant(reminder.valid_until));
        anstream::println!("{}  {}  {}", from.bold(), reminder.text, format!("→ {until}").dimmed());
    }
    if plan.is_empty() {
        anstream::eprintln!("vremena: there is nothing to remind of; another time may be given with --now");
    }
    Ok(ExitCode::SUCCESS)
}
