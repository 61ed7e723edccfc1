//! One round: an app is started, and killed.

use std::{
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{Instant, sleep_until, timeout},
};
use vremena_core::ports::Clock as _;

use super::{
    Torture,
    plan::{Step, Target},
    worker::{Lie, number_of},
};

/// No app takes longer to open and to capture, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is to happen.
pub struct Round<'a> {
    pub step: &'a Step,
    /// The number of the first receipt to capture.
    pub first: u32,
    pub lie: Option<Lie>,
    /// How long an app takes from its start to its first acknowledgement, once that is known.
    pub opening: Option<Duration>,
}

/// What has happened.
pub struct Ended {
    /// The numbers of what was acknowledged.
    pub lines: Vec<u32>,
    /// What the app said where it was not killed, but ended by itself, or never said anything.
    pub own_end: Option<String>,
    /// From the start to the first acknowledgement.
    pub opened_after: Option<Duration>,
}

struct App {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    started: Instant,
    heard: Vec<u32>,
    opened_after: Option<Duration>,
    /// Its output has ended, and so has it.
    has_ended: bool,
}

impl Torture {
    /// Starts an app, and kills it when the round says so.
    pub async fn kill_an_app(&self, round: &Round<'_>) -> anyhow::Result<Ended> {
        let mut app = self.start(round)?;
        let silent = match (round.step.target, round.opening) {
            (Target::Opening | Target::NewPhone, Some(opening)) => {
                app.hear_until(app.started + opening.mul_f64(round.step.while_opening)).await?;
                false
            }
            _ => match timeout(PATIENCE, app.hear()).await {
                Ok(heard) => {
                    heard?;
                    app.hear_until(Instant::now() + round.step.while_working).await?;
                    false
                }
                Err(_) => true,
            },
        };
        app.killed(silent).await
    }

    fn start(&self, round: &Round<'_>) -> anyhow::Result<App> {
        let mut command = Command::new(std::env::current_exe()?);
        let folder = if round.step.target == Target::NewPhone { &self.new_phone } else { &self.member };
        command.args(["torture-worker", "--base-url", &self.sandbox.base_url(), "--directory"]).arg(folder);
        command.args(["--now", &self.desktop.clock.now().to_rfc3339(), "--first", &round.first.to_string()]);
        match round.lie {
            Some(Lie::Invented) => command.arg("--lie=invented"),
            Some(Lie::Early) => command.arg("--lie=early"),
            None => &mut command,
        };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let started = Instant::now();
        let mut child = command.spawn()?;
        let lines = BufReader::new(child.stdout.take().context("the app's output")?).lines();
        Ok(App { child, lines, started, heard: Vec::new(), opened_after: None, has_ended: false })
    }
}

impl App {
    /// Hears the next line, if one comes.
    async fn hear(&mut self) -> anyhow::Result<bool> {
        let Some(line) = self.lines.next_line().await? else {
            self.has_ended = true;
            return Ok(false);
        };
        self.opened_after.get_or_insert_with(|| self.started.elapsed());
        self.heard.push(number_of(&line).with_context(|| format!("no identity: {line}"))?);
        Ok(true)
    }

    async fn hear_until(&mut self, instant: Instant) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                biased;
                () = sleep_until(instant) => return Ok(()),
                heard = self.hear() => if !heard? {
                    return Ok(());
                },
            }
        }
    }

    async fn killed(mut self, silent: bool) -> anyhow::Result<Ended> {
        let own_end = if self.has_ended {
            let status = self.child.wait().await?;
            let mut told = String::new();
            if let Some(mut errors) = self.child.stderr.take() {
                errors.read_to_string(&mut told).await?;
            }
            Some(format!("the app ended by itself, {status}: {}", told.trim()))
        } else {
            self.child.start_kill()?;
            let status = self.child.wait().await?;
            let survived = (!was_killed(status)).then(|| format!("the app was not ended by the kill: {status}"));
            survived.or_else(|| silent.then(|| format!("the app acknowledged nothing in {} s", PATIENCE.as_secs())))
        };
        // What it has said before it died still stands in the pipe.
        while self.hear().await? {}
        Ok(Ended { lines: self.heard, own_end, opened_after: self.opened_after })
    }
}

#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGKILL: i32 = 9;
    status.signal() == Some(SIGKILL)
}

#[cfg(not(unix))]
fn was_killed(status: ExitStatus) -> bool {
    !status.success()
}
