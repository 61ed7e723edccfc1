//! What goes wrong beside the network.

use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use http::Method;
use tokio::time::timeout;
use vremena_core::{app::Work, outbox::DrainBudget};

use super::World;
use crate::{
    disk::Space,
    fault::Fault,
    older,
    process::{self, End},
};

const A_WHILE: std::ops::Range<Duration> = Duration::from_millis(100)..Duration::from_secs(30 * 60);
const OUTAGE: std::ops::Range<Duration> = Duration::from_secs(60)..Duration::from_secs(5 * 60 * 60);

impl World {
    /// Each kind of trouble, if it is its turn.
    pub(super) async fn go_wrong(&mut self) -> anyhow::Result<()> {
        for fault in Fault::ALL {
            // Drawn in any case: what one fault brings must not depend on whether another is allowed.
            let drawn = self.trouble.fraction(0.0..1.0);
            if self.rates.get(fault).is_some_and(|rate| drawn < *rate) && self.bring(*fault).await? {
                self.happened(*fault);
            }
        }
        Ok(())
    }

    /// Lets it happen; `false` where it cannot, or is not of this kind.
    async fn bring(&mut self, fault: Fault) -> anyhow::Result<bool> {
        match fault {
            Fault::Killed if self.trouble.happens(0.5) => self.end(End::Killed).await?,
            // In the middle of what comes next.
            Fault::Killed => self.disk.kill_after(u64::from(self.trouble.number(1..60))),
            Fault::PowerLoss => self.end(End::PowerLost).await?,
            Fault::DiskFull => {
                let space = [Space::Plenty, Space::NoGrowth, Space::Exhausted];
                let space = self.trouble.one_of(&space).copied().unwrap_or_default();
                self.disk.space(space);
                self.tell("phone", format_args!("its disk: {space:?}"));
            }
            Fault::Paused => {
                let Some(app) = &self.app else { return Ok(false) };
                let paused = app.pause().await;
                self.tell_result("suspends the app", &paused);
                let pause = self.trouble.duration(A_WHILE);
                self.pass(pause).await?;
                let resumed = self.app.as_ref().context("it is open")?.resume().await;
                self.tell_result("resumes the app", &resumed);
            }
            Fault::ClockJump => {
                let days = self.trouble.fraction(-4.0..4.0);
                let by = if self.trouble.happens(0.5) { 0.0 } else { days * 86_400.0 };
                #[allow(clippy::cast_possible_truncation)]
                self.phone.set_ahead(TimeDelta::seconds(by as i64));
                self.tell("phone", format_args!("its clock is {by:.0} seconds ahead"));
            }
            Fault::Outage => {
                let kinds = [Fault::Refused, Fault::Busy, Fault::Portal, Fault::RequestLost];
                let kind = self.trouble.one_of(&kinds).copied().unwrap_or(Fault::Refused);
                let time = self.trouble.duration(OUTAGE);
                self.network.fail_for(kind, time);
                self.tell("network", format_args!("{kind} for {} s", time.as_secs()));
            }
            Fault::Offline => {
                let is_online = self.trouble.happens(0.5);
                self.phone.connect(is_online);
                if let Some(app) = &self.app {
                    app.connectivity_changed();
                }
                self.tell("phone", format_args!("{}", if is_online { "has a network" } else { "has no network" }));
            }
            Fault::Locked => {
                let is_locked = !self.phone.is_locked();
                if is_locked {
                    self.end(End::Killed).await?;
                }
                self.phone.lock(is_locked);
                self.tell("phone", format_args!("{}", if is_locked { "restarts, locked" } else { "is unlocked" }));
            }
            Fault::Revoked => {
                let ids: Vec<_> = self.oracle.members.keys().cloned().collect();
                let id = self.trouble.one_of(&ids).context("there are members")?;
                self.gallery.administer(Method::POST, &format!("members/{id}/revoke"), None).await?;
                self.tell("gallery", format_args!("ends the sessions of a member"));
            }
            Fault::Restored => {
                let is_restored = self.gallery.restore()?;
                self.tell("gallery", format_args!("is put back to its last backup: {is_restored}"));
                return Ok(is_restored);
            }
            Fault::Updated => {
                self.serve_contract(Some(99)).await?;
                self.tell("gallery", format_args!("asks for a newer app"));
                let wait = self.trouble.duration(A_WHILE);
                self.pass(wait).await?;
                self.end(End::Killed).await?;
                self.serve_contract(None).await?;
                self.tell("phone", format_args!("the app is updated"));
            }
            Fault::SecondProcess => self.work_beside().await?,
            // The first time an update finds them; from then on they are as new as the app.
            Fault::OlderFiles if self.is_updated => return Ok(false),
            Fault::OlderFiles => {
                self.end(End::Killed).await?;
                let version = self.trouble.number(older::EARLIEST..older::LATEST + 1);
                let is_older = older::make_older(self.phone.directory(), version);
                self.is_updated = is_older;
                self.tell("phone", format_args!("the app is updated from version {version}: {is_older}"));
                if is_older && self.trouble.happens(0.3) {
                    self.disk.kill_after(u64::from(self.trouble.number(1..60)));
                }
                return Ok(is_older);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A second process drains the same files, and ends well or not.
    async fn work_beside(&mut self) -> anyhow::Result<()> {
        let Ok(beside) = process::open(&self.phone, &self.network, Work::OnDemand).await else { return Ok(()) };
        self.tell("beside", format_args!("a second process drains"));
        let patience = self.trouble.duration(A_WHILE);
        let budget = DrainBudget { time: Some(Duration::from_secs(20)), entries: None };
        let drained = timeout(patience, beside.outbox().drain(budget)).await;
        match drained {
            Ok(Ok(report)) => self.tell("beside", format_args!("sent {}, {} left", report.sent, report.remaining)),
            Ok(Err(error)) => self.tell("beside", format_args!("cannot drain: {}", error.code())),
            Err(_) => self.tell("beside", format_args!("is ended in the middle")),
        }
        drop(beside);
        tokio::task::yield_now().await;
        Ok(())
    }
}
