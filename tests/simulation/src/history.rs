//! What happened, line by line.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

/// The lines of one world; none are kept unless somebody wants to read them.
#[derive(Debug)]
pub struct History {
    lines: Option<Mutex<Vec<String>>>,
}

impl History {
    /// A history that keeps its lines, or one that does not.
    #[must_use]
    pub fn new(is_kept: bool) -> Self {
        Self { lines: is_kept.then(Mutex::default) }
    }

    /// Adds a line. `who` is the one to whom it happened.
    pub fn tell(&self, at: DateTime<Utc>, who: &str, what: fmt::Arguments<'_>) {
        if let Some(lines) = &self.lines {
            let line = format!("{} {who:<8} {what}", at.format("%d %b %H:%M:%S%.3f"));
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    /// All lines, in the order in which they were told.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        let lines = self.lines.as_ref();
        lines
            .map(|lines| std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner)))
            .unwrap_or_default()
    }
}
