//! When the gallery last answered.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::Answer;

/// The last time that the gallery itself answered, whatever it said.
#[derive(Debug, Default)]
pub struct Contact(Mutex<Option<DateTime<Utc>>>);

impl Contact {
    /// `None` where it has not, since the app was opened.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers an answer that came `now`.
    pub(super) fn note(&self, answer: &Answer, now: DateTime<Utc>) {
        let is_of_the_gallery = match answer {
            Answer::Success(_) | Answer::NotModified | Answer::UpdateNeeded => true,
            // A nameless one may be of anything that stands before the gallery.
            Answer::Problem(problem, _) => !problem.slug.is_empty(),
            Answer::Failed(_) | Answer::SignInNeeded | Answer::Locked => false,
        };
        if is_of_the_gallery {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        }
    }
}
