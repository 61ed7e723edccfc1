//! What members were promised, and what therefore must hold in the end.

use std::collections::{BTreeMap, BTreeSet};

use vremena_core::ids::{AppealId, EventId};

/// Who may sign in on the phone, by place.
pub type MemberNumber = usize;

/// The phone numbers of those who may sign in.
pub const PHONE_NUMBERS: [&str; 2] = ["+79000000001", "+79000000002"];

/// What a member last wished for an event, and was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To come.
    Register,
    /// Not to come after all.
    Cancel,
}

/// What was promised to whom.
#[derive(Debug, Default)]
pub struct Oracle {
    /// The gallery's names of those who have signed in.
    pub members: BTreeMap<String, MemberNumber>,
    /// Receipts whose capture was acknowledged.
    pub captured: BTreeSet<(MemberNumber, u32)>,
    /// Receipts whose capture was begun: what was not acknowledged may have happened all the same.
    pub attempted: BTreeSet<(MemberNumber, u32)>,
    /// Receipts whose entry the member has discarded, knowingly.
    pub discarded: BTreeSet<(MemberNumber, u32)>,
    /// The last wish for each event: several where one was not acknowledged, which may have come true all the same.
    pub wishes: BTreeMap<(MemberNumber, EventId), Vec<Wish>>,
    /// Appeals that were acknowledged, and of which the member has discarded nothing.
    pub appeals: BTreeSet<(MemberNumber, AppealId)>,
    /// Everything that was acknowledged.
    pub intents: u64,
}

/// Something that must hold, and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which of the invariants.
    pub invariant: Invariant,
    /// What exactly.
    pub what: String,
}

/// What must hold after every world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Every acknowledged intent is done, refused with a reason, or visibly wedged.
    NothingLost,
    /// There is exactly one record of it at the gallery.
    NothingDoubled,
    /// And none under another member.
    NobodyElses,
    /// The phone shows what the gallery has.
    ShownAsIs,
    /// Nothing waits for ever.
    NothingWaits,
    /// No storm of requests.
    NoStorm,
    /// Nothing fails that should not: the app opens, and answers.
    Works,
}

impl Invariant {
    /// Every one.
    pub const ALL: &[Self] = &[
        Self::NothingLost,
        Self::NothingDoubled,
        Self::NobodyElses,
        Self::ShownAsIs,
        Self::NothingWaits,
        Self::NoStorm,
        Self::Works,
    ];

    /// Its name in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NothingLost => "nothing-lost",
            Self::NothingDoubled => "nothing-doubled",
            Self::NobodyElses => "nobody-elses",
            Self::ShownAsIs => "shown-as-is",
            Self::NothingWaits => "nothing-waits",
            Self::NoStorm => "no-storm",
            Self::Works => "works",
        }
    }
}
