//! Worlds that go wrong, each made from a seed and the same for ever from that seed: the real core on real files, the
//! real gallery in process, and between them a network, a phone and a disk that fail in every way that is known to
//! have lost something somewhere. After each world nothing may be lost.
//!
//! | file | what |
//! |---|---|
//! | `dice`, `time` | chance and time, which the world owns |
//! | `fault` | what can go wrong, by name |
//! | `gallery`, `network`, `traffic` | the server, the way to it, and what was asked |
//! | `phone`, `process` | what stays on a phone, and the app that runs on it |
//! | [`disk`] | what a disk may do to the files of a phone: kills, power losses, no space |
//! | `world/` | a life: what members do, what goes wrong, how it heals |
//! | `older` | files of an earlier version of the app |
//! | `oracle`, `check` | what was promised, and whether it holds |
//! | `planted` | bugs that the worlds must find |
//! | `history` | what happened, to read |
//! | [`fleet`] | a million phones without databases: what the rules of waiting do to a gallery |
//! | `runner` | many worlds at once, and the fewest faults that still break one |

mod check;
mod dice;
pub mod disk;
mod fault;
pub mod fleet;
mod gallery;
mod history;
mod network;
mod older;
mod oracle;
mod phone;
mod planted;
mod process;
mod runner;
mod time;
mod traffic;
mod world;

pub use fault::{Fault, Faults, UnknownFault, all_faults};
pub use oracle::{Invariant, Violation};
pub use planted::Planted;
pub use runner::{run_many, shrink};
pub use traffic::Busiest;
pub use world::{Outcome, Statistics, run, run_with};
