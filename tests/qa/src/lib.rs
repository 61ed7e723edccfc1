//! What a desktop lends the core, and a way to steer the sandbox: shared by the command line and by tests.

pub mod admin;
pub mod consents;
pub mod platform;
