//! A million phones that run the core's rules of waiting, without a database: what a gallery meets after an outage and
//! when a closed event opens, beside the rules of textbooks.

mod chart;
mod engine;
mod goals;
mod measure;
mod phone;
mod rule;
mod scenario;
mod server;

pub use chart::draw;
pub use goals::{Budget, DAY_OF_AN_OUTAGE, DRAINED_WITHIN, MOST_OVER_THE_MEAN, QUIET_DAY, missed};
pub use measure::{Measured, SMOOTHED_OVER, Spread};
pub use rule::Rule;
pub use scenario::Scenario;
pub use server::Away;

/// Requests a second of the gallery, for each phone that it has: nearly three times what a quiet hour of the day needs.
pub const CAPACITY_OF_A_PHONE: f64 = 0.0015;

/// Plays `scenario` with so many phones, the same for ever from the seed. Members do the same whatever the rule.
#[must_use]
pub fn play(scenario: &Scenario, phones: u32, seed: u64, rule: Rule) -> Measured {
    let plan = scenario.plan(phones, seed);
    engine::Engine::new(scenario, &plan, rule).run()
}
