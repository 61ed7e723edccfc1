//! What can go wrong, by name.

use std::{collections::BTreeSet, fmt, str::FromStr};

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $fault:ident = $code:literal,)+) => {
        /// A kind of trouble.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {
            $($(#[doc = $doc])+ $fault,)+
        }

        impl Fault {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$fault),+];

            /// Its name on the command line and in tables.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$fault => $code,)+
                }
            }
        }
    };
}

faults! {
    /// A request does not arrive.
    RequestLost = "request-lost",
    /// A request is carried out, and its answer does not arrive.
    AnswerLost = "answer-lost",
    /// A request is carried out twice, the second time later.
    Doubled = "doubled",
    /// A request is carried out hours later; nobody waits for the answer any more.
    Delayed = "delayed",
    /// Requests take so long that they overtake each other.
    Reordered = "reordered",
    /// The connection breaks in the middle of the answer.
    Cut = "cut",
    /// There is no connection.
    Refused = "refused",
    /// 429 and 503, with and without Retry-After in both its forms, and 500.
    Busy = "busy",
    /// A captive portal answers everything with 200 and a page of its own.
    Portal = "portal",
    /// For minutes or hours every request meets the same.
    Outage = "outage",
    /// The gallery ends the member's sessions.
    Revoked = "revoked",
    /// The gallery's database is put back to an hour ago.
    Restored = "restored",
    /// The gallery asks for a newer app, until that is installed.
    Updated = "updated",
    /// The phone has no network.
    Offline = "offline",
    /// The phone's clock jumps by days.
    ClockJump = "clock-jump",
    /// The app is suspended and comes back.
    Paused = "paused",
    /// The process ends at any moment.
    Killed = "killed",
    /// The power is lost: the disk keeps what was synced, and anything of the rest.
    PowerLoss = "power-loss",
    /// The disk is full.
    DiskFull = "disk-full",
    /// The phone has not been unlocked since it was started.
    Locked = "locked",
    /// Another member signs in on the same phone.
    SecondMember = "second-member",
    /// A second process works on the same files.
    SecondProcess = "second-process",
    /// The app is updated, and finds the files of an earlier version.
    OlderFiles = "older-files",
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// No fault has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no fault `{}`; there are:", self.0)?;
        Fault::ALL.iter().try_for_each(|fault| write!(f, " {fault}"))
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let found = Self::ALL.iter().find(|fault| fault.code() == text);
        found.copied().ok_or_else(|| UnknownFault(text.to_owned()))
    }
}

/// The kinds that a world may have.
pub type Faults = BTreeSet<Fault>;

/// All of them.
#[must_use]
pub fn all_faults() -> Faults {
    Fault::ALL.iter().copied().collect()
}
