//! The middle of the journey: no network, a killed app, and the network's return.

use std::{
    process::{ExitStatus, Stdio},
    time::Instant,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};
use vremena_core::{receipts::ReceiptState, scan};

use super::{
    journey::{Journey, Outcome, Shot, open_app},
    story,
    teller::{Teller, check},
    words::fill,
};

/// The gallery's listener is closed; another process captures three receipts and is killed; the app starts again.
pub async fn killed_in_the_garage(mut journey: Journey, teller: &mut Teller) -> anyhow::Result<Journey> {
    let step = Instant::now();
    // What was captured in the shops has gone before the network does: the queue then holds the garage's alone.
    journey.receipts_until("the queue drains", |snapshot| snapshot.queued == 0).await?;
    journey.admin.network(false, &[]).await?;
    let refused = tokio::net::TcpStream::connect(journey.sandbox.address()).await;
    ensure!(refused.is_err(), "the gallery still listens");
    // The app of this process goes before the other one opens the same files.
    let counted = journey.counted(story::OFFLINE.len());
    drop(journey.app);
    let signal = capture_and_be_killed(
        &journey.folder,
        &journey.sandbox.base_url(),
        journey.desktop.clone(),
        &journey.pictures_folder,
    )
    .await?;
    let detail = fill(teller.words.offline.1, &[&counted, &signal]);
    teller.step(teller.words.offline.0, &detail, step.elapsed());

    let step = Instant::now();
    journey.app = open_app(&journey.folder, &journey.sandbox, &journey.desktop, journey.lang).await?;
    let snapshot = journey.receipts_until("the queue after the kill", |snapshot| snapshot.queued > 0).await?;
    check("receipts in the queue after the kill", story::OFFLINE.len(), snapshot.queued as usize)?;
    for file in story::OFFLINE {
        let identity = journey.identity_of(file)?;
        check(*file, ReceiptState::Captured, journey.receipt(&identity).await?.state)?;
        let picture = story::named(&journey.pictures, file)?.clone();
        let bytes = std::fs::read(journey.pictures_folder.join(file))?;
        let scanning = Instant::now();
        let found = scan::scan_image(&bytes)?;
        let scan = scanning.elapsed();
        let code = found.best.and_then(|best| found.codes.into_iter().nth(best));
        let outcome = Outcome::Receipt { identity, known: false };
        journey.shots.push(Shot { picture, bytes, scan, code, outcome, offline: true });
    }
    let detail = fill(teller.words.survived.1, &[&journey.counted(snapshot.queued as usize)]);
    teller.step(teller.words.survived.0, &detail, step.elapsed());
    Ok(journey)
}

/// The listener is open again; nobody but the system's "the network is back" tells the core.
pub async fn network_returns(journey: &Journey, teller: &mut Teller) -> anyhow::Result<()> {
    let step = Instant::now();
    teller.begin(teller.words.draining, 0);
    journey.admin.network(true, &[]).await?;
    journey.app.connectivity_changed();
    let snapshot = journey.receipts_until("the queue drains by itself", |snapshot| snapshot.queued == 0).await?;
    let pending = snapshot.recent.iter().filter(|receipt| receipt.state == ReceiptState::Pending).count();
    check("receipts at the gallery", snapshot.recent.len(), pending)?;
    let detail = fill(teller.words.online.1, &[&journey.counted(pending), &snapshot.queued.to_string()]);
    teller.step(teller.words.online.0, &detail, step.elapsed());
    Ok(())
}

/// Runs `vremena capture --hold`, kills it after its last acknowledged capture, and tells by which signal it ended.
async fn capture_and_be_killed(
    folder: &std::path::Path,
    base_url: &str,
    desktop: vremena_qa::platform::Desktop,
    pictures: &std::path::Path,
) -> anyhow::Result<String> {
    use vremena_core::ports::Clock as _;
    let mut child = Command::new(std::env::current_exe()?)
        .arg("capture")
        .arg("--hold")
        .arg("--directory")
        .arg(folder)
        .args(["--base-url", base_url, "--now", &desktop.clock.now().to_rfc3339()])
        .args(story::OFFLINE.iter().map(|file| pictures.join(file)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("the other process's output")?).lines();
    for file in story::OFFLINE {
        let line = lines.next_line().await?.with_context(|| format!("the other process ended before {file}"))?;
        let line: Value = serde_json::from_str(&line)?;
        check(
            "captured without a network",
            (Some(*file), Some("captured")),
            (line["file"].as_str(), line["outcome"].as_str()),
        )?;
    }
    child.start_kill()?;
    signal_of(child.wait().await?)
}

#[cfg(unix)]
fn signal_of(status: ExitStatus) -> anyhow::Result<String> {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGKILL: i32 = 9;
    check("the signal that ended the other process", Some(SIGKILL), status.signal())?;
    Ok("SIGKILL".to_owned())
}

#[cfg(not(unix))]
fn signal_of(status: ExitStatus) -> anyhow::Result<String> {
    ensure!(!status.success(), "the other process ended by itself");
    Ok("TerminateProcess".to_owned())
}
