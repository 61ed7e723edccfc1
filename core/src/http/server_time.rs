//! What time it is at the gallery. Receipts are too old or not, events open or closed, by its clock; a phone's may be
//! wrong by days.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use ::http::{HeaderMap, header};
use chrono::{DateTime, TimeDelta, Utc};

use super::CONTRACT_HEADER;
use crate::ports::Clock;

/// A `Date` has whole seconds, and no answer comes at once: less than this is no difference.
const PRECISION: TimeDelta = TimeDelta::seconds(3);
/// Of an answer that took longer it is not known when it was given.
const LONGEST_EXCHANGE: TimeDelta = TimeDelta::seconds(20);

/// By how much the gallery's clock is ahead of the phone's, as last learnt from an answer.
#[derive(Debug, Default)]
pub struct ServerTime {
    offset_millis: AtomicI64,
    is_known: AtomicBool,
    is_unsaved: AtomicBool,
}

impl ServerTime {
    /// Takes what was learnt before.
    pub fn recall(&self, offset_millis: i64) {
        self.offset_millis.store(offset_millis, Ordering::Relaxed);
        self.is_known.store(true, Ordering::Relaxed);
    }

    /// The offset, positive where the gallery's clock is ahead; `None` until there was an answer.
    #[must_use]
    pub fn offset(&self) -> Option<TimeDelta> {
        self.is_known.load(Ordering::Relaxed).then(|| self.present())
    }

    /// What is to be kept, once.
    pub fn take_unsaved(&self) -> Option<i64> {
        self.is_unsaved.swap(false, Ordering::Relaxed).then(|| self.offset_millis.load(Ordering::Relaxed))
    }

    /// Learns from an answer of the gallery itself, which names its contract; whatever else stands in its place has a
    /// clock of its own.
    pub fn learn(&self, headers: &HeaderMap, asked_at: DateTime<Utc>, answered_at: DateTime<Utc>) {
        if !headers.contains_key(CONTRACT_HEADER) {
            return;
        }
        let took = answered_at - asked_at;
        if !(TimeDelta::zero()..=LONGEST_EXCHANGE).contains(&took) {
            return;
        }
        let date = headers.get(header::DATE).and_then(|date| date.to_str().ok());
        let Some(date) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else { return };
        let offset = DateTime::<Utc>::from(date) - (asked_at + took / 2);
        let is_precise = offset.abs() < PRECISION;
        let offset = if is_precise { TimeDelta::zero() } else { offset };
        let is_same = self.is_known.load(Ordering::Relaxed) && (offset - self.present()).abs() < PRECISION;
        if !is_same {
            self.recall(offset.num_milliseconds());
            self.is_unsaved.store(true, Ordering::Relaxed);
        }
    }

    fn present(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.offset_millis.load(Ordering::Relaxed))
    }
}

/// The phone's clock, put right by what is known of the gallery's.
pub struct GalleryClock {
    phone: Arc<dyn Clock>,
    server_time: Arc<ServerTime>,
}

impl GalleryClock {
    /// `phone`'s clock with `server_time`'s offset.
    pub const fn new(phone: Arc<dyn Clock>, server_time: Arc<ServerTime>) -> Self {
        Self { phone, server_time }
    }
}

impl Clock for GalleryClock {
    fn now(&self) -> DateTime<Utc> {
        let now = self.phone.now();
        now.checked_add_signed(self.server_time.present()).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn learnt(date: &str, asked_at: &str, answered_at: &str) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, date.parse().unwrap());
        headers.insert(CONTRACT_HEADER, "1".parse().unwrap());
        let time = ServerTime::default();
        time.learn(&headers, at(asked_at), at(answered_at));
        time.take_unsaved().map(|millis| millis / 1000)
    }

    #[test]
    fn an_answers_date_tells_the_offset() {
        let date = "Sat, 14 Mar 2026 12:00:00 GMT";
        assert_eq!(learnt(date, "2026-03-13T11:59:59Z", "2026-03-13T12:00:01Z"), Some(24 * 3600));
        assert_eq!(learnt(date, "2026-03-14T12:10:00Z", "2026-03-14T12:10:00Z"), Some(-600));
        assert_eq!(learnt(date, "2026-03-14T11:59:58Z", "2026-03-14T12:00:00Z"), Some(0), "no difference");
    }

    #[test]
    fn what_tells_nothing_is_passed_over() {
        let date = "Sat, 14 Mar 2026 12:00:00 GMT";
        assert_eq!(learnt("yesterday", "2026-03-14T12:00:00Z", "2026-03-14T12:00:00Z"), None);
        assert_eq!(learnt(date, "2026-03-14T12:00:00Z", "2026-03-14T12:01:00Z"), None, "it took too long");
        assert_eq!(learnt(date, "2026-03-14T12:00:00Z", "2026-03-13T12:00:00Z"), None, "the clock was set meanwhile");
    }

    #[test]
    fn whoever_names_no_contract_is_not_asked_for_the_time() {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, "Sat, 14 Mar 2026 12:00:00 GMT".parse().unwrap());
        let time = ServerTime::default();
        time.learn(&headers, at("2026-03-14T11:00:00Z"), at("2026-03-14T11:00:00Z"));
        assert_eq!(time.offset(), None);
    }

    #[test]
    fn the_same_again_is_not_kept_again() {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, "Sat, 14 Mar 2026 12:00:00 GMT".parse().unwrap());
        headers.insert(CONTRACT_HEADER, "1".parse().unwrap());
        let time = ServerTime::default();
        for _ in 0..2 {
            time.learn(&headers, at("2026-03-14T11:00:00Z"), at("2026-03-14T11:00:01Z"));
        }
        assert!(time.take_unsaved().is_some());
        time.learn(&headers, at("2026-03-14T11:00:01Z"), at("2026-03-14T11:00:02Z"));
        assert_eq!(time.take_unsaved(), None);
    }
}
