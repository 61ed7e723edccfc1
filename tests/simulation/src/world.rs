//! A world: one phone, those who use it, one gallery, and everything that goes wrong.

mod appealing;
mod members;
mod trouble;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Context as _;
use chrono::TimeDelta;
use tempfile::TempDir;
use tokio::time::sleep;
use vremena_core::{
    app::{Vremena, Work},
    error::CoreError,
};

use crate::{
    check,
    dice::{Dice, Purpose},
    disk::{Disk, Space},
    fault::{Fault, Faults},
    gallery::Gallery,
    history::History,
    network::Network,
    oracle::{Invariant, MemberNumber, Oracle, PHONE_NUMBERS, Violation},
    phone::Phone,
    planted::{self, Planted},
    process::{self, End},
    time::WorldTime,
    traffic::Busiest,
};

/// How often an operator keeps a backup.
const BACKUP_EVERY: Duration = Duration::from_secs(60 * 60);

/// What happened in a world, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// What was acknowledged.
    pub intents: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// How often the app was opened again.
    pub restarts: u64,
    /// How often its process ended without a goodbye.
    pub kills: u64,
    /// How often the power went with it.
    pub power_losses: u64,
    /// What went wrong, by kind.
    pub faults: BTreeMap<Fault, u64>,
    /// The most of an hour.
    pub busiest: Busiest,
    /// Virtual seconds.
    pub seconds: u64,
}

/// What became of a world.
#[derive(Debug)]
pub struct Outcome {
    /// The world's seed.
    pub seed: u64,
    /// What does not hold.
    pub violations: Vec<Violation>,
    /// What happened, counted.
    pub statistics: Statistics,
    /// What happened, line by line, where that was asked for.
    pub history: Vec<String>,
}

/// Lives the world of `seed`, in which only `faults` happen.
///
/// # Errors
/// Where the world itself cannot be made.
pub fn run(seed: u64, faults: &Faults, keeps_history: bool) -> anyhow::Result<Outcome> {
    run_with(seed, faults, None, keeps_history)
}

/// As [`run`], with a bug planted.
///
/// # Errors
/// Where the world itself cannot be made.
pub fn run_with(seed: u64, faults: &Faults, bug: Option<Planted>, keeps_history: bool) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    runtime.block_on(async {
        let mut world = World::make(seed, faults, keeps_history)?;
        world.plant(bug);
        let violations = world.live().await?;
        let mut statistics = std::mem::take(&mut world.statistics);
        statistics.intents = world.oracle.intents;
        statistics.requests = world.network.traffic().requests();
        statistics.faults.extend(world.network.happened());
        statistics.seconds = u64::try_from((world.time.now() - world.began).num_seconds()).unwrap_or_default();
        Ok(Outcome { seed, violations, statistics, history: world.history.take() })
    })
}

pub(crate) struct World {
    pub(crate) time: WorldTime,
    pub(crate) gallery: Arc<Gallery>,
    pub(crate) network: Arc<Network>,
    pub(crate) phone: Arc<Phone>,
    pub(crate) oracle: Oracle,
    history: Arc<History>,
    app: Option<Vremena>,
    was_opened: bool,
    is_updated: bool,
    disk: Disk,
    pub(super) planted: Option<Planted>,
    losses: Dice,
    /// How often each fault that is not the network's happens at each step.
    rates: BTreeMap<Fault, f64>,
    steps: u32,
    members: Dice,
    appellants: Dice,
    trouble: Dice,
    backed_up: chrono::DateTime<chrono::Utc>,
    began: chrono::DateTime<chrono::Utc>,
    statistics: Statistics,
    _folder: TempDir,
}

