//! What is wrong with a rules document or a ledger, and where.

use std::fmt;

use crate::log::Code;

/// A place of a document, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place as a JSON pointer (RFC 6901); empty for the whole document.
    pub pointer: String,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// What is wrong at a place. The texts name no value of the document: they may stand in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// The text is no JSON.
    #[error("no JSON")]
    NotJson,
    /// It has to be there.
    #[error("is missing")]
    Missing,
    /// It is of another type, or text of another form.
    #[error("has to be {0}")]
    Form(&'static str),
    /// The number is outside of what is allowed, both ends included.
    #[error("has to be within {least} … {most}")]
    Range {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// A number that says nothing.
    #[error("must not be 0")]
    Zero,
    /// A word that the format does not know, or the id of nothing in the document.
    #[error("is not known")]
    Unknown,
    /// There is nothing in it.
    #[error("must not be empty")]
    Empty,
    /// An earlier one has the same id.
    #[error("stands there twice")]
    Duplicate,
    /// Two things are said where one may be.
    #[error("has to be one of metric, all_of and any_of alone")]
    Ambiguous,
    /// A lower tier asks for as much.
    #[error("has to be above what the tiers below ask for")]
    NotAbove,
    /// The last day is before the first.
    #[error("ends before it begins")]
    Reversed,
    /// Groups within groups within groups.
    #[error("is nested too deep")]
    TooDeep,
    /// Everybody has the first tier.
    #[error("the first tier asks for nothing")]
    FirstTier,
    /// A step down at each midnight.
    #[error("one_step does not go with period_end and a rolling or lifetime period: a tier would fall each midnight")]
    EachMidnight,
}

impl Fault {
    /// The same in a list, of whose entry of this number it is.
    pub(super) fn within(self, number: usize) -> Self {
        Self { pointer: format!("/entries/{number}{}", self.pointer), ..self }
    }

    /// For the log: the place and the kind in words.
    pub(crate) fn code(&self) -> Code {
        let kind = match self.kind {
            FaultKind::NotJson => "not-json",
            FaultKind::Missing => "missing",
            FaultKind::Form(_) => "form",
            FaultKind::Range { .. } => "range",
            FaultKind::Zero => "zero",
            FaultKind::Unknown => "unknown",
            FaultKind::Empty => "empty",
            FaultKind::Duplicate => "duplicate",
            FaultKind::Ambiguous => "ambiguous",
            FaultKind::NotAbove => "not-above",
            FaultKind::Reversed => "reversed",
            FaultKind::TooDeep => "too-deep",
            FaultKind::FirstTier => "first-tier",
            FaultKind::EachMidnight => "each-midnight",
        };
        Code::of_words(&format!("{} {kind}", self.pointer))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {}", self.kind)
    }
}

/// A document that is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} faults in the document, the first: {}", .0.len(), .0.first().map(Fault::to_string).unwrap_or_default())]
pub struct Refused(
    /// Everything that is wrong, in the document's order; never empty.
    pub Vec<Fault>,
);

impl Refused {
    /// Each fault for the log.
    pub(crate) fn codes(&self) -> Vec<Code> {
        self.0.iter().map(Fault::code).collect()
    }
}
