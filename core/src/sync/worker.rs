//! When to pull, and what.

use std::{sync::Arc, time::Duration};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::Transaction;
use tokio::sync::Mutex;

use super::{
    conditional,
    feeds::{self, Feed},
};
use crate::{
    account::{self, Member, MemberAnswer},
    error::CoreError,
    http::{Answer, ApiRequest, Session, Success},
    ids::MemberId,
    observe::{Changes, Wake},
    ports::{LogLevel, Ports, random_fraction},
    programme::{self, rules::RulesFault},
    receipts::ReceiptState,
    storage::{Storage, StorageError},
    time::moscow_date,
};

const TARGET: &str = "sync";
const PAGE: u32 = 200;
/// A server that always says "more" must not keep the phone busy for ever.
const MOST_PAGES: u32 = 1_000;
const FIRST_POLL: Duration = Duration::from_secs(15);
const LONGEST_POLL: Duration = Duration::from_secs(60 * 60);

/// Pulls what the gallery knows.
pub struct Sync {
    storage: Storage,
    session: Arc<Session>,
    ports: Ports,
    changes: Changes,
    wake: Arc<Wake>,
    /// One pull at a time.
    pulling: Mutex<()>,
}

/// What one pull found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Something is stored that was not there before.
    pub changed: bool,
    /// Something waits for a verdict.
    pub pending: bool,
}

impl Sync {
    pub(crate) fn new(
        storage: Storage,
        session: Arc<Session>,
        ports: Ports,
        changes: Changes,
        wake: Arc<Wake>,
    ) -> Self {
        Self { storage, session, ports, changes, wake, pulling: Mutex::new(()) }
    }

    /// Pulls everything now. What fails leaves the rest as it was.
    ///
    /// # Errors
    /// The first failure: [`CoreError::Unreachable`], [`CoreError::Unavailable`], [`CoreError::SignInNeeded`],
    /// [`CoreError::Locked`], [`CoreError::Storage`], [`CoreError::Paused`].
    pub async fn pull(&self) -> Result<SyncReport, CoreError> {
        let _one_at_a_time = self.pulling.lock().await;
        let mut report = SyncReport::default();
        if let Some(body) = self.fetch(None, "rules", "/v1/programme/rules").await? {
            report.changed |= self.keep_rules(&body).await?;
        }
        let Some(before) = self.storage.member.read(account::store::active_member).await? else {
            return Ok(report);
        };
        let member = before.member_id.clone();
        for feed in Feed::ALL {
            report.changed |= self.read_feed(&member, feed).await?;
        }
        // Last, so that a new tier is never shown before the receipts that earned it.
        if let Some(body) = self.fetch(Some(&member), "member", "/v1/member").await? {
            report.changed |= self.keep_member(&before, &body).await?;
        }
        report.pending = self.storage.member.read(move |tx| is_pending(tx, &member)).await?;
        if report.changed {
            self.changes.ring();
        }
        // The gallery answers: whatever waited for the network may go.
        self.wake.queue();
        Ok(report)
    }