impl World {
    fn make(seed: u64, faults: &Faults, keeps_history: bool) -> anyhow::Result<Self> {
        let mut nature = Dice::of(seed, Purpose::Nature);
        // Each kind has its draws, allowed or not: a world with fewer faults is otherwise the same.
        let mut rates = BTreeMap::new();
        for fault in Fault::ALL {
            let (happens, rate) = (nature.happens(0.45), nature.fraction(0.01..0.18));
            if happens && faults.contains(fault) {
                rates.insert(*fault, rate);
            }
        }
        let time = WorldTime::begin();
        let history = Arc::new(History::new(keeps_history));
        let folder = folder()?;
        let disk = Disk::mount(folder.path())?;
        let gallery = Arc::new(Gallery::open(seed, time)?);
        let network = Dice::of(seed, Purpose::Network);
        let network = Arc::new(Network::new(Arc::clone(&gallery), Arc::clone(&history), network, &rates));
        let entropy = Dice::of(seed, Purpose::Entropy);
        let phone = Arc::new(Phone::new(folder.path(), time, entropy, Arc::clone(&history)));
        Ok(Self {
            time,
            gallery,
            network,
            phone,
            oracle: Oracle::default(),
            history,
            app: None,
            was_opened: false,
            is_updated: false,
            disk,
            planted: None,
            losses: Dice::of(seed, Purpose::Disk),
            rates,
            steps: nature.number(12..40),
            members: Dice::of(seed, Purpose::Members),
            appellants: Dice::of(seed, Purpose::Appeals),
            trouble: Dice::of(seed, Purpose::Trouble),
            backed_up: time.now(),
            began: time.now(),
            statistics: Statistics::default(),
            _folder: folder,
        })
    }

    fn plant(&mut self, bug: Option<Planted>) {
        self.planted = bug;
        self.disk.lie_about_sync(bug == Some(Planted::CommitAfterTheAnswer));
        if bug == Some(Planted::EternalLease) {
            let (phone, time) = (Arc::clone(&self.phone), self.time);
            tokio::spawn(async move {
                loop {
                    let _not_while_the_disk_is_full = planted::lease(phone.directory(), time.now());
                    sleep(planted::RENEWAL).await;
                }
            });
        }
    }

    async fn live(&mut self) -> anyhow::Result<Vec<Violation>> {
        let codes: Vec<_> = self.rates.keys().map(|fault| fault.code()).collect();
        self.tell("world", format_args!("{} steps; {}", self.steps, codes.join(" ")));
        // Before the first backup: a gallery that forgets that somebody has joined gives them another identity.
        for (number, phone) in PHONE_NUMBERS.iter().enumerate() {
            let id = self.gallery.join(phone).await?;
            self.oracle.members.insert(id, number);
        }
        self.gallery.back_up()?;
        for _ in 0..self.steps {
            let gap = self.gap();
            self.pass(gap).await?;
            if self.app().await {
                self.act().await?;
            }
            self.go_wrong().await?;
            if self.disk.is_dead() {
                self.tell("phone", format_args!("the app was killed while it wrote"));
                let end = if self.rates.contains_key(&Fault::PowerLoss) { End::PowerLost } else { End::Killed };
                self.end(end).await?;
            }
        }
        self.heal().await?;
        let mut violations = Vec::new();
        let members: Vec<(String, MemberNumber)> = {
            let known = self.oracle.members.iter().map(|(id, number)| (id.clone(), *number));
            known.filter(|(_, number)| self.oracle.attempted.iter().any(|(owner, _)| owner == number)).collect()
        };
        if !self.app().await {
            violations.push(Violation { invariant: Invariant::Works, what: "the app does not open".to_owned() });
        }
        for (id, number) in members {
            if violations.is_empty() {
                violations = self.check_member(&id, number).await?;
            }
        }
        // The healed world counts too: whatever goes on for ever shows itself there.
        self.statistics.busiest = self.busiest();
        violations.extend(check::busiest(self.statistics.busiest));
        for violation in &violations {
            self.tell("world", format_args!("VIOLATION {}: {}", violation.invariant.code(), violation.what));
        }
        Ok(violations)
    }

    fn busiest(&self) -> Busiest {
        Busiest { wake_ups: self.phone.most_wake_ups(), ..self.network.traffic().busiest() }
    }

    async fn check_member(&mut self, id: &str, number: MemberNumber) -> anyhow::Result<Vec<Violation>> {
        let works = |what: String| vec![Violation { invariant: Invariant::Works, what }];
        let mut tries = 0;
        // In any case: the session may have ended.
        while !self.sign_in(number).await? {
            tries += 1;
            if tries > 5 {
                return Ok(works(format!("member {number} cannot sign in")));
            }
            self.pass(Duration::from_secs(10 * 60)).await?;
        }
        let app = self.app.as_ref().context("it was opened")?;
        check::member(app, self, id, number).await
    }

