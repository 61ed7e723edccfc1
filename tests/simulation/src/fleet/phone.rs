//! What a phone of the crowd remembers.

/// Never.
pub(super) const NEVER: u32 = u32::MAX;

/// Why the next pull is made, as the core's reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reason {
    #[default]
    Everything,
    /// What a receipt touches, or a verdict.
    Verdict,
    /// What a registration touches.
    Events,
}

impl Reason {
    /// How many resources it asks for.
    pub(super) const fn requests(self) -> u8 {
        match self {
            Self::Everything => 8,
            Self::Verdict => 3,
            Self::Events => 1,
        }
    }
}

/// Instants are milliseconds of the scenario. Small: there are a million.
#[derive(Clone, Debug)]
pub(super) struct Phone {
    /// When the queue is tried; an event of another instant is an old one.
    pub try_at: u32,
    pub pull_at: u32,
    /// When the app leaves the foreground.
    pub leaves_at: u32,
    pub held_until: u32,
    /// No pull before.
    pub rested_at: u32,
    /// When the verdict is there that it waits for.
    pub verdict_at: u32,
    pub bytes: u32,
    pub requests: u16,
    pub wake_ups: u16,
    pub entries: u8,
    /// Those among them that count as the backlog.
    pub backlog: u8,
    /// In a row: asked to come again.
    pub busy: u8,
    /// In a row: nobody answered.
    pub failures: u8,
    /// In a row: pulls that failed or brought nothing.
    pub quiet_pulls: u8,
    /// Resources of the pull under way that have been answered.
    pub pulled: u8,
    pub is_hold_asked: bool,
    /// More entries go over the same connection.
    pub is_sending: bool,
    pub reason: Reason,
}

impl Phone {
    pub(super) const fn new() -> Self {
        Self {
            try_at: NEVER,
            pull_at: NEVER,
            leaves_at: 0,
            held_until: 0,
            rested_at: 0,
            verdict_at: NEVER,
            bytes: 0,
            requests: 0,
            wake_ups: 0,
            entries: 0,
            backlog: 0,
            busy: 0,
            failures: 0,
            quiet_pulls: 0,
            pulled: 0,
            is_hold_asked: false,
            is_sending: false,
            reason: Reason::Everything,
        }
    }

    /// One request.
    pub(super) fn count(&mut self, bytes: u32) {
        self.requests = self.requests.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(super) fn is_in_front(&self, now: u32) -> bool {
        now < self.leaves_at
    }
}
