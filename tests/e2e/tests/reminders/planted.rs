//! Bugs of the service or of a shell, by which the test is known to be able to fail.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// The shell takes nothing out of its scheduler.
    NoCancel,
    /// What the phone knows is taken for new, however old it is.
    AlwaysFresh,
    /// Nobody is asked whether they want advertising.
    AlwaysConsent,
    /// The night is like the day.
    NoQuiet,
    /// What was shown is forgotten.
    Forgetful,
    /// What the gallery says of the tier is passed over.
    NoTier,
    /// Other rules to come are passed over.
    SameRules,
    /// The phone's clock is taken for the gallery's.
    OneClock,
}

impl Planted {
    pub const ALL: [Self; 8] = [
        Self::NoCancel,
        Self::AlwaysFresh,
        Self::AlwaysConsent,
        Self::NoQuiet,
        Self::Forgetful,
        Self::NoTier,
        Self::SameRules,
        Self::OneClock,
    ];
}