    /// Everything goes well again, and time passes.
    async fn heal(&mut self) -> anyhow::Result<()> {
        self.tell("world", format_args!("everything heals"));
        self.network.heal();
        self.phone.lock(false);
        self.phone.set_ahead(TimeDelta::zero());
        self.phone.connect(true);
        self.serve_contract(None).await?;
        self.disk.space(Space::Plenty);
        self.end(End::Killed).await?;
        self.app().await;
        let delayed = (self.network.last_arrival() - self.time.now()).to_std().unwrap_or_default();
        self.pass(delayed).await
    }

    /// The process ends without a goodbye.
    pub(super) async fn end(&mut self, end: End) -> anyhow::Result<()> {
        let apps = self.app.take().into_iter().collect();
        process::end(&self.disk, &self.network, apps, end, &mut self.losses).await?;
        match end {
            End::Killed => self.statistics.kills += 1,
            End::PowerLost => self.statistics.power_losses += 1,
        }
        self.tell("phone", format_args!("the app is gone: {end:?}"));
        Ok(())
    }

    /// Opens the app where it is not; whether it is open.
    pub(super) async fn app(&mut self) -> bool {
        if self.app.is_some() {
            return true;
        }
        match process::open(&self.phone, &self.network, Work::ByItself).await {
            Ok(app) => {
                self.tell("phone", format_args!("the app is opened"));
                self.statistics.restarts += u64::from(self.was_opened);
                self.was_opened = true;
                // Of a disk that is full, or of a process that has ended, it stays away.
                let _planted = self.planted.map(|bug| bug.plant(self.phone.directory()));
                self.app = Some(app);
                true
            }
            Err(error) => {
                self.tell("phone", format_args!("the app does not open: {}", error.code()));
                false
            }
        }
    }

    /// Time passes, and the operator keeps backups.
    pub(super) async fn pass(&mut self, mut by: Duration) -> anyhow::Result<()> {
        while self.rates.contains_key(&Fault::Restored) {
            let since = (self.time.now() - self.backed_up).to_std().unwrap_or_default();
            let Some(next) = BACKUP_EVERY.checked_sub(since).filter(|next| *next <= by) else { break };
            sleep(next).await;
            by = by.saturating_sub(next);
            self.gallery.back_up()?;
            self.backed_up = self.time.now();
        }
        sleep(by).await;
        Ok(())
    }

    fn gap(&mut self) -> Duration {
        match self.members.number(0..10) {
            0..5 => self.members.duration(Duration::from_millis(1)..Duration::from_secs(5)),
            5..8 => self.members.duration(Duration::from_secs(5)..Duration::from_secs(10 * 60)),
            // Up to half a day.
            _ => self.members.scaled(Duration::from_secs(10 * 60), 6),
        }
    }

    /// The gallery asks for this version of the contract.
    async fn serve_contract(&self, version: Option<u32>) -> anyhow::Result<()> {
        let body = serde_json::json!({ "version": version });
        self.gallery.administer(http::Method::PUT, "contract", Some(&body)).await.map(|_| ())
    }

    /// Who is signed in.
    pub(super) async fn active(&self) -> Option<MemberNumber> {
        let member = self.app.as_ref()?.account().member().await.ok()??;
        self.oracle.members.get(member.member_id.as_str()).copied()
    }

    /// Whether the gallery may have lost what it had: then the phone has some of it no more.
    pub(crate) fn has_backups(&self) -> bool {
        self.rates.contains_key(&Fault::Restored)
    }

    pub(super) fn happened(&mut self, fault: Fault) {
        *self.statistics.faults.entry(fault).or_default() += 1;
    }

    pub(super) fn tell(&self, who: &str, what: std::fmt::Arguments<'_>) {
        self.history.tell(self.time.now(), who, what);
    }

    pub(super) fn tell_result<T>(&self, what: &str, result: &Result<T, CoreError>) {
        match result {
            Ok(_) => self.tell("member", format_args!("{what}")),
            Err(error) => self.tell("member", format_args!("{what}: {}", error.code())),
        }
    }
}

/// In memory where the system has such a place.
fn folder() -> anyhow::Result<TempDir> {
    let memory = std::path::Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}