    /// Pulls now and whenever there is a reason to, for as long as the app is open.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut quiet_pulls = 0;
        loop {
            let poll = if self.ports.connectivity.is_online() {
                match self.pull().await {
                    Ok(SyncReport { changed: true, pending: true }) => {
                        quiet_pulls = 0;
                        self.poll_delay(quiet_pulls)
                    }
                    Ok(SyncReport { pending: true, .. }) => {
                        quiet_pulls += 1;
                        self.poll_delay(quiet_pulls)
                    }
                    Ok(_) => LONGEST_POLL,
                    Err(error) => {
                        self.ports.log.log(LogLevel::Info, TARGET, &format!("pull: {error}"));
                        quiet_pulls += 1;
                        self.poll_delay(quiet_pulls)
                    }
                }
            } else {
                LONGEST_POLL
            };
            tokio::select! {
                biased;
                () = self.wake.pull_called() => quiet_pulls = 0,
                () = tokio::time::sleep(poll) => {}
            }
        }
    }

    /// Half of the wait is certain, half is random: a crowd must not ask in step.
    fn poll_delay(&self, quiet_pulls: u32) -> Duration {
        let doubled = FIRST_POLL.saturating_mul(1u32.checked_shl(quiet_pulls).unwrap_or(u32::MAX)).min(LONGEST_POLL);
        doubled.mul_f64((1.0 + random_fraction(self.ports.entropy.as_ref())) / 2.0)
    }

    /// The resource's content, or `None` where the member's session ended in between.
    async fn fetch(&self, member: Option<&MemberId>, resource: &str, path: &str) -> Result<Option<Success>, CoreError> {
        // A tag belongs to what one member saw.
        let resource = member.map_or_else(|| resource.to_owned(), |member| format!("{resource}:{}", member.as_str()));
        let request = ApiRequest::get(path).unless(conditional::etag(&self.storage.cache, &resource).await?);
        let answer = match member {
            Some(member) => self.session.call(member, &request).await,
            None => self.session.call_open(&request).await,
        };
        match conditional::settle(&self.storage.cache, &resource, answer).await? {
            Ok(success) => Ok(Some(success)),
            Err(answer) => Err(CoreError::of_answer(answer)),
        }
    }

    async fn keep_member(&self, before: &Member, body: &Success) -> Result<bool, CoreError> {
        let member = Member::from(body.decode::<MemberAnswer>()?);
        if member == *before || member.member_id != before.member_id {
            return Ok(false);
        }
        self.storage.member.write(move |tx| account::store::update(tx, &member)).await?;
        Ok(true)
    }

    /// Keeps a rules document; an invalid one is refused as a whole, and the last good one stays in force.
    async fn keep_rules(&self, body: &Success) -> Result<bool, CoreError> {
        #[derive(serde::Deserialize)]
        struct Head {
            version: u32,
            effective_from: chrono::NaiveDate,
        }
        if let Err(fault @ (RulesFault::Malformed | RulesFault::Invalid(_))) =
            programme::rules::Rules::read(body.body())
        {
            self.ports.log.log(LogLevel::Error, TARGET, &format!("rules refused: {fault}"));
            return Ok(false);
        }
        let head: Head = body.decode()?;
        let text = String::from_utf8_lossy(body.body()).into_owned();
        let today = moscow_date(self.ports.clock.now()).to_string();
        Ok(self
            .storage
            .member
            .write(move |tx| {
                let before = programme::store::rules_in_force(tx, &today)?;
                programme::store::keep_rules(tx, head.version, &head.effective_from.to_string(), &text)?;
                Ok::<_, StorageError>(before.as_deref() != Some(text.as_str()))
            })
            .await?)
    }

    async fn read_feed(&self, member: &MemberId, feed: Feed) -> Result<bool, CoreError> {
        let mut changed = false;
        let mut started_anew = false;
        for _ in 0..MOST_PAGES {
            let owner = member.clone();
            let cursor = self.storage.member.read(move |tx| feeds::cursor(tx, &owner, feed)).await?;
            let mut path = format!("/v1/{}?limit={PAGE}", feed.name());
            if let Some(cursor) = &cursor {
                path.push_str("&cursor=");
                path.extend(utf8_percent_encode(cursor, NON_ALPHANUMERIC));
            }
            let page = match self.session.call(member, &ApiRequest::get(path)).await {
                Answer::Success(success) => feed.decode(&success)?,
                // The server was restored from a backup, or forgot: this feed is read from its beginning, once.
                Answer::Problem(problem, _) if problem.slug == "cursor-unknown" && !started_anew => {
                    started_anew = true;
                    let owner = member.clone();
                    self.storage.member.write(move |tx| feeds::forget_cursor(tx, &owner, feed)).await?;
                    continue;
                }
                answer => return Err(CoreError::of_answer(answer)),
            };
            let (owner, more) = (member.clone(), page.more());
            changed |= self.storage.member.write(move |tx| feeds::store_page(tx, &owner, feed, &page)).await?;
            if !more {
                break;
            }
        }
        Ok(changed)
    }
}

fn is_pending(tx: &Transaction<'_>, member: &MemberId) -> Result<bool, StorageError> {
    Ok(tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM receipts WHERE member_id = ?1 AND state = ?2)")?
        .query_row((member.as_str(), ReceiptState::Pending.code()), |row| row.get(0))?)
}
