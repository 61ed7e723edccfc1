//! The middle of the journey: no network, a killed app, and the network's return.

use std::{
    ffi::OsString,
    process::{ExitStatus, Stdio},
    time::Instant,
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};
use vremena_core::{
    events::{Registration, RegistrationReason, RegistrationState},
    ids::EventId,
    ports::Clock as _,
    receipts::{ReceiptState, ReceiptsSnapshot},
    scan,
};

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
    let captured = journey.captures.len();
    let gone = |snapshot: &ReceiptsSnapshot| snapshot.recent.len() == captured && snapshot.queued == 0;
    journey.receipts_until("the queue drains", gone).await?;
    journey.admin.network(false, &[]).await?;
    let refused = tokio::net::TcpStream::connect(journey.sandbox.address()).await;
    ensure!(refused.is_err(), "the gallery still listens");
    // The app of this process goes before the other one opens the same files.
    let counted = journey.counted(story::OFFLINE.len());
    let child = journey.child();
    journey.app.shut_down().await?;
    let signal = capture_and_be_killed(&child).await?;
    let detail = fill(teller.words.offline.1, &[&counted, &signal]);
    teller.step(teller.words.offline.0, &detail, step.elapsed());

    let step = Instant::now();
    journey.app = open_app(&journey.folder, &journey.sandbox, &journey.desktop, &journey.issuer, journey.lang).await?;
    let snapshot = journey.receipts_until("the queue after the kill", |snapshot| snapshot.queued > 0).await?;
    let wanted = journey.published.wanted_events();
    check("intents in the queue after the kill", story::OFFLINE.len() + wanted.len(), snapshot.queued as usize)?;
    for event in wanted {
        check(event, RegistrationState::Registering, journey.registration(event).await?.state)?;
    }
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
    let detail = fill(teller.words.survived.1, &[&journey.counted(story::OFFLINE.len())]);
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

    let step = Instant::now();
    let confirmed = journey.registration(story::EVENT).await?;
    check(story::EVENT, RegistrationState::Confirmed, confirmed.state)?;
    let ticket = confirmed.ticket_code.context("a confirmed registration has a ticket")?;
    let full = journey.registration(&journey.published.full_event).await?;
    let came = (full.state, full.reason);
    check("the full event", (RegistrationState::Refused, Some(RegistrationReason::EventFull)), came)?;
    let detail = fill(teller.words.ticket.1, &[&ticket, &full.explanation.sentence]);
    teller.step(teller.words.ticket.0, &detail, step.elapsed());
    Ok(())
}

/// What the other process is started with.
struct Child {
    arguments: Vec<OsString>,
    /// One line each, in this order.
    acknowledgements: Vec<Value>,
}

impl Journey {
    /// The member's registration for an event.
    async fn registration(&self, event_id: &str) -> anyhow::Result<Registration> {
        let events = self.app.events().list().await?;
        let event = events.into_iter().find(|event| event.event_id == EventId::new(event_id));
        event.and_then(|event| event.registration).with_context(|| format!("a registration for {event_id}"))
    }

    fn child(&self) -> Child {
        let (base_url, now) = (self.sandbox.base_url(), self.desktop.clock.now().to_rfc3339());
        let mut arguments: Vec<OsString> =
            ["capture", "--hold", "--base-url", &base_url, "--now", &now].into_iter().map(OsString::from).collect();
        arguments.extend([OsString::from("--directory"), self.folder.clone().into_os_string()]);
        let events = self.published.wanted_events();
        for event in events {
            arguments.extend(["--register", event].map(OsString::from));
        }
        arguments.extend(story::OFFLINE.iter().map(|file| self.pictures_folder.join(file).into_os_string()));
        let captured = story::OFFLINE.iter().map(|file| {
            let path = self.pictures_folder.join(file);
            json!({ "file": path.to_string_lossy(), "outcome": "captured" })
        });
        let queued = events.into_iter().map(|event| json!({ "event": event, "outcome": "queued" }));
        Child { arguments, acknowledgements: captured.chain(queued).collect() }
    }
}

/// Runs `vremena capture --hold`, kills it after its last acknowledgement, and tells by which signal it ended.
async fn capture_and_be_killed(Child { arguments, acknowledgements }: &Child) -> anyhow::Result<String> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("the other process's output")?).lines();
    for expected in acknowledgements {
        let line = lines.next_line().await?.with_context(|| format!("the other process ended before {expected}"))?;
        check("acknowledged without a network", expected, &serde_json::from_str(&line)?)?;
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
