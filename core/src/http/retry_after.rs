//! `Retry-After` in both of its forms (RFC 9110, 10.2.3): seconds, or a date.

use std::time::{Duration, SystemTime};

use ::http::{HeaderMap, header};
use chrono::{DateTime, Utc};

/// How long the server asks to wait. A date is measured against the answer's own `Date`, so that a phone whose
/// clock is wrong waits as long as the server meant; without one, against `now`.
pub fn read(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let server_now = headers
        .get(header::DATE)
        .and_then(|date| date.to_str().ok())
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or_else(|| SystemTime::from(now));
    Some(until.duration_since(server_now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(retry_after: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, retry_after.parse().unwrap());
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().unwrap());
        }
        read(&headers, "2026-03-14T12:00:00Z".parse().unwrap()).map(|wait| wait.as_secs())
    }

    #[test]
    fn both_forms_are_understood() {
        assert_eq!(wait("120", None), Some(120));
        assert_eq!(wait("Sat, 14 Mar 2026 12:05:00 GMT", None), Some(300));
        assert_eq!(wait("Sat, 14 Mar 2026 12:05:00 GMT", Some("Sat, 14 Mar 2026 12:04:00 GMT")), Some(60));
        assert_eq!(wait("Sat, 14 Mar 2026 11:00:00 GMT", None), Some(0));
        assert_eq!(wait("soon", None), None);
        assert_eq!(wait("-5", None), None);
    }
}
