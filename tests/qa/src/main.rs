//! The command line of quality assurance.
fn main() {}
