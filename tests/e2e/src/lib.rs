//! The core against the real sandbox over TCP and real files.
