//! Bugs that are planted to see whether the worlds find them. Each does to rows, files or acknowledgements what such a
//! mistake in the app would do, from outside: nothing of this is in the product.

use std::{path::Path, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use crate::oracle::Invariant;

macro_rules! planted {
    ($($(#[doc = $doc:literal])+ $bug:ident = $code:literal,)+) => {
        /// A bug that is planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Planted {
            $($(#[doc = $doc])+ $bug,)+
        }

        impl Planted {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$bug),+];

            /// Its name.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$bug => $code,)+
                }
            }
        }
    };
}

planted! {
    /// A commit returns before it is on the disk.
    CommitAfterTheAnswer = "commit-after-the-answer",
    /// A receipt is acknowledged before it is written.
    EarlyAcknowledgement = "early-acknowledgement",
    /// An entry that the gallery asks to send later is dropped.
    DroppedWhenBusy = "dropped-when-busy",
    /// The queue belongs to whoever is signed in.
    QueueWithoutOwner = "queue-without-owner",
    /// Signing out empties the queue.
    EmptiedBySignOut = "emptied-by-sign-out",
    /// An entry leaves the queue without its answer.
    AnswerNotKept = "answer-not-kept",
    /// A cursor is stored, and its page is not.
    CursorBeforePage = "cursor-before-page",
    /// A feed whose cursor is not known any more is never begun anew.
    DeafToRestorations = "deaf-to-restorations",
    /// What is sent in vain is sent again at once.
    NoBackoff = "no-backoff",
    /// An answered entry stays in the queue.
    StuckForEver = "stuck-for-ever",
    /// What the member wishes last of an event overtakes what they wished before.
    NoOrder = "no-order",
    /// A receipt is kept twice.
    KeptTwice = "kept-twice",
    /// What is sent again has another key.
    NewKey = "new-key",
    /// Somebody has the lease and never gives it back.
    EternalLease = "eternal-lease",
    /// What cannot be stored of a page keeps all others from being read.
    ChokedByAPage = "choked-by-a-page",
}

/// How often whoever has the eternal lease renews it.
pub const RENEWAL: Duration = Duration::from_secs(20);

impl Planted {
    /// Plants it into the phone's database, where it is one of those that lie there.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn plant(self, directory: &Path) -> Result<(), rusqlite::Error> {
        let Some(sql) = self.trigger() else { return Ok(()) };
        Connection::open(directory.join("member.db"))?.execute_batch(sql)
    }

    /// What it breaks, whatever else with it.
    #[must_use]
    pub const fn breaks(self) -> Invariant {
        match self {
            Self::CommitAfterTheAnswer
            | Self::EarlyAcknowledgement
            | Self::DroppedWhenBusy
            | Self::EmptiedBySignOut
            | Self::NoOrder
            | Self::NewKey => Invariant::NothingLost,
            Self::QueueWithoutOwner => Invariant::NobodyElses,
            Self::AnswerNotKept | Self::CursorBeforePage => Invariant::ShownAsIs,
            Self::DeafToRestorations | Self::ChokedByAPage => Invariant::Works,
            Self::NoBackoff => Invariant::NoStorm,
            Self::StuckForEver | Self::EternalLease => Invariant::NothingWaits,
            Self::KeptTwice => Invariant::NothingDoubled,
        }
    }

    const fn trigger(self) -> Option<&'static str> {
        Some(match self {
            Self::CommitAfterTheAnswer | Self::EarlyAcknowledgement | Self::EternalLease => return None,
            Self::DroppedWhenBusy => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER UPDATE OF attempts ON outbox WHEN new.attempts > old.attempts
                 BEGIN DELETE FROM outbox WHERE entry_id = new.entry_id; END"
            }
            Self::QueueWithoutOwner => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER UPDATE OF active ON account WHEN new.active = 1
                 BEGIN UPDATE outbox SET member_id = new.member_id, checksum = NULL; END"
            }
            Self::EmptiedBySignOut => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER UPDATE OF active ON account WHEN new.active = 0
                 BEGIN DELETE FROM outbox WHERE member_id = new.member_id; END"
            }
            Self::AnswerNotKept => {
                "CREATE TRIGGER IF NOT EXISTS planted BEFORE UPDATE OF state ON receipts WHEN old.state = 'captured'
                 BEGIN SELECT RAISE(IGNORE); END"
            }
            Self::CursorBeforePage => {
                "CREATE TRIGGER IF NOT EXISTS planted BEFORE UPDATE OF state ON receipts WHEN old.state = 'pending'
                 BEGIN SELECT RAISE(IGNORE); END"
            }
            Self::DeafToRestorations => {
                "CREATE TRIGGER IF NOT EXISTS planted BEFORE UPDATE OF generation ON cursors
                 WHEN new.generation > old.generation BEGIN SELECT RAISE(IGNORE); END"
            }
            Self::NoBackoff => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER UPDATE OF attempts ON outbox
                 BEGIN UPDATE outbox SET not_before = 0, attempts = 0 WHERE entry_id = new.entry_id; END;
                 CREATE TRIGGER IF NOT EXISTS planted_too AFTER UPDATE OF held_until ON outbox_worker
                 WHEN new.held_until IS NOT NULL
                 BEGIN UPDATE outbox_worker SET held_until = NULL, held_asked = 0, busy = 0; END"
            }
            Self::StuckForEver => {
                "CREATE TRIGGER IF NOT EXISTS planted BEFORE DELETE ON outbox WHEN old.entry_id % 5 = 0
                 BEGIN SELECT RAISE(IGNORE); END"
            }
            Self::NoOrder => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER INSERT ON outbox WHEN new.subject LIKE 'event:%'
                 BEGIN UPDATE outbox SET subject = new.subject || ':' || new.entry_id, checksum = NULL, asked = 1,
                 not_before = CASE new.kind WHEN 'registration' THEN new.created_at + 3600000 ELSE 0 END
                 WHERE entry_id = new.entry_id; END"
            }
            Self::KeptTwice => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER INSERT ON receipts WHEN new.state = 'captured'
                 BEGIN INSERT OR IGNORE INTO receipts (member_id, drive_number, document_number, fiscal_sign, operation,
                 total_kopecks, issued_at, state, source, captured_at)
                 SELECT member_id, drive_number, document_number, fiscal_sign + 1, operation, total_kopecks, issued_at,
                 state, source, captured_at FROM receipts WHERE local_id = new.local_id; END"
            }
            Self::NewKey => {
                "CREATE TRIGGER IF NOT EXISTS planted AFTER UPDATE OF not_before ON outbox
                 BEGIN UPDATE outbox SET idempotency_key = 'planted-' || new.entry_id || '-' || new.not_before,
                 checksum = NULL WHERE entry_id = new.entry_id; END"
            }
            Self::ChokedByAPage => {
                "CREATE TRIGGER IF NOT EXISTS planted BEFORE UPDATE OF state ON receipts
                 WHEN old.state = 'pending' AND new.state = 'credited' BEGIN SELECT RAISE(ABORT, 'planted'); END"
            }
        })
    }
}

/// Another holder takes the lease at `now`.
///
/// # Errors
/// Where the database cannot be written.
pub fn lease(directory: &Path, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    let until = now + TimeDelta::seconds(30);
    Connection::open(directory.join("member.db"))?
        .execute("UPDATE outbox_worker SET holder = 'planted', leased_until = ?1", [until.timestamp_millis()])
        .map(drop)
}
