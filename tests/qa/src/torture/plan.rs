//! What happens in each round. Pure: the same seed gives the same rounds.

use std::time::Duration;

use http::Method;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use vremena_qa::admin::Admin;

/// Of so many rounds one is a new phone's.
const NEW_PHONE_EVERY: u32 = 7;
/// A kill while the app works comes within so many milliseconds after its first acknowledgement.
const WORKING: u32 = 150;
/// What befalls requests. None of these ends an entry or a session.
const FAULTS: [&str; 10] = [
    "pass",
    "pass",
    "drop_answer",
    "drop_answer",
    "half_json",
    "cut_body",
    "wrong_shape",
    "html",
    "never",
    "status:503:1",
];

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The member's app, from the start of its process to a little after its files are open.
    Opening,
    /// As `Opening`, of a phone without any files: they are being made.
    NewPhone,
    /// The member's app, after its first acknowledgement.
    Working,
}

/// The network of one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weather {
    listening: bool,
    delay: Duration,
    faults: Vec<&'static str>,
}

/// One round.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub target: Target,
    /// When it is killed, in parts of what opening takes.
    pub while_opening: f64,
    /// When it is killed, after its first acknowledgement.
    pub while_working: Duration,
    pub network: Weather,
}

/// The rounds to come.
pub struct Plan(ChaCha8Rng);

impl Plan {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The round of this number; rounds are asked for in order.
    pub fn round(&mut self, number: u32) -> Step {
        let target = match self.0.random_range(0..3) {
            // Nobody knows yet how long opening takes.
            _ if number == 1 => Target::Working,
            _ if number.is_multiple_of(NEW_PHONE_EVERY) => Target::NewPhone,
            0 => Target::Opening,
            _ => Target::Working,
        };
        Step {
            target,
            while_opening: self.0.random_range(0.0..1.2),
            while_working: Duration::from_millis(self.0.random_range(1..=WORKING).into()),
            network: self.weather(),
        }
    }

    fn weather(&mut self) -> Weather {
        let healthy = Weather { listening: true, delay: Duration::ZERO, faults: Vec::new() };
        match self.0.random_range(0..8) {
            0 => Weather { listening: false, ..healthy },
            1 | 2 => Weather { delay: Duration::from_millis(self.0.random_range(5..80)), ..healthy },
            3..=5 => {
                let count = self.0.random_range(4..30);
                let faults = (0..count).map(|_| FAULTS[self.0.random_range(0..FAULTS.len())]).collect();
                Weather { faults, ..healthy }
            }
            _ => healthy,
        }
    }
}

impl Weather {
    /// Makes it so.
    pub async fn set(&self, admin: &Admin) -> anyhow::Result<()> {
        let delay = u64::try_from(self.delay.as_millis())?;
        let network = json!({ "listening": self.listening, "delay_ms": delay, "faults": self.faults });
        admin.call(Method::PUT, "network", Some(network)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(seed: u64, count: u32) -> Vec<Step> {
        let mut plan = Plan::new(seed);
        (1..=count).map(|number| plan.round(number)).collect()
    }

    #[test]
    fn a_seed_gives_the_same_rounds() {
        assert_eq!(rounds(7, 50), rounds(7, 50));
        assert_ne!(rounds(7, 50), rounds(8, 50));
    }

    #[test]
    fn a_run_meets_every_target_and_every_network() {
        let rounds = rounds(1, 300);
        for target in [Target::Opening, Target::NewPhone, Target::Working] {
            assert!(rounds.iter().filter(|step| step.target == target).count() > 30, "{target:?}");
        }
        assert!(rounds.iter().any(|step| !step.network.listening));
        assert!(rounds.iter().any(|step| !step.network.delay.is_zero()));
        for fault in FAULTS {
            assert!(rounds.iter().any(|step| step.network.faults.contains(&fault)), "{fault}");
        }
    }
}
